"""Who may do a thing alone: locks that end with their holder, not with a clock.

On PostgreSQL an advisory lock on a connection of its own; beside a SQLite file, flock on a small file. Both
are freed by the operating system or the server the moment the holder dies, so a killed worker blocks nobody.
"""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from mailbot.storage.database import Database


class Lock:
    """A named lock of one database. `take` answers at once; `release` may be called twice."""

    def __init__(self, database: Database, name: str) -> None:
        self.name = name
        self._database = database
        self._holding: object | None = None

    def take(self) -> bool:
        """Whether this holder now has the lock; False where another has it."""
        self._holding = (
            _take_file(_file(self._database, self.name))
            if self._database.is_sqlite
            else _take_advisory(self._database, self.name)
        )
        return self._holding is not None

    def release(self) -> None:
        if self._holding is not None:
            self._holding.close()  # type: ignore[attr-defined]
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


def _file(database: Database, name: str) -> Path:
    assert database.file is not None
    folder = database.file.with_name(database.file.name + ".locks")
    folder.mkdir(exist_ok=True)
    return folder / re.sub(r"[^\w.-]", "_", name)


def _take_file(path: Path) -> object | None:
    handle = path.open("a")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return None
    return handle


def _take_advisory(database: Database, name: str) -> object | None:
    connection = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    taken = connection.execute(text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))"), {"name": name})
    if taken.scalar():
        connection.detach()  # its end must free the lock, not return it to the pool
        return connection
    connection.close()
    return None
