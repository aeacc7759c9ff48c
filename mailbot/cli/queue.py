"""`list` and `show`: the queue, the most pressing first, and one ticket with its letters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailbot.cli import where
from mailbot.cli.telling import story
from mailbot.cli.terminal import ago, bold, columns, local, loud, quiet, safe
from mailbot.model import Intent, Permanent, Status

if TYPE_CHECKING:
    from mailbot.storage.reading import Row

WORDS = {"info": "question", "help_request": "request", "help_offer": "offer", "other": "other"}


def register(app: typer.Typer) -> None:
    app.command("list")(list_tickets)
    app.command("show")(show)


def list_tickets(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(help="Words that must stand in the subject or the sender.")
    ] = None,
    status: Annotated[list[Status] | None, typer.Option(help="Only these; default: all that is not finished.")] = None,
    intent: Annotated[Intent | None, typer.Option(help="Only this intent.")] = None,
    mailbox: Annotated[str, typer.Option(help="Only what came to this mailbox.")] = "",
    urgent: Annotated[bool, typer.Option("--urgent", help="Only urgent tickets.")] = False,
    sleeping: Annotated[bool, typer.Option("--sleeping", help="Also what was snoozed.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="At most so many.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """The queue: urgent tickets first, then those later than promised, then the oldest.

    Examples: `mailbot list`, `mailbot list --urgent`, `mailbot list --intent help_request kessel-lo`.
    """
    from mailbot.queueing import ask_queue, queue_policy
    from mailbot.storage.views import UNFINISHED, Filters

    now = datetime.now(UTC)
    asked = Filters(
        statuses=tuple(status) if status else UNFINISHED,
        intent=intent or "",
        mailbox=mailbox,
        urgent=urgent,
        words=tuple(words or ()),
        limit=limit,
        now=None if sleeping else now,
    )
    with where.reader(context) as reader:
        rows = ask_queue(reader, queue_policy(where.folder(context)), asked, now)
    if as_json:
        for row in rows:
            typer.echo(as_line(row))
    else:
        typer.echo(queue_text(rows, now))


def queue_text(rows: list[Row], now: datetime) -> str:
    """The queue as a table for people."""
    if not rows:
        return "Nothing waits. `mailbot list --status closed` shows what was done."
    head = ("", "TICKET", "WHAT", "STATUS", "WAITS", "PROMISE", "WHO", "LANG", "PLACE", "FROM", "SUBJECT")
    table = columns(head, [_cells(row, now) for row in rows])
    first, *lines = table.splitlines()
    shown = [loud(line) if row["urgent"] else line for line, row in zip(lines, rows, strict=True)]
    return "\n".join([bold(first), *shown, quiet("`mailbot next` takes the first that is free")])


def _cells(row: Row, now: datetime) -> tuple[str, ...]:
    kinds = ", ".join(row["about"])
    return (
        "!" if row["urgent"] else "",
        f"#{row['id']}",
        WORDS[row["intent"]] + (f": {kinds}" if kinds else ""),
        row["status"],
        ago(now - (row["waits_since"] or row["created_at"])),
        row.get("promise", ""),
        safe(hand(row, now)),
        row["language"],
        safe(row["place"] or ""),
        safe(row["requester_name"] or row["requester_email"])[:24],
        safe(row["subject"])[:60],
    )


def hand(row: Row, now: datetime) -> str:
    """In whose hands a ticket is: the holder's name, or in brackets that of whom it was given to."""
    if row["claimed_by"] and row["claimed_until"] and row["claimed_until"] > now:
        return str(row["claimed_by"])
    return f"({row['assigned_to']})" if row["assigned_to"] else ""


def show(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="TICKET", help="A ticket number, such as 1042 or #1042.")],
    full: Annotated[bool, typer.Option("--full", help="With the quoted text of each letter.")] = False,
    save: Annotated[int, typer.Option("--save", metavar="N", help="Save attachment N; nothing is opened.")] = 0,
    to: Annotated[Path, typer.Option("--to", help="Where to save it; default: here.")] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="The ticket as one JSON object.")] = False,
) -> None:
    """One ticket: what mailbot understood and why, the letters, our answers, the history.

    Examples: `mailbot show 12`, `mailbot show 12 --full`, `mailbot show 12 --save 1 --to /media/safe`.
    """
    from mailbot.cli import attachments
    from mailbot.storage.views import ticket

    wanted = number.lstrip("#")
    if not wanted.isdecimal() or len(wanted) > 15:
        raise typer.BadParameter(f"{number!r} is no ticket number; `mailbot list` shows them")
    with where.reader(context) as reader:
        found = ticket(reader, int(wanted))
        if found is None:
            raise Permanent(f"there is no ticket #{wanted}; `mailbot list` shows the queue")
        attached = attachments.of_ticket(reader, found)
    if save:
        typer.echo(f"saved as {safe(str(attachments.save(attached, save, int(wanted), to)))}; it was not opened")
        return
    listed = [{"name": each.name, "type": each.type, "size": each.size} for each, _ in attached]
    if as_json:
        typer.echo(as_line({**found, "attachments": listed}))
    else:
        typer.echo(ticket_text(found, full=full, attached=attachments.lines(attached, int(wanted))))


def ticket_text(ticket: Row, *, full: bool = False, attached: Sequence[str] = ()) -> str:
    """One ticket for people to read."""
    return "\n".join(
        [
            *_summary(ticket),
            *(line for letter in ticket["letters"] for line in _letter(letter, full=full)),
            *_proposed(ticket),
            *(["", bold("attachments"), *attached] if attached else []),
            *_mails(ticket["mails"]),
            *_history(ticket["events"]),
            "",
            _next_steps(ticket, datetime.now(UTC)),
        ]
    )


