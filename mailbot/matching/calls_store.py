"""Calls in vain, at rest: how often a requester was tried, and until when the ticket rests. Decides nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select, update

from mailbot.matching.states import Need, Verb
from mailbot.storage.matching_tables import HELP_REQUEST
from mailbot.storage.tables import EVENT, TICKET

_REACHED = ("completed", "letter")  # what shows that somebody was reached, or wrote


def tries(connection: Connection, request: int) -> int:
    """How often in a row a requester did not pick up."""
    wanted = select(EVENT.c.kind, EVENT.c.details).where(EVENT.c.ticket == request).order_by(EVENT.c.id)
    count = 0
    for kind, details in connection.execute(wanted):
        if kind == "no answer":
            count += 1
        elif kind in _REACHED or (details or {}).get("verb") == Verb.CALLED:
            count = 0
    return count


def rest(connection: Connection, request: int, until: datetime | None, now: datetime) -> None:
    """Let a ticket rest until a moment, in nobody's hands; None wakes it."""
    columns = {"snoozed_until": until, "claimed_by": None, "claimed_until": None, "updated_at": now}
    mine = update(TICKET).where(TICKET.c.id == request)
    connection.execute(mine.values(**columns, version=TICKET.c.version + 1))


def rested(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """Requests without an answer whose ticket rests no longer."""
    awake = or_(TICKET.c.snoozed_until.is_(None), TICKET.c.snoozed_until <= now)
    wanted = (
        select(HELP_REQUEST)
        .join(TICKET, TICKET.c.id == HELP_REQUEST.c.ticket)
        .where(HELP_REQUEST.c.state == Need.NO_ANSWER, awake)
        .order_by(HELP_REQUEST.c.ticket)
    )
    return [dict(row) for row in connection.execute(wanted).mappings()]
