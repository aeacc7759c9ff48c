"""What commands ask of the database: the queue, one ticket, the state of the desk. Read-only, portable SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from mailbot.storage.reading import Reader, Row, as_json, as_time

_QUEUE_COLUMNS = (
    "id, status, intent, urgent, language, place, subject, requester_name, requester_email, categories, topics, "
    "created_at, updated_at, mailbox, on_behalf, audience, phone, confidence, version, channel, "
    "waits_since, claimed_by, claimed_until, assigned_to, snoozed_until, answered_news"
)
_TICKET_TIMES = ("created_at", "updated_at", "waits_since", "claimed_until", "snoozed_until")


UNFINISHED = ("new", "open", "pending")


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the queue to show; empty means any. `words` must all stand in subject or requester."""

    statuses: tuple[str, ...] = UNFINISHED
    intent: str = ""
    mailbox: str = ""
    urgent: bool = False
    words: tuple[str, ...] = ()
    limit: int = 50
    now: datetime | None = None
    late_from: Mapping[tuple[str, bool], datetime] = field(default_factory=dict)
    free_for: str = ""


def queue(reader: Reader, filters: Filters) -> list[Row]:
    """Tickets, the most pressing first: urgent, then late, then those who wait longest.

    With `now`, what sleeps is left out; with `free_for`, so is what somebody else holds or was given.
    """
    conditions, values = _conditions(filters)
    late, moments = _lateness(filters)
    values |= moments
    found = reader.rows(
        f"SELECT {_QUEUE_COLUMNS} FROM ticket WHERE {' AND '.join(conditions)} "  # noqa: S608
        f"ORDER BY urgent DESC, {late}coalesce(waits_since, created_at), id LIMIT :most",
        most=filters.limit,
        **values,
    )
    return [_ticket(row) for row in found]


def _lateness(filters: Filters) -> tuple[str, dict[str, Any]]:
    """The part of the order that puts what is late first, and its moments; nothing where none are given."""
    cases: list[str] = []
    moments: dict[str, Any] = {}
    for n, ((intent, first), since) in enumerate(filters.late_from.items()):
        cases.append(
            f"WHEN status IN ('new', 'open') AND intent = :intent{n} "
            f"AND answered_news IS {'' if first else 'NOT '}NULL "
            f"AND coalesce(waits_since, created_at) <= :late{n} THEN 0"
        )
        moments |= {f"intent{n}": intent, f"late{n}": since}
    return (f"CASE {' '.join(cases)} ELSE 1 END, " if cases else ""), moments


def _conditions(filters: Filters) -> tuple[list[str], dict[str, Any]]:
    values: dict[str, Any] = {f"status{n}": status for n, status in enumerate(filters.statuses)}
    conditions = ["merged_into IS NULL"]
    if filters.statuses:
        conditions.append(f"status IN ({', '.join(f':status{n}' for n in range(len(filters.statuses)))})")
    if filters.urgent:
        conditions.append("urgent = :urgent")
        values["urgent"] = True
    for column in ("intent", "mailbox"):
        if getattr(filters, column):
            conditions.append(f"{column} = :{column}")
            values[column] = getattr(filters, column)
    if filters.now:
        conditions.append("(snoozed_until IS NULL OR snoozed_until <= :now)")
        values["now"] = filters.now
    if filters.free_for:
        conditions.append("(claimed_by IS NULL OR claimed_by = :me OR claimed_until <= :now)")
        conditions.append("(assigned_to IS NULL OR assigned_to = :me)")
        values["me"] = filters.free_for
    for n, word in enumerate(filters.words):
        conditions.append(f"lower(subject || ' ' || requester_name || ' ' || requester_email) LIKE :word{n}")
        values[f"word{n}"] = f"%{word.lower()}%"
    return conditions, values


def _ticket(row: Row) -> Row:
    """A row as people read it; `about` is what a question asks about, and with what help else."""
    categories, topics = as_json(row["categories"]), as_json(row["topics"])
    return {
        **row,
        "urgent": bool(row["urgent"]),
        "on_behalf": bool(row["on_behalf"]),
        "categories": categories,
        "topics": topics,
        "about": topics or categories if row["intent"] == "info" else categories or topics,
        **{name: as_time(row[name]) for name in _TICKET_TIMES},
    }


def ticket(reader: Reader, number: int) -> Row | None:
    """One ticket with its letters, our mails and its history; None where there is no such number."""
    row = reader.row(f"SELECT {_QUEUE_COLUMNS}, conversation, merged_into, needs FROM ticket WHERE id = :n", n=number)  # noqa: S608
    if row is None:
        return None
    return {
        **_ticket(row),
        "needs": as_json(row["needs"]),
        "linked": _linked(reader, row),
        "related": _related(reader, number),
        "letters": _letters(reader, number),
        "mails": _mails(reader, row["conversation"] or number),
        "events": _events(reader, number),
    }


def _linked(reader: Reader, row: Row) -> list[int]:
    first = row["conversation"] or row["id"]
    found = reader.rows("SELECT id FROM ticket WHERE conversation = :first OR id = :first ORDER BY id", first=first)
    return [each["id"] for each in found if each["id"] != row["id"]]


def _related(reader: Reader, number: int) -> list[int]:
    """Tickets that an operator linked to this one."""
    found = reader.rows("SELECT low, high FROM ticket_link WHERE low = :n OR high = :n ORDER BY low, high", n=number)
    return [each["high"] if each["low"] == number else each["low"] for each in found]


