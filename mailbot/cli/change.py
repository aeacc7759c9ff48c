"""`note`, `close`, `reopen`, `set`, `history`: what becomes of one ticket, and what became of it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from mailbot.cli import where
from mailbot.cli.acting import Actor, AsJson, Number, clock, next_step, operator, ticket_number, told, words_of
from mailbot.cli.telling import story
from mailbot.cli.terminal import columns, local, safe
from mailbot.model import Permanent


def register(app: typer.Typer) -> None:
    app.command("note")(note)
    app.command("close")(close)
    app.command("reopen")(reopen)
    app.command("set")(set_values)
    app.command("history")(history)


def note(
    context: typer.Context,
    number: Number,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What colleagues must know; `-` reads standard input.")],
    actor: Actor = "",
    as_json: AsJson = False,
) -> None:
    """Write something down for colleagues; the citizen never sees it.

    Example: `mailbot note 12 "Belde terug: de dochter brengt de medicijnen zelf."`
    """
    from mailbot.tickets import desk_store, verbs

    wanted, who, words = ticket_number(number), operator(actor), words_of(text)
    with where.database(context) as database:
        desk_store.act(database, wanted, lambda ticket: verbs.note(ticket, words), who, clock())
    told(f"Noted on #{wanted}.", {"ticket": wanted, "note": words.strip()}, as_json=as_json)


def close(
    context: typer.Context,
    number: Number,
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why, for the history.")] = "",
    actor: Actor = "",
    as_json: AsJson = False,
) -> None:
    """Finish a ticket; a later letter of the citizen opens it again by itself.

    Example: `mailbot close 12 --reason "geholpen aan de telefoon"`.
    """
    from mailbot.tickets import desk_store, verbs

    wanted, who, now = ticket_number(number), operator(actor), clock()
    with where.database(context) as database:
        done = desk_store.act(database, wanted, lambda ticket: verbs.close(ticket, who, now, reason), who, now)
    told(f"#{wanted} is closed. {next_step('next')}", {"ticket": wanted, "status": done.status}, as_json=as_json)


def reopen(context: typer.Context, number: Number, actor: Actor = "", as_json: AsJson = False) -> None:
    """Put a finished or waiting ticket back into the queue. Example: `mailbot reopen 12`."""
    from mailbot.tickets import desk_store, verbs

    wanted, who, now = ticket_number(number), operator(actor), clock()
    with where.database(context) as database:
        done = desk_store.act(database, wanted, lambda ticket: verbs.reopen(ticket, now), who, now)
    told(f"#{wanted} is {done.status} again.", {"ticket": wanted, "status": done.status}, as_json=as_json)


def set_values(
    context: typer.Context,
    number: Number,
    values: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...", help="What to set right.")],
    actor: Actor = "",
    as_json: AsJson = False,
) -> None:
    """Set right what mailbot misread; it learns from this.

    Fields: intent (info, help_request, help_offer, other), urgent (yes, no), category (one or more, with commas),
    place, language, phone, on_behalf (yes, no).

    Examples: `mailbot set 12 urgent=yes`, `mailbot set 12 intent=help_request category=groceries,pharmacy`,
    `mailbot set 12 "place=Kessel-Lo" phone=0470000011`.
    """
    from mailbot.tickets import desk_store, verbs

    wanted, who, now = ticket_number(number), operator(actor), clock()
    asked = read_values(context, values)
    with where.database(context) as database:
        done = desk_store.act(database, wanted, lambda ticket: verbs.correct(ticket, asked), who, now)
    changed = ", ".join(f"{name} {safe(str(done.values[name]))}" for name in asked)
    told(f"#{wanted}: {changed}.", {"ticket": wanted, **asked}, as_json=as_json)


def read_values(context: typer.Context, written: list[str]) -> dict[str, Any]:
    """FIELD=VALUE pairs as columns with values. Raises Permanent naming what is allowed."""
    from mailbot.policy import load_sections
    from mailbot.tickets import verbs
    from mailbot.triage.names import CATEGORIES

    town = load_sections(where.rules(context), ("town",)).town
    known = {"categories": CATEGORIES, "language": town.languages}
    asked: dict[str, Any] = {}
    for each in written:
        name, equals, value = each.partition("=")
        if not equals:
            raise Permanent(f"{each!r} is not written as FIELD=VALUE, such as urgent=yes; see `mailbot set --help`")
        column = verbs.field_name(name.strip().lower())
        asked[column] = _phone(value) if column == "phone" else verbs.read_value(column, value.strip(), known)
    return asked


def _phone(written: str) -> str | None:
    """A telephone number as E.164; empty takes it away."""
    from mailbot.triage.contacts import candidates

    if not written.strip():
        return None
    found = [each.number for each in candidates(written)]
    if not found:
        raise Permanent(f"{written!r} is no telephone number; write it as 0470 00 00 11")
    return found[0]


def history(
    context: typer.Context,
    number: Number,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Everything that was done with a ticket: when, by whom, from what to what. Example: `mailbot history 12`."""
    from mailbot.cli.queue import as_line
    from mailbot.storage.views import ticket

    wanted = ticket_number(number)
    with where.reader(context) as reader:
        found = ticket(reader, wanted)
    if found is None:
        raise Permanent(f"there is no ticket #{wanted}; `mailbot list` shows the queue")
    if as_json:
        for event in found["events"]:
            typer.echo(as_line(event))
        return
    cells = [(local(each["at"]), each["actor"], each["kind"], story(each["details"])) for each in found["events"]]
    typer.echo(columns(("WHEN", "WHO", "WHAT", "FROM AND TO"), cells))
