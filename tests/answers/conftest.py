"""A migrated, empty database of each engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mailbot.storage.database import Database
from tests.ready import new_database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path) -> Iterator[Database]:
    """Each engine in turn."""
    opened = Database(new_database(request, tmp_path))
    yield opened
    opened.close()
