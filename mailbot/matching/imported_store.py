"""Rows of a town's workbook become tickets, as a letter would; matching grows its records from those."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time

from sqlalchemy import Connection, select

from mailbot.matching.imported import Entry, keys_of
from mailbot.model import Audience, Intent, Status
from mailbot.storage.tables import EVENT, PARTY, TICKET


def known(connection: Connection) -> dict[tuple[Intent, str], int]:
    """The help tickets there are and that are not over, by what a double is known by."""
    columns = (TICKET.c.id, TICKET.c.intent, TICKET.c.requester_email, TICKET.c.phone, TICKET.c.categories)
    wanted = (
        select(*columns)
        .where(TICKET.c.intent.in_((Intent.HELP_REQUEST, Intent.HELP_OFFER)))
        .where(TICKET.c.status.not_in((Status.RESOLVED, Status.CLOSED)))
        .order_by(TICKET.c.id.desc())
    )
    return {
        key: row.id
        for row in connection.execute(wanted)
        for key in keys_of(Intent(row.intent), row.requester_email, row.phone or "", row.categories)
    }


def add(connection: Connection, entries: Sequence[Entry], mailbox: str, actor: str, now: datetime) -> list[int]:
    """Open a ticket for every entry, with its party and an event; their numbers in order."""
    return [_add(connection, entry, mailbox, actor, now) for entry in entries]


def _add(connection: Connection, entry: Entry, mailbox: str, actor: str, now: datetime) -> int:
    since = datetime.combine(entry.since, time(12), UTC) if entry.since else now
    needs = {"availability": entry.when, "languages": ", ".join(entry.languages), "street": entry.street}
    needs["headcount"] = str(entry.places) if entry.places > 1 else ""
    row = {
        "status": Status.NEW,
        "intent": entry.intent,
        "urgent": entry.urgent,
        "version": 1,
        "language": entry.languages[0],
        "audience": Audience.ORGANISATION if entry.places > 1 else Audience.INDIVIDUAL,
        "on_behalf": False,
        "confidence": 1.0,
        "automatic": False,
        "categories": list(entry.kinds),
        "topics": [],
        "needs": {name: value for name, value in needs.items() if value},
        "place": entry.place or None,
        "phone": entry.phone or None,
        "channel": "import",
        "mailbox": mailbox,
        "subject": f"{entry.sheet} row {entry.row}",
        "requester_email": entry.email,
        "requester_name": entry.name,
        "created_at": min(since, now),
        "updated_at": now,
    }
    ticket = int(connection.scalar(TICKET.insert().returning(TICKET.c.id), row) or 0)
    if entry.email:
        party = {"ticket": ticket, "email": entry.email, "name": entry.name, "role": "requester"}
        connection.execute(PARTY.insert(), party)
    event = {"at": now, "actor": actor, "kind": "imported", "ticket": ticket}
    connection.execute(EVENT.insert(), event | {"details": {"sheet": entry.sheet, "row": entry.row}})
    return ticket
