"""A database of each engine that is here, migrated and empty."""

import pytest

from mailbot.storage import schema
from mailbot.storage.database import Database


@pytest.fixture
def database(tmp_path):
    opened = Database(f"sqlite:///{tmp_path}/mailbot.db")
    schema.upgrade(opened)
    yield opened
    opened.close()
