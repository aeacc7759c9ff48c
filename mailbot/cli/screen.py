"""`triage`: the desk as a full-screen program."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli import where
from mailbot.cli.acting import Actor, operator

if TYPE_CHECKING:
    from mailbot.writing import Writing


def register(app: typer.Typer) -> None:
    app.command("triage")(triage)


def triage(
    context: typer.Context,
    language: Annotated[str, typer.Option("--lang", help="en or nl; default: that of your locale.")] = "",
    actor: Actor = "",
) -> None:
    """The desk on the whole screen: read, accept or correct, answer, snooze, pass on. The keys stand below.

    Examples: `mailbot triage`, `mailbot triage --lang nl --as an`.
    """
    from mailbot.screen.looking import Asking, queue

    opened: list[Writing] = []
    folder = where.folder(context)
    asking = Asking(_once(folder, opened), folder, operator(actor), where.url(context))
    queue(asking)  # what is wrong with the desk is told before the screen is taken
    from mailbot.screen.app import Triage
    from mailbot.screen.words import words_for

    screen = Triage(asking, words_for(language, os.environ))
    try:
        screen.run()
    finally:
        for each in opened:
            each.database.close()
    if screen.refusal:
        raise screen.refusal


def _once(folder: Path, opened: list[Writing]) -> Callable[[], Writing]:
    """All that verbs write with, opened by the first that asks, in whatever thread."""
    lock = Lock()

    def opening() -> Writing:
        from mailbot.opening import open_writing

        with lock:
            if not opened:
                opened.append(open_writing(folder))
            return opened[0]

    return opening
