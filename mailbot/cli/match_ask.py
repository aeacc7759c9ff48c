"""`match ask`, `match no-answer`: the ready question to those who nearly fit, and calls in vain."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli import where
from mailbot.cli.match_desk import named
from mailbot.cli.terminal import local, quiet, safe

if TYPE_CHECKING:
    from mailbot.match_asking import Near
    from mailbot.match_effects import Scene
    from mailbot.outbox.store import Draft

Request = Annotated[str, typer.Argument(help="A request, such as H-231.")]


def register(nouns: typer.Typer) -> None:
    nouns.command("ask")(ask)
    nouns.command("no-answer")(no_answer)


def ask(
    context: typer.Context,
    request: Request,
    offers: Annotated[list[str] | None, typer.Argument(help="Only these offers, such as A-88.")] = None,
    send: Annotated[bool, typer.Option("--send", help="Really ask; without this it is only shown.")] = False,
) -> None:
    """Ask those who would fit a request but for one thing: another kind, a bit further, another time.

    Who says yes is proposed to a matchmaker in the next digest. Nobody is asked twice in a day.
    Examples: `mailbot match ask H-231`, `mailbot match ask H-231 A-88 --send`.
    """
    from mailbot.match_asking import ask_near

    number, chosen = _request(request), [named(each)[1] for each in offers or []]
    with scene(context, keep=send) as (made, drafts):
        found, owed = ask_near(made, number, chosen)
        drafts.extend(owed)
    for line in _lines(found, owed):
        typer.echo(line)
    step = "" if send else f"; `mailbot match ask H-{number} --send` asks them"
    typer.echo(quiet(f"{len(owed)} mails {'are on their way' if send else 'would leave'}{step}"))


def _lines(found: list[Near], owed: list[Draft]) -> Iterator[str]:
    from mailbot.letters_of import text_of

    for each in found:
        told = f": {each.left_out}" if each.left_out else ""
        yield safe(f"A-{each.offer}  {each.name}, but for {each.rule}{told}")
    if owed:
        yield "\n" + "\n".join(f"    {line}" for line in safe(text_of(owed[0].octets), lines=True).splitlines()) + "\n"


def no_answer(context: typer.Context, request: Request) -> None:
    """You called and nobody picked up: the request rests, is called again, and after three tries is a person's.

    Example: `mailbot match no-answer H-231`.
    """
    from mailbot.match_calls import no_answer as tried

    number = _request(request)
    with scene(context, keep=True) as (made, drafts):
        done = tried(made, number)
        drafts.extend(done.drafts)
    if done.again is None:
        typer.echo(f"H-{number}: {done.tries} calls in vain; the coordinator is told, `mailbot show {number}`")
    else:
        typer.echo(f"H-{number}: try {done.tries}; call again when it comes back, {local(done.again)}")


@contextmanager
def scene(context: typer.Context, *, keep: bool) -> Iterator[tuple[Scene, list[Draft]]]:
    """The desk opened for one deed; what is put into the list is queued with it. Without `keep` nothing is written."""
    from mailbot.match_effects import Scene
    from mailbot.opening import open_desk
    from mailbot.outbox import store as outbox

    opened = open_desk(where.folder(context))
    now, drafts = opened.office.clock(), list["Draft"]()
    try:
        with opened.office.database.begin() if keep else opened.office.database.read() as connection:
            yield Scene(connection, opened.office.correspondence, now, getpass.getuser(), "terminal"), drafts
            if keep:
                outbox.enqueue(connection, drafts, now)
    finally:
        opened.office.database.close()


def _request(written: str) -> int:
    """The number of a request as people write it: 231 or H-231."""
    plain = written.strip().lstrip("#")
    if plain.isdecimal() and len(plain) <= 15:
        return int(plain)
    letter, number = named(written)
    if letter != "H":
        raise typer.BadParameter(f"{written!r} is no request; write it as H-231")
    return number
