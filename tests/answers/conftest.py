"""A migrated, empty database of each engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mailbot.storage import schema
from mailbot.storage.database import Database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path) -> Iterator[Database]:
    """Each engine in turn."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path}/mailbot.db")
    else:
        opened = Database(request.getfixturevalue("postgres").new_database())
    schema.upgrade(opened)
    yield opened
    opened.close()
