"""The outbox at rest: mail queued in the transaction that owes it, claimed before SMTP, its outcome recorded.

Decides nothing: what an outcome leads to is in `retry`, how much may leave in `limits`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    false,
    func,
    or_,
    select,
    update,
)

from mailbot.model import Lane, OutboxState
from mailbot.outbox.limits import OutboxPolicy, Spent, Trip, wait_until
from mailbot.outbox.retry import ALERT, REPEATABLE, Next, Outcome, after, settle_unknown
from mailbot.storage.database import Database, insert_new
from mailbot.storage.tables import ATTEMPT, BREAKER, EVENT, OUTBOX, TICKET

LANES = (Lane.URGENT, Lane.REPLY, Lane.MATCH, Lane.DIGEST, Lane.BULK)
BREAKER_SCOPE = "outgoing"
FEW = 3


@dataclass(frozen=True, slots=True)
class Draft:
    """One mail to queue. A second with the same `once_key` is left out; `fingerprint` marks automatic answers.

    `due` is when it may leave, now where it is empty.
    """

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
    due: datetime | None = None


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
    queued = set(connection.scalars(new, [_row(draft, now) for draft in drafts]))
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
        "next_attempt_at": draft.due or now,
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
        if finished:
            _record(connection, worker, finished, policy, now)
        return _claim(connection, worker, want, spent, policy, now) if want else []


def _record(
    connection: Connection, worker: str, finished: Sequence[Attempt], policy: OutboxPolicy, now: datetime
) -> None:
    settled = [(each, after(each.outcome, each.mail.attempts, each.mail.purpose, now, policy)) for each in finished]
    connection.execute(_SETTLE, [_settlement(each, following, worker) for each, following in settled])
    connection.execute(ATTEMPT.insert(), [_attempt_row(each, now) for each in finished])
    for each, following in settled:
        if following.state is OutboxState.FAILED:
            _resurface(connection, each.mail.id, each.mail.ticket, f"{following.reason}: {each.answer}", now)
        if each.outcome is Outcome.OURS or (each.outcome is Outcome.DOUBTED and _all_fare_so(connection)):
            trip(connection, Trip(following.at, f"the relay refuses us: {each.answer[:200]}"), now)


def _all_fare_so(connection: Connection) -> bool:
    """Whether the last few mails tried were all refused by policy, so that it is us who are refused."""
    latest = select(ATTEMPT.c.outbox, ATTEMPT.c.outcome).order_by(ATTEMPT.c.id.desc()).limit(FEW)
    rows = connection.execute(latest).all()
    return len({row.outbox for row in rows}) == FEW and all(row.outcome == Outcome.DOUBTED for row in rows)


# Statements are built once: building one costs more than running it.
_SETTLE = (
    update(OUTBOX)
    .where(
        OUTBOX.c.id == bindparam("number"),
        OUTBOX.c.state == OutboxState.CLAIMED,
        OUTBOX.c.claimed_by == bindparam("holder"),
    )
    .values(
        state=bindparam("to_state"),
        claimed_by=None,
        attempts=bindparam("tries"),
        next_attempt_at=bindparam("due"),
        sent_at=bindparam("sent"),
        outcome=bindparam("said"),
    )
)


def _settlement(attempt: Attempt, following: Next, worker: str) -> dict[str, object]:
    mail = attempt.mail
    is_sent = following.state is OutboxState.SENT
    not_its_fault = attempt.outcome in {Outcome.UNREACHED, Outcome.OURS}
    return {
        "number": mail.id,
        "holder": worker,
        "to_state": following.state,
        "tries": mail.attempts - not_its_fault,
        "due": following.at,
        "sent": following.at if is_sent else None,
        "said": (attempt.answer if is_sent else f"{following.reason}: {attempt.answer}")[:500],
    }


def _attempt_row(attempt: Attempt, now: datetime) -> dict[str, object]:
    row = {"outbox": attempt.mail.id, "at": now, "outcome": attempt.outcome}
    return {**row, "code": attempt.code, "answer": attempt.answer[:500]}


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
    # While the breaker is open only alerts to the town's own people leave.
    parked = connection.execute(_PARKED, {"scope": BREAKER_SCOPE, "now": now}).first() is not None
    ids: list[int] = []
    for lane in LANES:
        for due in (_DUE, _AGAIN):
            while len(ids) < want:
                most = want - len(ids)
                asked = {"lane": lane, "now": now, "most": most, "parked": parked, "taken": ids}
                found = [(row.id, row.recipient) for row in connection.execute(due, asked)]
                ids += _within_budget(connection, found, lane, spent, policy, now)
                if len(found) < most:
                    break  # what a budget holds back leaves room for those behind it
    return _mark_claimed(connection, worker, ids) if ids else []


_PARKED = select(BREAKER.c.scope).where(BREAKER.c.scope == bindparam("scope"), BREAKER.c.until > bindparam("now"))


def _due(state: ColumnElement[bool]) -> Select[Any]:
    free = or_(bindparam("parked", type_=Boolean) == false(), OUTBOX.c.purpose == ALERT)
    now = OUTBOX.c.next_attempt_at <= bindparam("now")
    wanted = select(OUTBOX.c.id, OUTBOX.c.recipient).where(state, OUTBOX.c.lane == bindparam("lane"), now, free)
    wanted = wanted.where(OUTBOX.c.id.not_in(bindparam("taken", expanding=True)))
    ordered = wanted.order_by(OUTBOX.c.next_attempt_at, OUTBOX.c.id).limit(bindparam("most"))
    return ordered.with_for_update(skip_locked=True)


_DUE = _due(OUTBOX.c.state == OutboxState.QUEUED)
_AGAIN = _due(
    and_(OUTBOX.c.state == OutboxState.UNKNOWN, OUTBOX.c.purpose.in_(sorted(REPEATABLE)), OUTBOX.c.attempts <= 1)
)


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
            spent.note(recipient, now)
        else:
            values = {"next_attempt_at": later, "outcome": "held back by a budget of rules.yaml"}
            connection.execute(update(OUTBOX).where(OUTBOX.c.id == number).values(values))
    return allowed


_CLAIM = (
    update(OUTBOX)
    .where(OUTBOX.c.id.in_(bindparam("numbers", expanding=True)))
    .values(state=OutboxState.CLAIMED, claimed_by=bindparam("holder"), attempts=OUTBOX.c.attempts + 1)
    .returning(
        *(OUTBOX.c.id, OUTBOX.c.recipient, OUTBOX.c.envelope_from, OUTBOX.c.octets),
        *(OUTBOX.c.purpose, OUTBOX.c.lane, OUTBOX.c.attempts, OUTBOX.c.ticket),
    )
)


def _mark_claimed(connection: Connection, worker: str, ids: Sequence[int]) -> list[Claimed]:
    rows = connection.execute(_CLAIM, {"numbers": ids, "holder": worker}).all()
    claimed = [
        Claimed(
            row.id, row.recipient, row.envelope_from, row.octets, row.purpose, Lane(row.lane), row.attempts, row.ticket
        )
        for row in rows
    ]
    return sorted(claimed, key=lambda mail: ids.index(mail.id))


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
            attempt = Attempt(mail, Outcome.UNKNOWN, 0, "the worker ended")
            following = settle_unknown(row.attempts, row.purpose, now, policy)
            connection.execute(_SETTLE, [_settlement(attempt, following, row.claimed_by)])
            connection.execute(ATTEMPT.insert(), _attempt_row(attempt, now))
        return len(rows)


def next_due(database: Database, now: datetime) -> datetime | None:
    """When the next queued mail is due; None where none waits."""
    with database.read() as connection:
        wanted = select(func.min(OUTBOX.c.next_attempt_at)).where(OUTBOX.c.state == OutboxState.QUEUED)
        found: datetime | None = connection.scalar(wanted)
        return max(found, now) if found else None


def trip(connection: Connection, tripped: Trip, now: datetime) -> bool:
    """Open the breaker; False where it is open already."""
    connection.execute(delete(BREAKER).where(BREAKER.c.scope == BREAKER_SCOPE, BREAKER.c.until <= now))
    row = {"scope": BREAKER_SCOPE, "opened_at": now, "until": tripped.until, "reason": tripped.reason}
    opened = connection.execute(insert_new(connection, BREAKER).returning(BREAKER.c.scope), row).first()
    return opened is not None
