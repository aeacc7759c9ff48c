"""The outbox at rest: mail queued in the transaction that owes it, claimed before SMTP, its outcome recorded.

Decides nothing: what an outcome leads to is in `retry`, how much may leave in `limits`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, or_, select, update

from mailbot.model import Bounce, Lane, OutboxState, Permanent
from mailbot.outbox.limits import OutboxPolicy, Spent, Trip, longest_window, wait_until
from mailbot.outbox.retry import REPEATABLE, Next, Outcome, after, settle_unknown
from mailbot.storage.database import Database, insert_new
from mailbot.storage.tables import ATTEMPT, BREAKER, EVENT, OUTBOX, TICKET, UNREACHABLE

LANES = (Lane.URGENT, Lane.REPLY, Lane.MATCH, Lane.DIGEST, Lane.BULK)
BREAKER_SCOPE = "outgoing"


@dataclass(frozen=True, slots=True)
class Draft:
    """One mail to queue. A second with the same `once_key` is left out; `fingerprint` marks automatic answers."""

    lane: Lane
    purpose: str
    language: str
    recipient: str
    envelope_from: str
    message_id: str
    once_key: str
    octets: bytes
    ticket: int | None = None
    message: int | None = None
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One mail that this worker alone may now hand over."""

    id: int
    recipient: str
    envelope_from: str
    octets: bytes
    purpose: str
    lane: Lane
    attempts: int
    ticket: int | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one try came to, with the relay's code and words."""

    mail: Claimed
    outcome: Outcome
    code: int
    answer: str


def enqueue(connection: Connection, drafts: Sequence[Draft], now: datetime) -> None:
    """Queue mail in the caller's transaction; what was queued before is silently the same, with a stored reason."""
    if not drafts:
        return
    new = insert_new(connection, OUTBOX).returning(OUTBOX.c.once_key)
    queued = {key for draft in drafts for key in connection.scalars(new, _row(draft, now))}
    silent = [_silence(draft, now) for draft in drafts if draft.once_key not in queued and draft.message is not None]
    if silent:
        connection.execute(EVENT.insert(), silent)


def _row(draft: Draft, now: datetime) -> dict[str, object]:
    return {
        "state": OutboxState.QUEUED,
        "lane": draft.lane,
        "purpose": draft.purpose,
        "language": draft.language,
        "recipient": draft.recipient,
        "domain": draft.recipient.rpartition("@")[2],
        "envelope_from": draft.envelope_from,
        "message_id_header": draft.message_id,
        "once_key": draft.once_key,
        "fingerprint": draft.fingerprint,
        "ticket": draft.ticket,
        "message": draft.message,
        "octets": draft.octets,
        "attempts": 0,
        "created_at": now,
        "next_attempt_at": now,
    }


def _silence(draft: Draft, now: datetime) -> dict[str, object]:
    details = {"reason": "the same answer is on its way to this address"}
    common = {"at": now, "actor": "mailbot", "kind": "silent", "details": details}
    return {**common, "ticket": draft.ticket, "message": draft.message}


def exchange(
    database: Database,
    worker: str,
    finished: Sequence[Attempt],
    want: int,
    spent: Spent,
    policy: OutboxPolicy,
    now: datetime,
) -> list[Claimed]:
    """Record what has finished and claim what is due, urgent first, in one transaction.

    So one commit serves several mails, and no mail is handed over whose claim is not on disk.
    """
    with database.begin() as connection:
        for attempt in finished:
            _record(connection, worker, attempt, policy, now)
        return _claim(connection, worker, want, spent, policy, now) if want else []


def _record(connection: Connection, worker: str, attempt: Attempt, policy: OutboxPolicy, now: datetime) -> None:
    mail = attempt.mail
    following = after(attempt.outcome, mail.attempts, mail.purpose, now, policy)
    counted = mail.attempts - (1 if attempt.outcome in {Outcome.UNREACHED, Outcome.OURS} else 0)
    _settle(connection, OUTBOX.c.claimed_by == worker, mail, following, counted, attempt.answer)
    row = {"outbox": mail.id, "at": now, "outcome": attempt.outcome, "code": attempt.code}
    connection.execute(ATTEMPT.insert(), {**row, "answer": attempt.answer[:500]})
    if following.state is OutboxState.FAILED:
        _resurface(connection, mail.id, mail.ticket, f"{following.reason}: {attempt.answer}", now)
    if attempt.outcome is Outcome.OURS:
        trip(connection, Trip(following.at, f"the relay refuses us: {attempt.answer[:200]}"), now)


def _settle(
    connection: Connection, mine: ColumnElement[bool], mail: Claimed, following: Next, attempts: int, answer: str
) -> None:
    sent = following.state is OutboxState.SENT
    mark = update(OUTBOX).where(OUTBOX.c.id == mail.id, OUTBOX.c.state == OutboxState.CLAIMED, mine)
    outcome = answer if sent else f"{following.reason}: {answer}"
    connection.execute(
        mark.values(
            state=following.state,
            claimed_by=None,
            attempts=attempts,
            next_attempt_at=following.at,
            sent_at=following.at if sent else None,
            outcome=outcome[:500],
        )
    )


def _resurface(connection: Connection, outbox: int, ticket: int | None, reason: str, now: datetime) -> None:
    """A mail that will not arrive brings its ticket back before a person's eyes."""
    details = {"reason": reason[:500]}
    event = {"at": now, "actor": "mailbot", "kind": "undelivered", "ticket": ticket, "outbox": outbox}
    connection.execute(EVENT.insert(), {**event, "details": details})
    if ticket is not None:
        waiting = TICKET.c.id == ticket, TICKET.c.status.in_(("pending", "resolved"))
        connection.execute(update(TICKET).where(*waiting).values(status="open", updated_at=now))


