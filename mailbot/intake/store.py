"""Keeping what came in: raw octets, deliveries and cursors, before anybody thinks about them. Judges nothing."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from mailbot.intake.identity import content_key
from mailbot.intake.source import Fetched
from mailbot.model import MessageState
from mailbot.storage.database import Database, insert_new
from mailbot.storage.tables import DELIVERY, EVENT, MAILBOX, MESSAGE, RAW

COMPRESSION = 1  # a higher level costs three times the time for a tenth more
ATTACHED = 32_768  # a message of more octets is nearly all base64, of which Huffman's codes alone save as much
ASK_AT_ONCE = 5_000
JUDGE_ALONE_AFTER = 1
QUARANTINE_AFTER = 5


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits for judgement, as claimed by one worker."""

    id: int
    mailbox: str
    octets: bytes
    arrived_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Unfiled:
    """A delivery whose message is judged, but whose copy on the server has not been filed away."""

    delivery: int
    uid: int
    state: MessageState


@dataclass(frozen=True, slots=True)
class Batch:
    """What one fetch brought: messages, and the UIDs that were not there any more, each with a reason.

    `cursor` is the UID up to which, with this batch, nothing is missing in the ledger.
    """

    mailbox: str
    uidvalidity: int
    fetched: Sequence[Fetched]
    gone: Sequence[tuple[int, str]] = ()
    cursor: int = 0


def open_folder(database: Database, mailbox: str, uidvalidity: int, count: int) -> int:
    """Note what the server says; the cursor after which to read, which is 0 when UIDVALIDITY has changed."""
    with database.begin() as connection:
        row = connection.execute(select(MAILBOX).where(MAILBOX.c.name == mailbox)).one_or_none()
        cursor = row.cursor if row and row.uidvalidity == uidvalidity else 0
        seen = {
            "uidvalidity": uidvalidity,
            "cursor": cursor,
            "server_count": count,
        }
        if row is None:
            connection.execute(MAILBOX.insert(), {**_unread(mailbox), **seen})
        else:
            connection.execute(update(MAILBOX).where(MAILBOX.c.name == mailbox).values(seen))
    return int(cursor)


def note_success(database: Database, mailbox: str, now: datetime) -> None:
    """Note that a mailbox has been read to its end."""
    with database.begin() as connection:
        sound = {"last_success_at": now, "failing_since": None, "last_error": ""}
        connection.execute(update(MAILBOX).where(MAILBOX.c.name == mailbox).values(sound))


def note_failure(database: Database, mailbox: str, error: str, now: datetime) -> None:
    """Note that a mailbox cannot be read, and since when."""
    with database.begin() as connection:
        connection.execute(insert_new(connection, MAILBOX), _unread(mailbox))
        failing = update(MAILBOX).where(MAILBOX.c.name == mailbox)
        connection.execute(failing.values(last_error=error[:500]))
        connection.execute(failing.where(MAILBOX.c.failing_since.is_(None)).values(failing_since=now))


def _unread(mailbox: str) -> dict[str, object]:
    return {"name": mailbox, "uidvalidity": 0, "cursor": 0, "server_count": 0, "last_error": ""}


def known_uids(database: Database, mailbox: str, uidvalidity: int, uids: Sequence[int]) -> set[int]:
    """Those of the UIDs that are in the ledger already."""
    here = DELIVERY.c.mailbox == mailbox, DELIVERY.c.uidvalidity == uidvalidity
    found: set[int] = set()
    with database.read() as connection:
        for start in range(0, len(uids), ASK_AT_ONCE):
            some = DELIVERY.c.uid.in_(list(uids[start : start + ASK_AT_ONCE]))
            found.update(connection.scalars(select(DELIVERY.c.uid).where(*here, some)))
    return found


def keep(database: Database, batch: Batch, cutoff: datetime, now: datetime) -> int:
    """Commit a batch and its cursor in one transaction; the number of messages not seen before.

    Mail that arrived before `cutoff` is taken in silently: kept and counted, never judged, never answered.
    """
    keys = [content_key(each.octets) for each in batch.fetched]
    letters = dict(zip(reversed(keys), reversed(batch.fetched), strict=True))
    packed = {key: pack(each.octets) for key, each in letters.items()}
    with database.begin() as connection:
        known = _ids(connection, keys)
        fresh = {key: letters[key] for key in keys if key not in known}
        ids = known | _insert(connection, batch.mailbox, fresh, packed, cutoff, now)
        _deliver(connection, batch, [ids[key] for key in keys], now)
        _advance(connection, batch, bool(fresh), now)
    return len(fresh)


