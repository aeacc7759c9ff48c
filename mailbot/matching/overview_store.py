"""What the match file and the report of who was never asked read from the database; changes nothing but an event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from mailbot.matching.states import Readiness
from mailbot.storage.matching_tables import CONSENT, HELP_OFFER, HELP_REQUEST, MATCH
from mailbot.storage.tables import EVENT, TICKET

Row = dict[str, Any]


def offers(connection: Connection) -> list[Row]:
    """Every offer that was not withdrawn: its record, its volunteer's name, when it was last proposed (`asked_at`)."""
    asked = (
        select(MATCH.c.offer, func.max(MATCH.c.proposed_at).label("asked_at")).group_by(MATCH.c.offer).subquery()
    )
    joined = HELP_OFFER.join(TICKET, TICKET.c.id == HELP_OFFER.c.ticket).outerjoin(
        asked, asked.c.offer == HELP_OFFER.c.ticket
    )
    wanted = (
        select(HELP_OFFER, TICKET.c.requester_name, TICKET.c.created_at, asked.c.asked_at)
        .select_from(joined)
        .where(HELP_OFFER.c.state != Readiness.WITHDRAWN)
        .order_by(HELP_OFFER.c.ticket)
    )
    return [dict(row) for row in connection.execute(wanted).mappings()]


def requests(connection: Connection) -> list[Row]:
    """Every request's record, by number."""
    return [dict(row) for row in connection.execute(select(HELP_REQUEST).order_by(HELP_REQUEST.c.ticket)).mappings()]


def consents(connection: Connection) -> dict[tuple[int, str], Row]:
    """Who agreed to be introduced, by match and side."""
    return {(row["match"], row["side"]): dict(row) for row in connection.execute(select(CONSENT)).mappings()}


def never_asked(rows: Sequence[Row]) -> list[Row]:
    """The offers that were never proposed to anybody, the longest waiting first."""
    return sorted((row for row in rows if row["asked_at"] is None), key=lambda row: (row["created_at"], row["ticket"]))


def note_export(connection: Connection, actor: str, file: str, *, with_contacts: bool, now: datetime) -> None:
    """Write down who took a match file out of the house, and whether people can be reached by it."""
    told = {"file": file, "with_contacts": with_contacts}
    connection.execute(EVENT.insert(), {"at": now, "actor": actor, "kind": "match_file", "details": told})
