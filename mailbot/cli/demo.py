"""`demo`: a first day of letters on an embedded mail server, shown from the mailbox to the citizen's inbox."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    app.command("demo")(demo)


def demo() -> None:
    """A first day: letters come in, become tickets, and are answered."""
