"""The engine: one URL, SQLite or PostgreSQL, and the transactions of both. What is stored is in `tables`.

SQLite is opened with synchronous=FULL, so that an acknowledged letter survives a power cut, and every
writing transaction begins IMMEDIATE, so that a second process waits instead of failing halfway. The journal
is WAL only where the linked SQLite has the WAL-reset fix; elsewhere it is TRUNCATE (docs/decisions.md).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from mailbot.model import ConfigurationError, Permanent, Temporary

BUSY_TIMEOUT_S = 30
WAL_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the WAL-reset fix of 3.51.3 or one of its back-ports (3.50.7, 3.44.6)."""
    return version >= WAL_FIXED[0] or any(version[:2] == fixed[:2] and version >= fixed for fixed in WAL_FIXED[1:])


def journal_mode(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> str:
    """The journal of a SQLite database for this library version: WAL where safe, else TRUNCATE."""
    return "WAL" if wal_is_safe(version) else "TRUNCATE"


class Damaged(Permanent):
    """The database's file is not sound: nothing more may be written to it."""


class Database:
    """One database by URL. Thread-safe; connections are pooled and closed by `close`.

    Raises ConfigurationError for a URL that names no known engine or no reachable folder, Temporary where
    the database is there but does not answer or is locked for longer than `BUSY_TIMEOUT_S`.
    """

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
            if self.url.get_backend_name() == "postgresql" and self.url.drivername == "postgresql":
                self.url = self.url.set(drivername="postgresql+psycopg")
            self.engine = _engine(self.url.render_as_string(hide_password=False))
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
            # its words may hold the password that stands in the URL
            raise ConfigurationError(
                f"database URL not understood ({type(error).__name__}); write sqlite:///FILE or "
                "postgresql://USER@HOST/NAME (PostgreSQL needs the extra: pip install 'mailbot[postgres]'), "
                "then run `mailbot check`"
            ) from None

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def file(self) -> Path | None:
        """The SQLite file; None on PostgreSQL."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A writing transaction: committed at the end of the block, rolled back on any exception."""
        with named_errors(self.url.render_as_string()), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A reading transaction that takes no write lock and sees one moment only; never commits."""
        with named_errors(self.url.render_as_string()), self.engine.connect() as connection:
            if self.is_sqlite:
                yield connection.execution_options(mailbot_read=True)
            else:
                yield connection.execution_options(isolation_level="REPEATABLE READ")
            connection.rollback()

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=8, hide_parameters=True)
    waits = {"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}
    engine = create_engine(url, connect_args=waits, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy, not the driver, says BEGIN
    for pragma in (
        f"journal_mode={journal_mode()}",
        "synchronous=FULL",
        f"busy_timeout={BUSY_TIMEOUT_S * 1000}",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-8000",  # KiB for each connection; the system holds the file in memory besides
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("mailbot_read", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def named_errors(where: str) -> Iterator[None]:
    """Say what failed and where in the house's words. Raises Temporary, Damaged, or whatever a bug raises."""
    try:
        yield
    except OperationalError as error:
        raise Temporary(f"{where}: {error.orig}; run `mailbot check`") from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlite_errorname", "").startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            raise Damaged(f"{where}: {error.orig}; stop the worker and restore the last backup") from error
        if error.connection_invalidated:
            raise Temporary(f"{where}: connection lost ({error.orig}); run `mailbot check`") from error
        raise


def insert_new(connection: Connection, table: Table) -> Any:
    """An INSERT that leaves rows alone which break a unique key, on either engine."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def ping(database: Database) -> str:
    """The engine's name and version, as `check` prints it."""
    with database.read() as connection:
        if database.is_sqlite:
            return f"SQLite {sqlite3.sqlite_version}, journal {journal_mode()}"
        return f"PostgreSQL {connection.execute(text('SHOW server_version')).scalar()}"
