"""The tests of matching use the databases of the storage tests, and records written straight into them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mailbot.matching import records_store
from mailbot.matching.growth import Seed, Whereabouts, new_offer, new_request
from mailbot.matching.playbook import Playbook
from mailbot.model import Intent
from mailbot.storage.tables import TICKET
from tests.storage.conftest import database

__all__ = ["database"]

NOW = datetime(2020, 3, 16, 9, 0, tzinfo=UTC)
LEUVEN = Whereabouts(50.8798, 4.7005, "postcode", "3000", "Leuven")


def ticket(connection, intent: str, *, kinds=("groceries",), where=LEUVEN, urgent=False, **columns) -> int:
    """A help ticket with its record; `columns` are columns of the ticket, or `record={...}` of the record."""
    record = columns.pop("record", {})
    row = {
        "status": "new",
        "intent": intent,
        "urgent": urgent,
        "version": 1,
        "language": "nl",
        "audience": "individual",
        "on_behalf": False,
        "confidence": 1.0,
        "automatic": True,
        "categories": list(kinds),
        "topics": [],
        "needs": {},
        "channel": "email",
        "mailbox": "leuven_helpt",
        "requester_email": "maria@home.example" if intent == "help_request" else "jan@home.example",
        "requester_name": "Maria Vermeulen",
        "created_at": NOW,
        "updated_at": NOW - timedelta(days=1),
    } | columns
    number = connection.scalar(TICKET.insert().returning(TICKET.c.id), row)
    seed = Seed(number, tuple(kinds), urgent, row["language"], False, row["on_behalf"], row["created_at"], where)
    grown = new_request(seed, Playbook(), NOW) if intent == Intent.HELP_REQUEST else new_offer(seed, NOW)
    records_store.add(connection, Intent(intent), [grown | record])
    return number


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request, tmp_path):
    """A database of each engine in turn, migrated and empty."""
    from mailbot.storage.database import Database
    from tests.ready import new_database

    opened = Database(new_database(request, tmp_path))
    yield opened
    opened.close()
