"""Finding the desk that a command is about: its folder, its settings, its database. Opens no more than asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from mailbot.storage.database import Database
    from mailbot.storage.reading import Reader


def folder(context: typer.Context) -> Path:
    """The desk's folder. Raises ConfigurationError where there is none."""
    from mailbot.place import find_folder

    return find_folder(context.obj)


def rules(context: typer.Context) -> Path:
    """The town's rules."""
    from mailbot.place import find_folder, rules_file

    return rules_file(find_folder(context.obj))


@contextmanager
def reader(context: typer.Context) -> Iterator[Reader]:
    """The database, for looking only."""
    from mailbot.storage.reading import open_reader

    with open_reader(url(context)) as opened:
        yield opened


@contextmanager
def database(context: typer.Context) -> Iterator[Database]:
    """The database, for a change; its schema must be current."""
    from mailbot.storage.database import Database
    from mailbot.storage.schema import require_current

    opened = Database(url(context))
    try:
        require_current(opened)
        yield opened
    finally:
        opened.close()


def url(context: typer.Context) -> str:
    """The database's URL: from the environment, else from mailbot.toml, else beside it."""
    from mailbot.place import database_url

    return database_url(context.obj)