def pack(octets: bytes) -> bytes:
    """A message as zlib keeps it (RFC 1950); of a big one no repetitions are sought, which halves the time."""
    strategy = zlib.Z_HUFFMAN_ONLY if len(octets) > ATTACHED else zlib.Z_DEFAULT_STRATEGY
    packing = zlib.compressobj(COMPRESSION, strategy=strategy)
    return packing.compress(octets) + packing.flush()


def _ids(connection: Connection, keys: Iterable[str]) -> dict[str, int]:
    wanted = select(MESSAGE.c.content_key, MESSAGE.c.id).where(MESSAGE.c.content_key.in_(list(keys)))
    return {row[0]: row[1] for row in connection.execute(wanted)}


def _insert(
    connection: Connection,
    mailbox: str,
    fresh: dict[str, Fetched],
    packed: dict[str, bytes],
    cutoff: datetime,
    now: datetime,
) -> dict[str, int]:
    if not fresh:
        return {}
    rows = [_message(key, mailbox, each, cutoff, now) for key, each in fresh.items()]
    connection.execute(insert_new(connection, MESSAGE), rows)
    ids = _ids(connection, fresh)
    connection.execute(insert_new(connection, RAW), [{"message": ids[key], "octets": packed[key]} for key in fresh])
    return ids


def _message(key: str, mailbox: str, each: Fetched, cutoff: datetime, now: datetime) -> dict[str, object]:
    old = each.arrived_at < cutoff
    return {
        "content_key": key,
        "mailbox": mailbox,
        "state": MessageState.ARCHIVED if old else MessageState.COLLECTED,
        "reason": "arrived before the cut-off date" if old else "",
        "size": each.size,
        "truncated": each.truncated,
        "arrived_at": each.arrived_at,
        "collected_at": now,
        "attempts": 0,
        "kind": "",
        "verdict": {},
    }


def _deliver(connection: Connection, batch: Batch, messages: Sequence[int], now: datetime) -> None:
    common = {"mailbox": batch.mailbox, "uidvalidity": batch.uidvalidity, "collected_at": now}
    kept = [
        {**common, "uid": each.uid, "message": message, "note": "", "filed_at": None}
        for each, message in zip(batch.fetched, messages, strict=True)
    ]
    lost = [{**common, "uid": uid, "message": None, "note": why, "filed_at": now} for uid, why in batch.gone]
    if kept or lost:
        connection.execute(insert_new(connection, DELIVERY), kept + lost)


def _advance(connection: Connection, batch: Batch, arrived: bool, now: datetime) -> None:
    here = MAILBOX.c.name == batch.mailbox, MAILBOX.c.uidvalidity == batch.uidvalidity
    behind = *here, MAILBOX.c.cursor < batch.cursor
    connection.execute(update(MAILBOX).where(*behind).values(cursor=batch.cursor))
    if arrived:
        connection.execute(update(MAILBOX).where(*here).values(last_arrival_at=now))


def claim(database: Database, worker: str, limit: int) -> list[Waiting]:
    """Claim messages for judgement, oldest first. A message that once ended a worker is claimed alone.

    The claim is committed before anything is parsed, so that a letter which kills its reader is known by the
    count of its attempts, and is quarantined after the fifth.
    """
    with database.begin() as connection:
        _quarantine_killers(connection)
        ids = _claimable(connection, limit)
        if not ids:
            return []
        mark = update(MESSAGE).where(MESSAGE.c.id.in_(ids))
        connection.execute(mark.values(claimed_by=worker, attempts=MESSAGE.c.attempts + 1))
        wanted = (
            select(MESSAGE.c.id, MESSAGE.c.mailbox, RAW.c.octets, MESSAGE.c.arrived_at, MESSAGE.c.attempts)
            .join(RAW, RAW.c.message == MESSAGE.c.id)
            .where(MESSAGE.c.id.in_(ids))
            .order_by(MESSAGE.c.id)
        )
        rows = connection.execute(wanted).all()
    return [Waiting(row.id, row.mailbox, zlib.decompress(row.octets), row.arrived_at, row.attempts) for row in rows]