def _summary(ticket: Row) -> list[str]:
    urgent = loud("URGENT ") if ticket["urgent"] else ""
    facts = {
        "from": f"{ticket['requester_name']} <{ticket['requester_email']}>".strip(),
        "phone": ticket["phone"],
        "place": ticket["place"],
        "language": ticket["language"],
        "for": "somebody else" if ticket["on_behalf"] else None,
        "kind": ", ".join(ticket["about"]) or None,
        "also": ", ".join(f"#{number}" for number in ticket["linked"]) or None,
        "linked": ", ".join(f"#{number}" for number in ticket["related"]) or None,
        "in hand": hand(ticket, datetime.now(UTC)) or None,
        "rests until": local(ticket["snoozed_until"]) if ticket["snoozed_until"] else None,
        "merged into": f"#{ticket['merged_into']}" if ticket["merged_into"] else None,
        "since": local(ticket["created_at"]),
        **{name: str(value) for name, value in ticket["needs"].items()},
    }
    lines = [f"{name:>12}  {safe(str(value))}" for name, value in facts.items() if value]
    title = f"#{ticket['id']}  {urgent}{WORDS[ticket['intent']]}, {ticket['status']}: {safe(ticket['subject'])}"
    return [bold(title), *lines]


def _letter(letter: Row, *, full: bool) -> list[str]:
    writer = safe(letter["sender_name"] or letter["sender_email"])
    head = f"{local(letter['arrived_at'])}  letter {letter['id']} from {writer}"
    text = letter["text"] if full else letter["new_text"] or letter["text"]
    body = [f"    {line}" for line in safe(text.strip(), lines=True).splitlines()]
    hidden = [] if full or len(text.strip()) == len(letter["text"].strip()) else [quiet("    … quoted text: --full")]
    why = [quiet(f"    because  {_reason(reason)}") for reason in letter["verdict"].get("reasons", [])[:8]]
    return ["", bold(head), *body, *hidden, *why]


def _reason(reason: dict[str, Any]) -> str:
    sentence = f': "{safe(reason["sentence"])[:90]}"' if reason.get("sentence") else ""
    return f"{reason['about']} = {reason['value']}, {safe(reason['because'])}{sentence}"


def _proposed(ticket: Row) -> list[str]:
    """The answers of the library that may fit the last letter, why, and the command that sends them."""
    from mailbot.tickets.proposals import from_library

    answers = from_library(ticket)
    if not answers:
        return []
    lines = [line for each in answers for line in _proposal(each)]
    step = quiet(f"    `mailbot answers show {safe(answers[0]['id'])}` reads one")
    return ["", bold("the library may answer"), *lines, step]


def _proposal(named: Row) -> list[str]:
    told = f"    {named['sure']:4.0%}  {safe(named['id'])}  ? {safe(named['question'])[:70]}"
    return [told, quiet(f"          {safe(named['why'])[:100]}")] if named.get("why") else [told]


def _mails(mails: list[Row]) -> list[str]:
    return ["", bold("our mail"), *(_mail(mail) for mail in mails)] if mails else []


def _mail(mail: Row) -> str:
    outcome = f" ({safe(mail['outcome'])})" if mail["outcome"] and mail["state"] != "sent" else ""
    when = local(mail["sent_at"] or mail["created_at"])
    return f"    {when}  {mail['purpose']} ({mail['language']}) to {safe(mail['recipient'])}: {mail['state']}{outcome}"


def _history(events: list[Row]) -> list[str]:
    lines = [f"    {local(event['at'])}  {safe(event['actor'])}: {event['kind']}{_details(event)}" for event in events]
    return ["", bold("history"), *lines] if lines else []


def _details(event: Row) -> str:
    answers = event["details"].get("answers")
    told = ", ".join(_answer(each) for each in answers) if answers else story(event["details"])
    return f" ({told})" if told else ""


def _answer(named: Any) -> str:
    """One answer of the library, as an event has it: its name, and how sure it was."""
    return f"{safe(named['id'])} {named['sure']:.0%}" if isinstance(named, dict) else safe(str(named))


def _next_steps(ticket: Row, now: datetime) -> str:
    """What a person types next, after having read."""
    number = ticket["id"]
    if ticket["merged_into"]:
        return quiet(f"`mailbot show {ticket['merged_into']}`")
    if ticket["status"] in {"resolved", "closed"}:
        return quiet(f"`mailbot reopen {number}`")
    if hand(ticket, now) in {"", f"({ticket['assigned_to']})"}:
        return quiet(f"`mailbot claim {number}` takes it")
    ways = f"`mailbot reply {number}` in $EDITOR, `mailbot reply {number} -T list` for others"
    return quiet(f"{_proposed_step(ticket)}{ways};\nalso `note`, `set`, `forward`, `close`: `mailbot --help`")


def _proposed_step(ticket: Row) -> str:
    """The command that sends what is proposed for a ticket; empty where nothing is."""
    from mailbot.tickets.proposals import best_of_each, from_library, proposed_answer

    number, answers = ticket["id"], best_of_each(from_library(ticket))
    if answers and not ticket["urgent"]:
        return f"`mailbot reply {number}{''.join(f' --answer {safe(each)}' for each in answers)}` sends it; or "
    name = proposed_answer(ticket)
    return f"`mailbot reply {number} -T {name}` sends what is proposed; or " if name else ""


def as_line(row: Any) -> str:
    """A row as one line of JSON, times in ISO 8601."""
    return json.dumps(row, ensure_ascii=False, default=lambda value: value.isoformat())