def _claim(
    connection: Connection, worker: str, want: int, spent: Spent, policy: OutboxPolicy, now: datetime
) -> list[Claimed]:
    claimed: list[Claimed] = []
    for lane in LANES:
        if len(claimed) >= want:
            break
        ids = _within_budget(connection, _due(connection, lane, want - len(claimed), now), lane, spent, policy, now)
        claimed += _mark_claimed(connection, worker, ids) if ids else []
    for mail in claimed:
        spent.note(mail.recipient, now)
    return sorted(claimed, key=lambda mail: (LANES.index(mail.lane), mail.id))


def _due(connection: Connection, lane: Lane, want: int, now: datetime) -> list[tuple[int, str]]:
    again = and_(
        OUTBOX.c.state == OutboxState.UNKNOWN, OUTBOX.c.purpose.in_(sorted(REPEATABLE)), OUTBOX.c.attempts <= 1
    )
    found: list[tuple[int, str]] = []
    for state in (OUTBOX.c.state == OutboxState.QUEUED, again):
        wanted = select(OUTBOX.c.id, OUTBOX.c.recipient).where(
            state, OUTBOX.c.lane == lane, OUTBOX.c.next_attempt_at <= now, _not_parked(now)
        )
        ordered = wanted.order_by(OUTBOX.c.next_attempt_at, OUTBOX.c.id).limit(want)
        found += [(row.id, row.recipient) for row in connection.execute(ordered.with_for_update(skip_locked=True))]
    return found[:want]


def _not_parked(now: datetime) -> ColumnElement[bool]:
    """While the breaker is open only alerts to the town's own people leave."""
    is_open = select(BREAKER.c.scope).where(BREAKER.c.scope == BREAKER_SCOPE, BREAKER.c.until > now)
    return or_(OUTBOX.c.purpose == "alert", ~is_open.exists())


def _within_budget(
    connection: Connection,
    due: Sequence[tuple[int, str]],
    lane: Lane,
    spent: Spent,
    policy: OutboxPolicy,
    now: datetime,
) -> list[int]:
    allowed = []
    for number, recipient in due:
        later = wait_until(spent, recipient, lane, now, policy)
        if later is None:
            allowed.append(number)
        else:
            values = {"next_attempt_at": later, "outcome": "held back by a budget of rules.yaml"}
            connection.execute(update(OUTBOX).where(OUTBOX.c.id == number).values(values))
    return allowed


def _mark_claimed(connection: Connection, worker: str, ids: Sequence[int]) -> list[Claimed]:
    mark = update(OUTBOX).where(OUTBOX.c.id.in_(ids))
    columns = (
        *(OUTBOX.c.id, OUTBOX.c.recipient, OUTBOX.c.envelope_from, OUTBOX.c.octets),
        *(OUTBOX.c.purpose, OUTBOX.c.lane, OUTBOX.c.attempts, OUTBOX.c.ticket),
    )
    values = {"state": OutboxState.CLAIMED, "claimed_by": worker, "attempts": OUTBOX.c.attempts + 1}
    rows = connection.execute(mark.values(values).returning(*columns)).all()
    return [
        Claimed(
            row.id, row.recipient, row.envelope_from, row.octets, row.purpose, Lane(row.lane), row.attempts, row.ticket
        )
        for row in rows
    ]


def settle_dead(database: Database, is_alive: Callable[[str], bool], now: datetime, policy: OutboxPolicy) -> int:
    """Mail claimed by workers that are gone may have left: it becomes `unknown`; how many were."""
    with database.begin() as connection:
        claimed = OUTBOX.c.state == OutboxState.CLAIMED
        holders = connection.scalars(select(OUTBOX.c.claimed_by).where(claimed).distinct()).all()
        dead = [holder for holder in holders if holder is None or not is_alive(holder)]
        if not dead:
            return 0
        columns = select(OUTBOX).where(claimed, OUTBOX.c.claimed_by.in_(dead))
        rows = connection.execute(columns.with_for_update(skip_locked=True)).all()
        for row in rows:
            mail = Claimed(row.id, row.recipient, "", b"", row.purpose, Lane(row.lane), row.attempts, row.ticket)
            following = settle_unknown(row.attempts, row.purpose, now, policy)
            _settle(
                connection, OUTBOX.c.claimed_by == row.claimed_by, mail, following, row.attempts, "the worker ended"
            )
            attempt = {"outbox": row.id, "at": now, "outcome": Outcome.UNKNOWN, "code": 0, "answer": "the worker ended"}
            connection.execute(ATTEMPT.insert(), attempt)
        return len(rows)


def next_due(database: Database, now: datetime) -> datetime | None:
    """When the next queued mail is due; None where none waits."""
    with database.read() as connection:
        wanted = select(func.min(OUTBOX.c.next_attempt_at)).where(OUTBOX.c.state == OutboxState.QUEUED)
        found: datetime | None = connection.scalar(wanted)
        return max(found, now) if found else None


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


def trip(connection: Connection, tripped: Trip, now: datetime) -> bool:
    """Open the breaker; False where it is open already."""
    connection.execute(delete(BREAKER).where(BREAKER.c.scope == BREAKER_SCOPE, BREAKER.c.until <= now))
    row = {"scope": BREAKER_SCOPE, "opened_at": now, "until": tripped.until, "reason": tripped.reason}
    opened = connection.execute(insert_new(connection, BREAKER).returning(BREAKER.c.scope), row).first()
    return opened is not None


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
