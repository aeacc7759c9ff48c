"""A read-only way to the database that starts fast: the standard library's driver, no ORM, no pool.

Commands that only look (`list`, `show`, `status`) use it, because loading SQLAlchemy alone would take longer
than the answer. Nothing is ever written through it. The questions themselves are in `views`.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from mailbot.model import ConfigurationError, MailbotError, Permanent, Temporary

BUSY_SECONDS = 30
Row = Mapping[str, Any]


class _Cursor(Protocol):
    description: Any

    def execute(self, sql: str, values: Any) -> Any: ...
    def fetchall(self) -> list[Any]: ...


class _DbConnection(Protocol):
    def cursor(self) -> Any: ...
    def close(self) -> Any: ...


class Reader:
    """Runs SELECTs with `:name` parameters on either engine; rows come as mappings by column name."""

    def __init__(self, connection: _DbConnection, *, is_sqlite: bool) -> None:
        self._connection = connection
        self.is_sqlite = is_sqlite

    def rows(self, sql: str, **values: Any) -> list[Row]:
        cursor: _Cursor = self._connection.cursor()
        written = sql if self.is_sqlite else re.sub(r"(?<!:):(\w+)", r"%(\1)s", sql)
        cursor.execute(written, {name: self._plain(value) for name, value in values.items()})
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _plain(self, value: Any) -> Any:
        """Moments as SQLite keeps them: UTC, as text."""
        if self.is_sqlite and isinstance(value, datetime):
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        return value

    def row(self, sql: str, **values: Any) -> Row | None:
        found = self.rows(sql, **values)
        return found[0] if found else None


@contextmanager
def open_reader(url: str) -> Iterator[Reader]:
    """Open the database for looking only. Raises ConfigurationError or Temporary with the next command to type."""
    is_sqlite = url.startswith("sqlite")
    connection = _open_sqlite(url) if is_sqlite else _open_postgresql(url)
    try:
        yield Reader(connection, is_sqlite=is_sqlite)
    except _faults(is_sqlite=is_sqlite) as error:
        raise _told(error, getattr(error, "sqlite_errorname", "")) from error
    finally:
        connection.close()


def _faults(*, is_sqlite: bool) -> type[Exception]:
    """What a driver raises, without loading the other one."""
    if is_sqlite:
        return sqlite3.DatabaseError
    import psycopg

    return psycopg.Error


def _told(error: Exception, code: str) -> MailbotError:
    """What a failed question means for whoever asked: an old schema, a damaged file, or trouble that may pass."""
    said = str(error).partition("\n")[0]
    if "no such table" in said or "no such column" in said or type(error).__name__.startswith("Undefined"):
        return ConfigurationError(f"the database is of another version ({said}); run `mailbot migrate`")
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return Permanent(f"the database is damaged ({said}); stop the worker and restore the last backup")
    return Temporary(f"the database cannot be read ({said}); run `mailbot check`")


def _open_sqlite(url: str) -> _DbConnection:
    path = Path(url.partition(":///")[2])
    if not path.is_file():
        raise ConfigurationError(f"{path}: no database there; run `mailbot migrate`")
    try:
        return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=BUSY_SECONDS)
    except sqlite3.Error as error:
        raise ConfigurationError(f"{path}: cannot be opened ({error}); run `mailbot check`") from error


def _open_postgresql(url: str) -> _DbConnection:
    if not url.startswith("postgresql"):
        raise ConfigurationError(
            "database URL not understood; write sqlite:///FILE or postgresql://USER@HOST/NAME, then run `mailbot check`"
        )
    try:
        import psycopg
    except ModuleNotFoundError as error:
        raise ConfigurationError("PostgreSQL needs the extra: pip install 'mailbot[postgres]'") from error
    try:
        plain = re.sub(r"^postgresql\+\w+:", "postgresql:", url)
        connection: _DbConnection = psycopg.connect(plain, connect_timeout=10)
    except psycopg.ProgrammingError:  # its words hold the URL, and so the password
        raise ConfigurationError("the database URL cannot be read; mend `database`, then run `mailbot check`") from None
    except psycopg.OperationalError as error:
        said = str(error).strip().partition("\n")[0]
        raise Temporary(f"the database does not answer ({said}); run `mailbot check`") from None
    return connection


def as_time(value: Any) -> datetime | None:
    """A stored time as an aware UTC datetime; SQLite gives text, PostgreSQL a datetime."""
    if value is None:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def as_json(value: Any) -> Any:
    """A stored JSON value; SQLite gives text, PostgreSQL the value itself."""
    return json.loads(value) if isinstance(value, str) else value
