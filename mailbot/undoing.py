"""`undo`: the last thing an operator did, taken back, in one transaction; a mail only while it rests.

What stands in the way is decided in `tickets.undoing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, select

from mailbot.storage.tables import EVENT
from mailbot.tickets import desk_store
from mailbot.tickets.standing import Refused
from mailbot.tickets.undoing import DEEDS, TOGETHER, Deed, last_deed, require_last, restored
from mailbot.writing import Writing
from mailbot.writing import undo as call_back

MOST_DEEDS = 50


@dataclass(frozen=True, slots=True)
class Undone:
    """Which ticket is as it was, and what was taken back: the kind of its event."""

    ticket: int
    kind: str


def undo(writing: Writing, actor: str, now: datetime, number: int | None = None) -> Undone:
    """Take back what the actor did last, on a ticket or within the time of a claim. Raises Refused."""
    with writing.database.begin() as connection:
        ticket, deed = _last(connection, actor, number, now - timedelta(minutes=writing.policy.desk.claim_minutes))
        if deed.kind != "answered":
            return _restore(connection, writing, ticket, deed, actor, now)
    return Undone(call_back(writing, actor, now, ticket), "answered")


def _last(connection: Connection, actor: str, number: int | None, since: datetime) -> tuple[int, Deed]:
    """The ticket and the deed that is meant."""
    deeds = EVENT.c.kind.in_((*DEEDS, "undone")), EVENT.c.ticket.is_not(None)
    mine = select(EVENT).where(EVENT.c.actor == actor, *deeds)
    mine = mine.where(EVENT.c.ticket == number) if number is not None else mine.where(EVENT.c.at >= since)
    rows = connection.execute(mine.order_by(EVENT.c.id.desc()).limit(MOST_DEEDS)).all()
    found = last_deed([_deed(row) for row in reversed(rows)], actor)
    if found is None:
        where = f"on #{number}" if number is not None else "in the last minutes"
        raise Refused(f"{actor} did nothing {where} that can be taken back; `mailbot list` shows the queue")
    return next(row.ticket for row in rows if row.id == found.id), found


def _deed(row: Any) -> Deed:
    return Deed(row.id, row.kind, row.actor, row.at, row.details or {})


def _history(connection: Connection, number: int) -> list[Deed]:
    wanted: Select[Any] = select(EVENT).where(EVENT.c.ticket == number).order_by(EVENT.c.id)
    return [_deed(row) for row in connection.execute(wanted)]


def _restore(
    connection: Connection, writing: Writing, number: int, deed: Deed, actor: str, now: datetime
) -> Undone:
    """Put back one ticket, or both that a deed touched."""
    other = deed.details.get("into", deed.details.get("to")) if deed.kind in TOGETHER else None
    if other is not None and "taken" not in deed.details:
        raise Refused(f"#{number} was joined before mailbot kept what went over; `mailbot history {number}` shows it")
    for each in sorted({number, other or number}):
        desk_store.lock(connection, each)
    if other is not None:
        _put_back(connection, writing, other, TOGETHER[deed.kind], deed, now)
        desk_store.give_back(connection, number, other, deed.details)
    _put_back(connection, writing, number, deed.kind, deed, now)
    return Undone(number, deed.kind)


def _put_back(connection: Connection, writing: Writing, number: int, kind: str, deed: Deed, now: datetime) -> None:
    """Restore one ticket's columns, from every event of that deed on it."""
    history = _history(connection, number)
    same = [each for each in history if each.kind == kind and each.at == deed.at and each.actor == deed.actor]
    require_last(number, history, [each.id for each in same])
    ticket = desk_store.lock(connection, number)
    change = restored(ticket, same, deed.actor, now, writing.policy.desk.claim_minutes)
    desk_store.write(connection, ticket, change, deed.actor, now)
