"""`reply`, `undo`, `forward`, `waiting`: what operators write to citizens and to those who know better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli import where
from mailbot.cli.acting import (
    Actor,
    AsJson,
    Number,
    clock,
    edited,
    next_step,
    operator,
    show_ticket,
    ticket_number,
    told,
    words_of,
    writing,
)
from mailbot.cli.terminal import ago, columns, safe

if TYPE_CHECKING:
    from mailbot.undoing import Undone
    from mailbot.writing import Answer, Queued, Writing


def register(app: typer.Typer) -> None:
    app.command("reply")(reply)
    app.command("undo")(undo)
    app.command("forward")(forward)
    app.command("waiting")(waiting)


def reply(
    context: typer.Context,
    number: Number,
    text: Annotated[str, typer.Option("--text", "-t", help="Your words; `-` reads standard input.")] = "",
    template: Annotated[str, typer.Option("--template", "-T", help="Ready-made; `list` shows them.")] = "",
    answer: Annotated[list[str] | None, typer.Option("--answer", help="Of the library; `show` proposes them.")] = None,
    draft: Annotated[bool, typer.Option("--draft", help="What was refused or called back.")] = False,
    spoc: Annotated[bool, typer.Option("--spoc", help="What the SPOC answered.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Once more, though answered.")] = False,
    close: Annotated[bool, typer.Option("--close", help="And close the ticket.")] = False,
    actor: Actor = "",
    as_json: AsJson = False,
) -> None:
    """Answer a ticket that is yours, in the citizen's language; without --text or --template, in $EDITOR.

    It rests ten seconds (`undo`); refused, and kept, if the citizen wrote since.
    Examples: `mailbot reply 12 -T searching`, `mailbot reply 12 -t "Jan komt."`
    """
    from mailbot.tickets.standing import NewLetter
    from mailbot.writing import Answer, send

    wanted, who = ticket_number(number), operator(actor)
    if answer and (text or template or draft or spoc):
        raise typer.BadParameter("--answer sends the library's words alone; leave out --text and the others")
    if answer:
        from mailbot.writing import Answer as Words

        from_library(context, wanted, answer, who, Words("", again, close), as_json=as_json)
        return
    with writing(context) as desk:
        if template == "list":
            typer.echo(_ready_made(desk, wanted))
            return
        words = _words(context, desk, wanted, who, text, template, draft=draft, spoc=spoc)
        try:
            queued = send(desk, wanted, Answer(words, again, close), who, clock())
        except NewLetter as news:
            show_ticket(context, wanted)
            raise NewLetter(f"{news}\n         your text is kept: `mailbot reply {wanted} --draft`") from news
    _tell_sent(desk, wanted, queued, as_json=as_json)


def from_library(
    context: typer.Context,
    number: int,
    answers: list[str],
    who: str,
    how: Answer | None = None,
    *,
    as_json: bool = False,
) -> None:
    """Answer a ticket with answers of the library, each under the question that it was proposed for."""
    from mailbot.library_reply import reply as sent
    from mailbot.storage.views import ticket
    from mailbot.tickets.proposals import from_library as proposed

    with where.reader(context) as reader:
        found = ticket(reader, number)
    asked = {each["id"]: str(each["question"]) for each in proposed(found or {"events": []})}
    with writing(context) as desk:
        queued = sent(desk, number, {each: asked.get(each, "") for each in answers}, who, clock(), how)
    _tell_sent(desk, number, queued, as_json=as_json)


def _tell_sent(desk: Writing, number: int, queued: Queued, *, as_json: bool) -> None:
    seconds = desk.policy.desk.undo_seconds
    told(
        f"The answer to #{number} leaves in {seconds} s for {safe(queued.recipient)}. "
        f"{next_step('undo')} calls it back, {next_step('next')} brings the next letter.",
        {"ticket": number, "mail": queued.outbox, "recipient": queued.recipient, "leaves_at": queued.leaves_at},
        as_json=as_json,
    )


def _words(
    context: typer.Context, desk: Writing, number: int, who: str, text: str, template: str, *, draft: bool, spoc: bool
) -> str:
    """The whole letter: from an option, from a draft, from the SPOC, or from the editor."""
    from mailbot.letters_of import spoc_words
    from mailbot.model import Permanent
    from mailbot.tickets import desk_store
    from mailbot.writing import compose

    with desk.database.begin() as connection:
        ticket = desk_store.lock(connection, number)
        kept = desk_store.draft_of(connection, number, who)
        said = spoc_words(connection, number) if spoc else ""
    if draft:
        if not kept:
            raise Permanent(f"no draft of yours is kept for #{number}; run `mailbot reply {number}`")
        return kept
    if spoc and not said:
        raise Permanent(f"no SPOC has answered on #{number}; `mailbot waiting` shows who is asked")
    if text or template or spoc:
        return compose(desk, ticket, who, text=said or words_of(text), template=template)
    start = kept or compose(desk, ticket, who)
    return edited(start, _newest_letter(context, number), as_it_is=bool(kept))


def _newest_letter(context: typer.Context, number: int) -> str:
    from mailbot.storage.views import ticket

    with where.reader(context) as reader:
        found = ticket(reader, number)
    return str(found["letters"][-1]["text"]) if found and found["letters"] else ""


def _ready_made(desk: Writing, number: int) -> str:
    from mailbot.outbox.personal import ready_made
    from mailbot.tickets import desk_store

    with desk.database.begin() as connection:
        language = desk_store.lock(connection, number).values["language"]
    known = ready_made(desk.folders, language) or ready_made(desk.folders, desk.policy.town.languages[0])
    return columns(("NAME", "BEGINS"), list(known.items()))


def undo(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="[TICKET]", help="Default: what you did last.")] = "",
    actor: Actor = "",
    as_json: AsJson = False,
) -> None:
    """Take back what you did last: an answer while it rests, a close, assign, set, snooze, merge or move.

    An answer's text is kept as a draft. Refused where something came after.
    Examples: `mailbot undo`, `mailbot undo 12`.
    """
    from mailbot.undoing import undo as take_back

    who = operator(actor)
    with writing(context) as desk:
        done = take_back(desk, who, clock(), ticket_number(number) if number else None)
    outcome = {"ticket": done.ticket, "undone": done.kind, "called_back": done.kind == "answered"}
    told(_undone(done), outcome, as_json=as_json)


def _undone(done: Undone) -> str:
    number = done.ticket
    if done.kind == "answered":
        return (
            f"The answer to #{number} is called back. {next_step(f'reply {number} --draft')} sends it after all, "
            f"{next_step(f'reply {number}')} opens it in $EDITOR."
        )
    return f"#{number} is as it was before it was {done.kind}. {next_step(f'show {number}')}"


def forward(
    context: typer.Context,
    number: Number,
    spoc: Annotated[str, typer.Argument(metavar="SPOC", help="A name of `spocs:` in rules.yaml.")],
    text: Annotated[str, typer.Option("--text", "-t", help="What you want to ask or say.")] = "",
    actor: Actor = "",
    as_json: AsJson = False,
) -> None:
    """Pass a letter on to a SPOC; the answer comes back to the ticket, and with your yes to the citizen.

    Examples: `mailbot forward 12 zorgnetwerk -t "Kunnen jullie dit opnemen?"`, then `mailbot waiting`,
    and when the answer is there `mailbot claim 12`, `mailbot reply 12 --spoc`.
    """
    from mailbot.writing import forward as pass_on

    wanted, who = ticket_number(number), operator(actor)
    with writing(context) as desk:
        queued = pass_on(desk, wanted, spoc, words_of(text), who, clock())
    told(
        f"#{wanted} goes to {spoc} ({safe(queued.recipient)}). {next_step('waiting')} shows what waits for whom.",
        {"ticket": wanted, "mail": queued.outbox, "recipient": queued.recipient},
        as_json=as_json,
    )


def waiting(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """What waits for whom: letters passed on to SPOCs, the oldest first, and which came back answered."""
    from mailbot.cli.queue import as_line
    from mailbot.storage.desk_views import forwarded

    with where.reader(context) as reader:
        rows = forwarded(reader)
    if as_json:
        for row in rows:
            typer.echo(as_line(row))
        return
    now = clock()
    cells = [
        (
            f"#{row['ticket']}",
            row["spoc"],
            ago(now - row["at"]),
            row["by"],
            "answered" if row["answer"] else "waits",
            safe(row["subject"])[:50],
        )
        for row in rows
    ]
    head = ("TICKET", "SPOC", "SINCE", "BY", "", "SUBJECT")
    typer.echo(columns(head, cells) if cells else "Nothing waits for a SPOC; `mailbot forward TICKET SPOC` asks one.")
