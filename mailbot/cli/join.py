"""`merge`, `split`, `link`, `move`: what letters and tickets have to do with each other."""

from __future__ import annotations

from typing import Annotated

import typer

from mailbot.cli import where
from mailbot.cli.acting import Actor, AsJson, Number, clock, next_step, operator, ticket_number, told
from mailbot.model import Intent, Permanent

Other = Annotated[str, typer.Argument(metavar="OTHER", help="The other ticket's number.")]


def register(app: typer.Typer) -> None:
    app.command("merge")(merge)
    app.command("split")(split)
    app.command("link")(link)
    app.command("move")(move)


def merge(
    context: typer.Context,
    number: Number,
    other: Other,
    two_people: Annotated[bool, typer.Option("--two-people", help="Also where two people wrote them.")] = False,
    actor: Actor = "",
    as_json: AsJson = False,
) -> None:
    """Put a ticket into another: its letters go over, and answers to its mail find the other from now on.

    Example: `mailbot merge 13 12` makes #13 part of #12.
    """
    from mailbot.tickets import desk_store

    wanted, into, who = ticket_number(number), ticket_number(other), operator(actor)
    with where.database(context) as database:
        desk_store.merge(database, wanted, into, who, clock(), two_people=two_people)
    told(
        f"#{wanted} is part of #{into} now. {next_step(f'show {into}')}",
        {"ticket": wanted, "merged_into": into},
        as_json=as_json,
    )


def split(
    context: typer.Context,
    number: Number,
    intent: Annotated[Intent, typer.Option(help="What the second ticket is about.")],
    actor: Actor = "",
    as_json: AsJson = False,
) -> None:
    """Make a second ticket of the same letters, for another thing that they ask.

    Example: `mailbot split 12 --intent help_offer`.
    """
    from mailbot.tickets import desk_store

    wanted, who = ticket_number(number), operator(actor)
    with where.database(context) as database:
        made = desk_store.split(database, wanted, intent, who, clock())
    told(f"#{made} was made of #{wanted}. {next_step(f'show {made}')}", {"ticket": made}, as_json=as_json)


def link(context: typer.Context, number: Number, other: Other, actor: Actor = "", as_json: AsJson = False) -> None:
    """Note that two tickets have to do with each other; both stay. Example: `mailbot link 12 15`."""
    from mailbot.tickets import desk_store

    wanted, second = ticket_number(number), ticket_number(other)
    with where.database(context) as database:
        desk_store.link(database, wanted, second, operator(actor), clock())
    told(f"#{wanted} and #{second} are linked.", {"ticket": wanted, "linked": second}, as_json=as_json)


def move(
    context: typer.Context,
    letter: Annotated[str, typer.Argument(metavar="LETTER", help="A letter's number, as `show` gives it.")],
    to: Annotated[str, typer.Option("--to", help="The ticket it belongs to.")],
    source: Annotated[str, typer.Option("--from", help="The ticket it is on now; needed where it is on several.")] = "",
    actor: Actor = "",
    as_json: AsJson = False,
) -> None:
    """Put one letter on the ticket where it belongs. Example: `mailbot move 345 --to 12`."""
    from mailbot.storage.desk_views import tickets_of_letter
    from mailbot.tickets import desk_store

    if not letter.isdecimal() or len(letter) > 15:
        raise typer.BadParameter(f"{letter!r} is no letter's number; `mailbot show TICKET` gives them")
    with where.reader(context) as reader:
        here = tickets_of_letter(reader, int(letter))
    if not here:
        raise Permanent(f"letter {letter} is on no ticket; `mailbot list` shows the queue")
    if not source and len(here) > 1:
        numbers = ", ".join(f"#{number}" for number in here)
        raise Permanent(f"letter {letter} is on {numbers}; add --from, such as --from {here[0]}")
    begun, wanted = ticket_number(source) if source else here[0], ticket_number(to)
    with where.database(context) as database:
        desk_store.move(database, int(letter), begun, wanted, operator(actor), clock())
    told(
        f"Letter {letter} is on #{wanted} now. {next_step(f'show {wanted}')}",
        {"letter": int(letter), "from": begun, "ticket": wanted},
        as_json=as_json,
    )
