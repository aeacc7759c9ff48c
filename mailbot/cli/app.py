"""The commands put together. What each does is in the file of its noun."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.main

from mailbot import __version__
from mailbot.cli import (
    answers,
    change,
    claims,
    demo,
    doctor,
    intake,
    join,
    learn,
    match,
    outbox,
    quarantine,
    queue,
    reply,
    roster,
    run,
    screen,
    search,
    setup,
    status,
    triage,
)

app = typer.Typer(
    help="mailbot: a crisis desk's letters, from the mailbox to the answer.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mailbot {__version__}")
        raise typer.Exit


@app.callback()
def common(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Option("--folder", "-C", help="The desk's folder. [env MAILBOT_FOLDER; default: here]")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    context.obj = folder


OPERATORS = (screen, queue, claims, reply, change, join, search, roster, intake)
TOWN = (setup, run, demo, status, doctor, outbox, quarantine)
MEANING = (triage, learn)
for noun in (*OPERATORS, match, answers, *MEANING, *TOWN):
    noun.register(app)


@lru_cache(maxsize=1)
def command() -> Any:
    """All commands as one, put together once in a process."""
    return typer.main.get_command(app)
