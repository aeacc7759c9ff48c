"""`next`, `claim`, `release`, `assign`, `snooze`: who has which letter in hand."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli import where
from mailbot.cli.acting import Actor, AsJson, Number, clock, operator, show_ticket, ticket_number, told, writing
from mailbot.cli.terminal import local

if TYPE_CHECKING:
    from mailbot.writing import Writing

TRIES = 20


def register(app: typer.Typer) -> None:
    app.command("next")(next_ticket)
    app.command("claim")(claim)
    app.command("release")(release)
    app.command("assign")(assign)
    app.command("snooze")(snooze)


def next_ticket(
    context: typer.Context,
    mailbox: Annotated[str, typer.Option(help="Only what came to this mailbox.")] = "",
    intent: Annotated[str, typer.Option(help="Only this intent, such as help_request.")] = "",
    actor: Actor = "",
    as_json: AsJson = False,
) -> None:
    """Take the most pressing letter that nobody has, and show it with what mailbot makes of it.

    From here to a sent answer:  `mailbot next`,  `mailbot reply 12 --template searching`.
    """
    from mailbot.model import MailbotError
    from mailbot.tickets.standing import Refused

    who = operator(actor)
    with writing(context) as desk:
        for number in _waiting(context, desk, who, mailbox, intent):
            try:
                _claim(desk, number, who, clock())
            except Refused:  # a colleague was quicker
                continue
            show_ticket(context, number, as_json=as_json)
            return
    raise MailbotError("nothing waits for you; `mailbot list` shows the whole queue")


def _waiting(context: typer.Context, desk: Writing, who: str, mailbox: str, intent: str) -> list[int]:
    from mailbot.queueing import ask_queue
    from mailbot.storage.views import Filters

    now = clock()
    free = Filters(("new", "open"), intent=intent, mailbox=mailbox, limit=TRIES, now=now, free_for=who)
    with where.reader(context) as reader:
        return [row["id"] for row in ask_queue(reader, desk.policy, free, now)]


def _claim(desk: Writing, number: int, who: str, now: datetime) -> None:
    from mailbot.tickets import desk_store, verbs

    minutes = desk.policy.desk.claim_minutes
    desk_store.act(desk.database, number, lambda ticket: verbs.claim(ticket, who, now, minutes), who, now)


def take(context: typer.Context, number: int, who: str) -> None:
    """Claim a ticket without showing it."""
    with writing(context) as desk:
        _claim(desk, number, who, clock())


def claim(context: typer.Context, number: Number, actor: Actor = "", as_json: AsJson = False) -> None:
    """Take one ticket and show it: for twenty minutes nobody else answers it.

    Claiming again holds on to it, and shows what the citizen wrote meanwhile.
    Example: `mailbot claim 12`.
    """
    wanted, who = ticket_number(number), operator(actor)
    with writing(context) as desk:
        _claim(desk, wanted, who, clock())
    show_ticket(context, wanted, as_json=as_json)


def release(context: typer.Context, number: Number, actor: Actor = "", as_json: AsJson = False) -> None:
    """Give a ticket back to the queue. Example: `mailbot release 12`."""
    from mailbot.tickets import desk_store, verbs

    wanted, who, now = ticket_number(number), operator(actor), clock()
    with where.database(context) as database:
        desk_store.act(database, wanted, lambda ticket: verbs.release(ticket, who, now), who, now)
    told(f"#{wanted} is back in the queue.", {"ticket": wanted, "claimed_by": None}, as_json=as_json)


def assign(
    context: typer.Context,
    number: Number,
    to: Annotated[str, typer.Argument(metavar="NAME", help="The colleague.")],
    over: Annotated[bool, typer.Option("--over", help="Also where somebody holds it now.")] = False,
    actor: Actor = "",
    as_json: AsJson = False,
) -> None:
    """Give a ticket to a colleague: `next` brings it to nobody else.

    Examples: `mailbot assign 12 jan`, `mailbot assign 12 jan --over`.
    """
    from mailbot.tickets import desk_store, verbs
    from mailbot.tickets.names import operator_name

    wanted, who, now, colleague = ticket_number(number), operator(actor), clock(), operator_name(to)
    with where.database(context) as database:
        desk_store.act(database, wanted, lambda ticket: verbs.assign(ticket, who, colleague, now, over=over), who, now)
    told(f"#{wanted} is {colleague}'s.", {"ticket": wanted, "assigned_to": colleague}, as_json=as_json)


def snooze(
    context: typer.Context,
    number: Number,
    until: Annotated[str, typer.Argument(metavar="UNTIL", help="30m, 2h, 3d, tomorrow, 2020-04-01 or 17:30.")],
    actor: Actor = "",
    as_json: AsJson = False,
) -> None:
    """Let a ticket rest; a new letter of the citizen wakes it earlier.

    Examples: `mailbot snooze 12 2h`, `mailbot snooze 12 tomorrow`.
    """
    from mailbot.tickets import desk_store, verbs
    from mailbot.tickets.spoken_time import read_moment

    wanted, who, now = ticket_number(number), operator(actor), clock()
    with writing(context) as desk:
        moment = read_moment(until, desk.policy.hours, now)
        desk_store.act(desk.database, wanted, lambda ticket: verbs.snooze(ticket, who, moment, now), who, now)
    told(f"#{wanted} rests until {local(moment)}.", {"ticket": wanted, "snoozed_until": moment}, as_json=as_json)
