"""The roster at rest: who is in the pool, who holds which seat. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, delete, select

from mailbot.model import Permanent
from mailbot.storage.desk_tables import COLLEAGUE, DUTY
from mailbot.storage.tables import EVENT
from mailbot.tickets.roster import Duty


def keep(connection: Connection, duties: Sequence[Duty]) -> int:
    """Keep duties; a seat that was filled is filled anew. How many seats."""
    for each in duties:
        _keep_colleague(connection, each)
        _fill(connection, each)
    return len({(each.day, each.shift, each.seat) for each in duties})


def _keep_colleague(connection: Connection, each: Duty) -> None:
    known = connection.execute(select(COLLEAGUE).where(COLLEAGUE.c.name == each.name)).one_or_none()
    row = {
        "email": each.email or (known.email if known else ""),
        "phone": each.phone or (known.phone if known else ""),
    }
    if known:
        connection.execute(COLLEAGUE.update().where(COLLEAGUE.c.name == each.name).values(row))
    else:
        connection.execute(COLLEAGUE.insert(), {"name": each.name, **row})


def _fill(connection: Connection, each: Duty) -> None:
    here = DUTY.c.day == each.day, DUTY.c.shift == each.shift, DUTY.c.seat == each.seat
    connection.execute(delete(DUTY).where(*here))
    row = {"day": each.day, "shift": each.shift, "seat": each.seat, "colleague": each.name}
    connection.execute(DUTY.insert(), row)


def between(connection: Connection, first: date, last: date) -> list[Duty]:
    """The duties of some days, in the order of the clock."""
    wanted = (
        select(DUTY, COLLEAGUE.c.email, COLLEAGUE.c.phone)
        .join(COLLEAGUE, COLLEAGUE.c.name == DUTY.c.colleague, isouter=True)
        .where(DUTY.c.day >= first, DUTY.c.day <= last)
        .order_by(DUTY.c.day, DUTY.c.shift, DUTY.c.id)
    )
    return [
        Duty(row.day, row.shift, row.seat, row.colleague, row.email or "", row.phone or "")
        for row in connection.execute(wanted)
    ]


def on_duty(connection: Connection, shift: tuple[date, str] | None) -> Mapping[str, Duty]:
    """Who holds which seat in a shift; nobody between shifts."""
    if shift is None:
        return {}
    return {each.seat: each for each in between(connection, shift[0], shift[0]) if each.shift == shift[1]}


def swap(connection: Connection, day: date, shift: str, seat: str, name: str, actor: str, now: datetime) -> str:
    """Put somebody of the pool in a seat; who held it before. Raises Permanent for somebody unknown."""
    if connection.execute(select(COLLEAGUE).where(COLLEAGUE.c.name == name)).one_or_none() is None:
        raise Permanent(f"{name!r} is not in the pool; `mailbot roster import FILE.csv` adds people")
    before = on_duty(connection, (day, shift)).get(seat)
    _fill(connection, Duty(day, shift, seat, name))
    details = {"seat": seat, "shift": shift, "day": day.isoformat(), "old": before.name if before else "", "new": name}
    connection.execute(EVENT.insert(), {"at": now, "actor": actor, "kind": "swapped", "details": details})
    return before.name if before else ""
