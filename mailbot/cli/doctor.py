"""`doctor`: server, ledger, tickets and outbox compared; unexplained is 0, or somebody must look."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli import where
from mailbot.cli.queue import as_line
from mailbot.cli.terminal import bold, columns, loud

if TYPE_CHECKING:
    from mailbot.storage.ledger import Balance


def register(app: typer.Typer) -> None:
    app.command("doctor")(doctor)


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the mail servers what they hold.")] = False,
) -> None:
    """Compare what the servers hold, what was collected, what became of each, and what was sent.

    Exit code 0 when nothing is unexplained, 1 otherwise, 75 where a mail server could not be asked.
    """
    from mailbot.inspection import ask_servers
    from mailbot.storage.ledger import balance

    server = {} if offline else ask_servers(where.folder(context))
    with where.database(context) as database, database.read() as connection:
        found = balance(connection, server)
    if as_json:
        lines = [asdict(line) | {"difference": line.difference} for line in found.lines]
        typer.echo(as_line(asdict(found) | {"lines": lines, "unexplained": found.unexplained}))
    else:
        typer.echo(ledger_text(found))
    if found.unexplained:
        raise typer.Exit(1)


def ledger_text(found: Balance) -> str:
    """The ledger for people: a line a mailbox, then what does not add up."""
    states = ("collected", "ticketed", "attached", "machine", "quarantined", "archived")
    names = ("waiting", "ticketed", "attached", "machine", "quarantine", "archived")
    head = ("MAILBOX", "ON SERVER", "IN LEDGER", *(name.upper() for name in names), "GONE", "DIFFERENCE")
    rows = [
        (
            line.mailbox,
            "-" if line.server is None else str(line.server),
            str(line.collected),
            *(str(line.states.get(state, 0)) for state in states),
            str(line.gone),
            str(line.difference),
        )
        for line in found.lines
    ]
    first, *lines = columns(head, rows).splitlines()
    total = f"unexplained: {found.unexplained}"
    faults = [loud(fault) for fault in found.faults]
    return "\n".join([bold(first), *lines, *faults, loud(total) if found.unexplained else total])
