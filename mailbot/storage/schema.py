"""Bringing a database to the schema that this version speaks. The steps themselves are in `migrations`."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlmodel import SQLModel

from mailbot.model import ConfigurationError
from mailbot.storage.database import Database
from mailbot.storage.search_schema import PREFIX

MIGRATIONS = Path(__file__).with_name("migrations")


def upgrade(database: Database) -> None:
    """Create the schema or bring it up to date, in one transaction: old or new, never between."""
    if database.file:
        try:
            database.file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"{database.file.parent}: {error.strerror}; mend `database` in mailbot.toml, then run `mailbot migrate`"
            ) from error
    with database.begin() as connection:
        command.upgrade(_config(connection), "head")


def require_current(database: Database) -> None:
    """Raise ConfigurationError, with the command to type, unless the schema is the one spoken here."""
    if database.file and not database.file.exists():
        raise ConfigurationError(f"{database.file}: no database there; run `mailbot migrate`")
    with database.read() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    if found != newest:
        raise ConfigurationError(
            f"the database is at schema {found}, this version speaks {newest}; run `mailbot migrate`"
        )


def differences(database: Database) -> list[str]:
    """How the schema in the database differs from the tables in code; empty when the migrations are complete."""
    with database.read() as connection:
        opts = {"compare_type": False, "include_name": _is_ours}
        context = MigrationContext.configure(connection, opts=opts)
        return [str(each) for each in compare_metadata(context, SQLModel.metadata)]


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """The index of words is made of whatever each engine has, so it is in no table of ours."""
    return kind != "table" or not (name or "").startswith(PREFIX)


def write_revision(database: Database, message: str) -> None:
    """Write the next migration from the difference between database and tables; for developers."""
    with database.begin() as connection:
        command.revision(_config(connection), message=message, autogenerate=True)


def is_empty(connection: Connection) -> bool:
    """Whether nothing of ours is in the database yet."""
    return not inspect(connection).get_table_names()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
