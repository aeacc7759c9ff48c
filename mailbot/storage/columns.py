"""Column types that both engines understand alike. The tables made of them are in `tables`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, Integer, Text, TypeDecorator, text
from sqlmodel import Field


class UTCDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on both engines; SQLite itself would give back a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


BigId = BigInteger().with_variant(Integer, "sqlite")


def identity() -> Any:
    """A number that the database gives out."""
    return Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))


def link(nullable: bool = False) -> Any:
    """The number of a row elsewhere."""
    return Field(default=None, sa_column=Column(BigInteger, nullable=nullable))


def moment(nullable: bool = True) -> Any:
    """An aware UTC time."""
    return Field(default=None, sa_column=Column(UTCDateTime, nullable=nullable))


def long_text() -> Any:
    """Text of any length, empty by default."""
    return Field(default="", sa_column=Column(Text, nullable=False, server_default=""))


def document() -> Any:
    """A JSON object."""
    return Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


def only_where(condition: str) -> dict[str, Any]:
    """The condition of a partial index."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
