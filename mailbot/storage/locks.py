"""Who may do a thing alone: locks that end with their holder, not with a clock.

On PostgreSQL an advisory lock on a connection of its own; beside a SQLite file, flock on a small file. Both
are freed by the operating system or the server the moment the holder dies, so a killed worker blocks nobody.
"""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from mailbot.model import Temporary
from mailbot.storage.database import Database, named_errors


class Lock:
    """A named lock of one database. `take` answers at once; `release` may be called twice."""

    def __init__(self, database: Database, name: str) -> None:
        self.name = name
        self._database = database
        self._holding: IO[str] | Connection | None = None

    def take(self) -> bool:
        """Whether this holder now has the lock; False where another has it."""
        self._holding = (
            _take_file(_file(self._database, self.name))
            if self._database.is_sqlite
            else _take_advisory(self._database, self.name)
        )
        return self._holding is not None

    def holds(self) -> bool:
        """Whether the lock is still ours: a server that was started anew has forgotten it."""
        if isinstance(self._holding, Connection):
            try:
                self._holding.execute(text("SELECT 1"))
            except DBAPIError:
                return False
        return self._holding is not None

    def release(self) -> None:
        if self._holding is not None:
            with suppress(DBAPIError):  # a server that is gone has released it already
                self._holding.close()
            self._holding = None


@contextmanager
def alone(database: Database, name: str) -> Iterator[bool]:
    """Hold a lock for a block, if it is free; the block is told whether it is."""
    lock = Lock(database, name)
    try:
        yield lock.take()
    finally:
        lock.release()


def is_free(database: Database, name: str) -> bool:
    """Whether nobody holds the lock now."""
    with alone(database, name) as taken:
        return taken


def sweep(database: Database, prefix: str) -> None:
    """Remove the files of free locks whose names begin so and are never used again, such as dead workers'."""
    if database.file is None:
        return
    for path in _folder(database.file).glob(f"{_plain(prefix)}*"):
        held = _take_file(path)
        if held is not None:
            path.unlink(missing_ok=True)
            held.close()


def _file(database: Database, name: str) -> Path:
    assert database.file is not None
    return _folder(database.file) / _plain(name)


def _folder(file: Path) -> Path:
    folder = file.with_name(file.name + ".locks")
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise Temporary(f"{folder}: {error.strerror}; run `mailbot check`") from error
    return folder


def _plain(name: str) -> str:
    return re.sub(r"[^\w.-]", "_", name)


def _take_file(path: Path) -> IO[str] | None:
    try:
        handle = path.open("a")
    except OSError as error:
        raise Temporary(f"{path}: {error.strerror}; run `mailbot check`") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return None
    return handle


def _take_advisory(database: Database, name: str) -> Connection | None:
    with named_errors(database.url.render_as_string()):
        connection = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            taken = connection.execute(text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))"), {"name": name})
            has_it = bool(taken.scalar())
        except DBAPIError:
            connection.close()
            raise
    if has_it:
        connection.detach()  # its end must free the lock, not return it to the pool
        return connection
    connection.close()
    return None