def _claimable(connection: Connection, limit: int) -> list[int]:
    free = select(MESSAGE.c.id, MESSAGE.c.attempts).where(
        MESSAGE.c.state == MessageState.COLLECTED, MESSAGE.c.claimed_by.is_(None)
    )
    rows = connection.execute(
        free.order_by(MESSAGE.c.attempts, MESSAGE.c.id).limit(limit).with_for_update(skip_locked=True)
    ).all()
    suspects = [row.id for row in rows if row.attempts >= JUDGE_ALONE_AFTER]
    untried = [row.id for row in rows if row.attempts < JUDGE_ALONE_AFTER]
    return untried or suspects[:1]


def _quarantine_killers(connection: Connection) -> None:
    tried = MESSAGE.c.state == MessageState.COLLECTED, MESSAGE.c.attempts >= QUARANTINE_AFTER
    free = update(MESSAGE).where(*tried, MESSAGE.c.claimed_by.is_(None))
    connection.execute(free.values(state=MessageState.QUARANTINED, reason="reading it ended the worker five times"))


def release(database: Database, is_alive: Callable[[str], bool]) -> int:
    """Free the claims of workers that are gone; the number of messages freed."""
    claimed = MESSAGE.c.state == MessageState.COLLECTED, MESSAGE.c.claimed_by.is_not(None)
    with database.begin() as connection:
        holders = connection.scalars(select(MESSAGE.c.claimed_by).where(*claimed).distinct()).all()
        dead = [holder for holder in holders if not is_alive(holder)]
        if not dead:
            return 0
        freed = connection.execute(
            update(MESSAGE).where(*claimed, MESSAGE.c.claimed_by.in_(dead)).values(claimed_by=None)
        )
        return int(freed.rowcount)


def unclaim(database: Database, ids: Sequence[int]) -> None:
    """Give claimed messages back untried, as when a worker stops before it came to them."""
    if ids:
        with database.begin() as connection:
            mark = update(MESSAGE).where(MESSAGE.c.id.in_(ids), MESSAGE.c.state == MessageState.COLLECTED)
            connection.execute(mark.values(claimed_by=None, attempts=MESSAGE.c.attempts - 1))


def quarantine(database: Database, message: int, reason: str, now: datetime) -> None:
    """Set one message apart with the reason, so that the next can go on; `replay` brings it back."""
    with database.begin() as connection:
        mark = update(MESSAGE).where(MESSAGE.c.id == message)
        state = {"state": MessageState.QUARANTINED, "reason": reason[:2000], "claimed_by": None, "judged_at": now}
        connection.execute(mark.values(state))
        event = {"at": now, "kind": "quarantined", "message": message, "details": {"reason": reason[:2000]}}
        connection.execute(EVENT.insert(), {**event, "actor": "mailbot"})


def requeue(connection: Connection, message: int) -> bool:
    """Put one quarantined message back in line; False where it is not in quarantine."""
    mark = update(MESSAGE).where(MESSAGE.c.id == message, MESSAGE.c.state == MessageState.QUARANTINED)
    state = {"state": MessageState.COLLECTED, "reason": "", "attempts": 0, "claimed_by": None}
    return bool(connection.execute(mark.values(state)).rowcount)


def unfiled(database: Database, mailbox: str, uidvalidity: int, limit: int) -> list[Unfiled]:
    """Deliveries whose message has been judged and whose copy on the server may now be filed away."""
    wanted = (
        select(DELIVERY.c.id, DELIVERY.c.uid, MESSAGE.c.state)
        .join(MESSAGE, MESSAGE.c.id == DELIVERY.c.message)
        .where(
            DELIVERY.c.mailbox == mailbox,
            DELIVERY.c.uidvalidity == uidvalidity,
            DELIVERY.c.filed_at.is_(None),
            MESSAGE.c.state != MessageState.COLLECTED,
        )
        .limit(limit)
    )
    with database.read() as connection:
        return [Unfiled(row.id, row.uid, MessageState(row.state)) for row in connection.execute(wanted)]


def mark_filed(database: Database, deliveries: Sequence[int], now: datetime) -> None:
    """Note that copies on the server were filed away."""
    with database.begin() as connection:
        mark = update(DELIVERY).where(DELIVERY.c.id == bindparam("delivery"))
        connection.execute(mark.values(filed_at=now), [{"delivery": number} for number in deliveries])
