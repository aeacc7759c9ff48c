"""A database of each engine that is here, migrated and empty."""

import pytest

from mailbot.storage.database import Database
from tests.ready import new_sqlite


@pytest.fixture
def database(tmp_path):
    opened = Database(new_sqlite(tmp_path / "mailbot.db"))
    yield opened
    opened.close()
