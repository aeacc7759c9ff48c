"""`run`: the worker, once or until told to stop."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from mailbot.cli import CONFIGURATION, TEMPORARY, where
from mailbot.model import ConfigurationError


def register(app: typer.Typer) -> None:
    app.command("run")(run)


def run(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Collect, judge and deliver once, then stop.")] = False,
    verbose: Annotated[int, typer.Option("--verbose", "-v", count=True, help="Say more; -vv may name people.")] = 0,
) -> None:
    """The worker: poll the mailboxes, judge what came, answer.

    With --once the exit code tells: 0 done, 75 try later, 78 bad configuration.
    """
    from mailbot.opening import open_desk
    from mailbot.worker import run, run_once

    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        opened = open_desk(where.folder(context))
    except ConfigurationError as error:
        if not once:
            raise
        typer.echo(f"mailbot: {error}", err=True)
        raise typer.Exit(CONFIGURATION) from error
    if not once:
        run(opened)
    elif not run_once(opened):
        typer.echo("mailbot: not everything could be reached; try later (`mailbot status` tells what)", err=True)
        raise typer.Exit(TEMPORARY)
