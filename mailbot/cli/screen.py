"""`triage`: the desk as a full-screen program."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from mailbot.cli import where
from mailbot.cli.acting import Actor, operator, writing


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
    from mailbot.screen.app import Triage
    from mailbot.screen.asking import Asking
    from mailbot.screen.words import words_for

    who = operator(actor)
    with writing(context) as desk:
        asking = Asking(desk, where.folder(context), who, where.url(context))
        Triage(asking, words_for(language, os.environ)).run()
