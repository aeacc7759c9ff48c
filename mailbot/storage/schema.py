"""Bringing a database to the schema that this version speaks. The steps themselves are in `migrations`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from mailbot.model import ConfigurationError
from mailbot.storage.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).with_name("migrations")


def upgrade(database: Database) -> None:
    """Create the schema or bring it up to date, in one transaction: old or new, never between."""
    from alembic import command

    if database.file:
        try:
            database.file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"{database.file.parent}: {error.strerror}; mend `database` in mailbot.toml, then run `mailbot migrate`"
            ) from error
    with database.begin() as connection:
        if version(connection) != newest():
            command.upgrade(_config(connection), "head")


def require_current(database: Database) -> None:
    """Raise ConfigurationError, with the command to type, unless the schema is the one spoken here."""
    if database.file and not database.file.exists():
        raise ConfigurationError(f"{database.file}: no database there; run `mailbot migrate`")
    with database.read() as connection:
        found = version(connection)
    if found != newest():
        raise ConfigurationError(
            f"the database is at schema {found}, this version speaks {newest()}; run `mailbot migrate`"
        )


def version(connection: Connection) -> str | None:
    """The schema of a database as it says itself; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def newest() -> str:
    """The schema spoken here: the number before the name of the last migration, without loading any."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def differences(database: Database) -> list[str]:
    """How the schema in the database differs from the tables in code; empty when the migrations are complete."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlmodel import SQLModel

    with database.read() as connection:
        opts = {"compare_type": False, "include_name": _is_ours}
        context = MigrationContext.configure(connection, opts=opts)
        return [str(each) for each in compare_metadata(context, SQLModel.metadata)]


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """The index of words is made of whatever each engine has, so it is in no table of ours."""
    from mailbot.storage.search_schema import PREFIX

    return kind != "table" or not (name or "").startswith(PREFIX)


def write_revision(database: Database, message: str) -> None:
    """Write the next migration from the difference between database and tables; for developers."""
    from alembic import command

    with database.begin() as connection:
        command.revision(_config(connection), message=message, autogenerate=True)


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
