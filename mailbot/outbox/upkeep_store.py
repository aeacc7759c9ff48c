"""What watchmen and people do to the outbox: budgets recalled, returned mail noted, mail retried or cancelled."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, func, not_, select, update

from mailbot.model import Bounce, OutboxState, Permanent
from mailbot.outbox.limits import OutboxPolicy, Spent, longest_window
from mailbot.outbox.retry import ALERT, REPEATABLE
from mailbot.storage.database import Database, insert_new
from mailbot.storage.tables import EVENT, OUTBOX, UNREACHABLE


def recall_spent(database: Database, policy: OutboxPolicy, now: datetime) -> Spent:
    """What left lately, so that a restart does not forget the budgets."""
    spent = Spent()
    wanted = select(OUTBOX.c.recipient, OUTBOX.c.sent_at).where(OUTBOX.c.sent_at > now - longest_window(policy))
    with database.read() as connection:
        for row in connection.execute(wanted.order_by(OUTBOX.c.sent_at)):
            spent.note(row.recipient, row.sent_at)
    return spent


def lately(connection: Connection, window: timedelta, now: datetime) -> tuple[int, int]:
    """How many automatic mails left, and how many came back, within a window: what the breaker judges by."""
    mails = select(func.count()).where(OUTBOX.c.sent_at > now - window, OUTBOX.c.fingerprint != "")
    bounces = select(func.count()).where(EVENT.c.kind == "returned", EVENT.c.at > now - window)
    return connection.scalar(mails) or 0, connection.scalar(bounces) or 0


def mark_undeliverable(connection: Connection, outbox: int, bounce: Bounce, now: datetime) -> None:
    """A mail of ours came back: note it, and for a permanent failure the address too."""
    row = connection.execute(select(OUTBOX.c.recipient, OUTBOX.c.ticket).where(OUTBOX.c.id == outbox)).one_or_none()
    if row is None:
        return
    details = {"status": bounce.status, "hard": bounce.hard}
    event = {"at": now, "actor": "mailbot", "kind": "returned", "ticket": row.ticket, "outbox": outbox}
    connection.execute(EVENT.insert(), {**event, "details": details})
    if bounce.hard:
        said = f"came back: {bounce.status or 'permanent failure'}"
        connection.execute(update(OUTBOX).where(OUTBOX.c.id == outbox).values(state=OutboxState.FAILED, outcome=said))
        lost = {"email": row.recipient, "since": now, "status": bounce.status, "outbox": outbox}
        connection.execute(insert_new(connection, UNREACHABLE), lost)


def left_to_a_person(connection: Connection) -> tuple[int, int]:
    """How many mails may have left or not and do not go again by themselves, and the newest of them; (0, 0) for none.

    Alerts are not counted: one that tells of another would never end.
    """
    goes_again = and_(OUTBOX.c.purpose.in_(sorted(REPEATABLE)), OUTBOX.c.attempts <= 1)
    wanted = select(func.count(), func.max(OUTBOX.c.id)).where(
        OUTBOX.c.state == OutboxState.UNKNOWN, OUTBOX.c.purpose != ALERT, not_(goes_again)
    )
    count, newest = connection.execute(wanted).one()
    return count, newest or 0


def free_claims(database: Database, worker: str) -> None:
    """Put back what a worker has claimed without hearing of it, because the answer to a commit was lost.

    Only for a worker that has nothing under way and has recorded every outcome.
    """
    claimed = OUTBOX.c.state == OutboxState.CLAIMED, OUTBOX.c.claimed_by == worker
    freed = {"state": OutboxState.QUEUED, "claimed_by": None, "attempts": OUTBOX.c.attempts - 1}
    with database.begin() as connection:
        connection.execute(update(OUTBOX).where(*claimed).values(freed))


def retry(database: Database, outbox: int, now: datetime, *, force: bool) -> None:
    """Queue one mail again. Raises Permanent where that is not possible, or may send it twice and is not forced."""
    with database.begin() as connection:
        row = _one(connection, outbox)
        if row.state in {OutboxState.SENT, OutboxState.CLAIMED}:
            raise Permanent(f"mail {outbox} is {row.state}; only queued, failed and unknown mail is retried")
        if row.state == OutboxState.UNKNOWN and not force:
            raise Permanent(f"mail {outbox} may have left; `mailbot outbox retry --force {outbox}` sends it again")
        values = {"state": OutboxState.QUEUED, "attempts": 0, "next_attempt_at": now, "outcome": "retried by a person"}
        connection.execute(update(OUTBOX).where(OUTBOX.c.id == outbox).values(values))


def cancel(database: Database, outbox: int, now: datetime) -> None:
    """Take one mail out of the queue. Raises Permanent where it has left or is leaving."""
    with database.begin() as connection:
        row = _one(connection, outbox)
        if row.state in {OutboxState.SENT, OutboxState.CLAIMED}:
            raise Permanent(
                f"mail {outbox} is {row.state} and cannot be called back; `mailbot outbox list` shows what can"
            )
        connection.execute(update(OUTBOX).where(OUTBOX.c.id == outbox).values(state=OutboxState.CANCELLED))
        event = {"at": now, "actor": "operator", "kind": "cancelled", "ticket": row.ticket, "outbox": outbox}
        connection.execute(EVENT.insert(), {**event, "details": {}})


def _one(connection: Connection, outbox: int) -> Row[Any, Any]:
    wanted = select(OUTBOX.c.state, OUTBOX.c.ticket).where(OUTBOX.c.id == outbox)
    found = connection.execute(wanted.with_for_update()).one_or_none()
    if found is None:
        raise Permanent(f"there is no mail {outbox}; `mailbot outbox list` shows them")
    return found
