"""The tickets' tests use the databases of the storage tests."""

from tests.storage.conftest import database

__all__ = ["database"]