def _letters(reader: Reader, number: int) -> list[Row]:
    found = reader.rows(
        "SELECT m.id, m.subject, m.sender_name, m.sender_email, m.arrived_at, m.sent_at, m.text, m.new_text, m.thread, "
        "m.verdict, m.kind, m.truncated FROM message m JOIN ticket_message t ON t.message = m.id "
        "WHERE t.ticket = :n ORDER BY m.arrived_at, m.id",
        n=number,
    )
    return [{**row, "arrived_at": as_time(row["arrived_at"]), "verdict": as_json(row["verdict"])} for row in found]


def _mails(reader: Reader, conversation: int) -> list[Row]:
    found = reader.rows(
        "SELECT id, state, purpose, language, recipient, created_at, sent_at, outcome, attempts FROM outbox "
        "WHERE ticket = :n ORDER BY id",
        n=conversation,
    )
    return [{**row, "created_at": as_time(row["created_at"]), "sent_at": as_time(row["sent_at"])} for row in found]


def _events(reader: Reader, number: int) -> list[Row]:
    found = reader.rows("SELECT at, actor, kind, details FROM event WHERE ticket = :n ORDER BY id", n=number)
    return [{**row, "at": as_time(row["at"]), "details": as_json(row["details"])} for row in found]


def quarantined(reader: Reader) -> list[Row]:
    """Messages set apart, oldest first, each with its reason."""
    found = reader.rows(
        "SELECT id, mailbox, arrived_at, size, reason FROM message WHERE state = 'quarantined' ORDER BY id"
    )
    return [{**row, "arrived_at": as_time(row["arrived_at"])} for row in found]


def raw(reader: Reader, message: int) -> tuple[Row, bytes] | None:
    """A message's row and its compressed octets."""
    row = reader.row("SELECT id, mailbox, arrived_at, size, state, reason FROM message WHERE id = :n", n=message)
    octets = reader.row("SELECT octets FROM raw WHERE message = :n", n=message)
    return (row, bytes(octets["octets"])) if row and octets else None


def outbox(reader: Reader, states: tuple[str, ...], limit: int) -> list[Row]:
    """Outgoing mail in the given states, newest first."""
    values: dict[str, Any] = {f"state{n}": state for n, state in enumerate(states)}
    found = reader.rows(
        "SELECT id, state, lane, purpose, recipient, ticket, attempts, created_at, next_attempt_at, sent_at, outcome "  # noqa: S608
        f"FROM outbox WHERE state IN ({', '.join(f':{name}' for name in values)}) ORDER BY id DESC LIMIT :most",
        most=limit,
        **values,
    )
    times = ("created_at", "next_attempt_at", "sent_at")
    return [{**row, **{name: as_time(row[name]) for name in times}} for row in found]


@dataclass(frozen=True, slots=True)
class DeskStatus:
    """How the desk stands: `lag` is the age of the oldest letter not yet judged, None when none waits."""

    lag: timedelta | None
    waiting: int
    mailboxes: list[Row]
    tickets: dict[str, int]
    urgent: int
    outbox: dict[str, int]
    oldest_due: datetime | None
    quarantined: int
    breakers: list[Row]
    workers: list[Row]


def desk_status(reader: Reader, now: datetime) -> DeskStatus:
    """Everything that `mailbot status` shows, in one look."""
    waiting = _one(reader, "SELECT count(*) AS n, min(arrived_at) AS oldest FROM message WHERE state = 'collected'")
    oldest = as_time(waiting["oldest"])
    due = _one(reader, "SELECT min(next_attempt_at) AS oldest FROM outbox WHERE state = 'queued'")
    unfinished = "merged_into IS NULL AND status IN ('new', 'open', 'pending')"
    return DeskStatus(
        lag=now - oldest if oldest else None,
        waiting=waiting["n"],
        mailboxes=_timed(reader.rows("SELECT * FROM mailbox ORDER BY name")),
        tickets=_counted(reader, "SELECT status AS name, count(*) AS n FROM ticket GROUP BY status"),
        urgent=_one(reader, f"SELECT count(*) AS n FROM ticket WHERE urgent = :yes AND {unfinished}", yes=True)["n"],  # noqa: S608
        outbox=_counted(reader, "SELECT state AS name, count(*) AS n FROM outbox GROUP BY state"),
        oldest_due=as_time(due["oldest"]),
        quarantined=_one(reader, "SELECT count(*) AS n FROM message WHERE state = 'quarantined'")["n"],
        breakers=_timed(reader.rows("SELECT * FROM breaker ORDER BY scope")),
        workers=_timed(reader.rows("SELECT * FROM worker ORDER BY beat_at DESC LIMIT 5")),
    )


def _one(reader: Reader, sql: str, **values: Any) -> Row:
    row = reader.row(sql, **values)
    assert row is not None
    return row


def _counted(reader: Reader, sql: str) -> dict[str, int]:
    return {row["name"]: row["n"] for row in reader.rows(sql)}


_TIMES = ("last_success_at", "last_arrival_at", "failing_since", "opened_at", "until", "started_at", "beat_at")


def _timed(rows: list[Row]) -> list[Row]:
    return [{name: as_time(value) if name in _TIMES else value for name, value in row.items()} for row in rows]
