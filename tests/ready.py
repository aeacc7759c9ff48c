"""What is dear to make, made once in a run by the product itself and copied: a migrated database, a new desk's folder.

That the migrations lead to the tables in code is shown in `tests/storage/test_database.py`, on new databases.
"""

from __future__ import annotations

import atexit
import multiprocessing
import shutil
import tempfile
from datetime import date
from functools import cache
from multiprocessing.context import BaseContext
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mailbot.cli import setup
from mailbot.cli.app import app
from mailbot.storage import schema
from mailbot.storage.database import Database


def new_database(request: pytest.FixtureRequest, folder: Path) -> str:
    """The URL of a migrated and empty database on the engine that the fixture's parameter names."""
    if request.param.startswith("postgres"):
        url: str = request.getfixturevalue("postgres").migrated_database()
        return url
    return new_sqlite(folder / "mailbot.db")


def new_sqlite(path: Path) -> str:
    """The URL of a migrated and empty database in a new file."""
    shutil.copy(_blank(), path)
    return f"sqlite:///{path}"


def make_folder(folder: Path, boxes: dict[str, str], imap: str, smtp: str, since: date) -> None:
    """A new desk's folder as `mailbot init` makes it, which finds its database migrated already."""
    (folder / "data").mkdir(parents=True)
    new_sqlite(folder / "data" / "mailbot.db")
    setup.make_folder(folder, boxes, imap, smtp, since)


@cache
def initiated() -> Path:
    """A desk's folder as the command `init` makes it from nothing; to be copied."""
    folder = _folder() / "initiated"
    words = ("--mailbox", "corona=corona@leuven.example", "--imap", "127.0.0.1", "--smtp", "127.0.0.1")
    done = CliRunner().invoke(app, ["init", str(folder), *words])
    assert done.exit_code == 0, done.output
    return folder


@cache
def processes() -> BaseContext:
    """A way to start processes of their own, which have mailbot loaded; none of them shares a thing with the tests."""
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["__main__", "mailbot.worker", "mailbot.writing", "mailbot.matchmaking"])
    return server


@cache
def _blank() -> Path:
    path = _folder() / "blank.db"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    database.close()
    return path


@cache
def _folder() -> Path:
    made = Path(tempfile.mkdtemp(prefix="mailbot-tests-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made
