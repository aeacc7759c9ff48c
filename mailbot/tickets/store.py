"""Tickets at rest: the facts a judgement needs, and its actions written down. Decides nothing, mails nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select, update

from mailbot.model import Append, OpenTicket, Sent, Status, Threads, TicketFact
from mailbot.storage.tables import EVENT, MESSAGE, OUTBOX, PARTY, TICKET, TICKET_MESSAGE, UNREACHABLE
from mailbot.tickets.rows import Judged, events, judged_row, ticket_row
from mailbot.tickets.threads import Claims

SENT_WINDOW = timedelta(days=7)
UNFINISHED = (Status.NEW, Status.OPEN, Status.PENDING)
_MERGE_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Written:
    """What `apply` wrote for one message: the conversation's ticket (None without one) and how far it has been."""

    message: int
    conversation: int | None


def gather(connection: Connection, claims: Sequence[Claims], now: datetime) -> list[Threads]:
    """Fetch, for a batch of letters at once, what each judgement may know of what went before."""
    references = {each for claim in claims for each in claim.references}
    senders = {claim.sender for claim in claims if claim.sender}
    by_message_id, ours = _by_reference(connection, references)
    open_tickets = _open_by_sender(connection, senders)
    sent = _sent_to(connection, senders, now)
    numbers = {number for claim in claims for number in _numbers(claim)}
    numbers |= set(by_message_id.values()) | {number for each in open_tickets.values() for number in each}
    tickets = _tickets(connection, numbers)
    return [
        Threads(
            tickets=tickets,
            by_message_id=by_message_id,
            outbox_by_message_id=ours,
            open_by_sender=tuple(open_tickets.get(claim.sender, ())),
            sent=tuple(sent.get(claim.sender, ())),
        )
        for claim in claims
    ]


def waiting(connection: Connection) -> int:
    """How many tickets wait for a person of the desk."""
    unread = TICKET.c.status.in_((Status.NEW, Status.OPEN)), TICKET.c.merged_into.is_(None)
    return connection.scalar(select(func.count()).where(*unread)) or 0


def unreachable(connection: Connection, senders: Iterable[str]) -> set[str]:
    """Those of the addresses to which mail has come back for good."""
    return set(connection.scalars(select(UNREACHABLE.c.email).where(UNREACHABLE.c.email.in_(list(senders)))))


def _numbers(claim: Claims) -> list[int]:
    return [number for number, _ in claim.tokens] + ([claim.tagged] if claim.tagged is not None else [])


def _by_reference(connection: Connection, references: set[str]) -> tuple[dict[str, int], dict[str, int]]:
    if not references:
        return {}, {}
    theirs = (
        select(MESSAGE.c.message_id_header, func.min(TICKET_MESSAGE.c.ticket))
        .join(TICKET_MESSAGE, TICKET_MESSAGE.c.message == MESSAGE.c.id)
        .where(MESSAGE.c.message_id_header.in_(references))
        .group_by(MESSAGE.c.message_id_header)
    )
    ours = select(OUTBOX.c.message_id_header, OUTBOX.c.id).where(OUTBOX.c.message_id_header.in_(references))
    return _pairs(connection, theirs), _pairs(connection, ours)


def _pairs(connection: Connection, wanted: Select[Any]) -> dict[str, int]:
    return {row[0]: row[1] for row in connection.execute(wanted)}


def _open_by_sender(connection: Connection, senders: set[str]) -> Mapping[str, list[int]]:
    """Unfinished tickets of each sender, newest first. In two steps: joined, SQLite would walk every open ticket."""
    parties = select(PARTY.c.ticket, PARTY.c.email).where(PARTY.c.email.in_(senders))
    owners: defaultdict[int, list[str]] = defaultdict(list)
    for number, email in connection.execute(parties):
        owners[number].append(email)
    found: defaultdict[str, list[int]] = defaultdict(list)
    unfinished = TICKET.c.id.in_(owners), TICKET.c.status.in_(UNFINISHED), TICKET.c.merged_into.is_(None)
    for number in connection.scalars(select(TICKET.c.id).where(*unfinished).order_by(TICKET.c.id.desc())):
        for email in owners[number]:
            found[email].append(number)
    return found


def _sent_to(connection: Connection, senders: set[str], now: datetime) -> Mapping[str, list[Sent]]:
    found: defaultdict[str, list[Sent]] = defaultdict(list)
    wanted = (
        select(OUTBOX.c.recipient, OUTBOX.c.purpose, OUTBOX.c.created_at, OUTBOX.c.fingerprint)
        .where(OUTBOX.c.recipient.in_(senders), OUTBOX.c.created_at > now - SENT_WINDOW, OUTBOX.c.fingerprint != "")
        .order_by(OUTBOX.c.created_at.desc())
    )
    for row in connection.execute(wanted):
        found[row.recipient].append(Sent(row.purpose, row.created_at, row.fingerprint))
    return found


def _tickets(connection: Connection, numbers: set[int]) -> dict[int, TicketFact]:
    """Tickets by number, with those they were merged into."""
    rows: dict[int, Any] = {}
    wanted = set(numbers)
    for _ in range(_MERGE_DEPTH):
        if not wanted:
            break
        columns = select(TICKET.c.id, TICKET.c.status, TICKET.c.merged_into).where(TICKET.c.id.in_(wanted))
        rows |= {row.id: row for row in connection.execute(columns)}
        wanted = {row.merged_into for row in rows.values() if row.merged_into is not None} - rows.keys()
    parties: defaultdict[int, dict[str, str]] = defaultdict(dict)
    known = select(PARTY.c.ticket, PARTY.c.email, PARTY.c.role).where(PARTY.c.ticket.in_(rows))
    for number, email, role in connection.execute(known):
        parties[number][email] = role
    return {number: _fact(row, parties[number]) for number, row in rows.items()}


def _fact(row: Any, parties: Mapping[str, str]) -> TicketFact:
    spocs = frozenset(email for email, role in parties.items() if role == "spoc")
    return TicketFact(row.id, Status(row.status), frozenset(parties), row.merged_into, spocs)


def apply(connection: Connection, batch: Sequence[Judged], now: datetime) -> list[Written]:
    """Write a batch of judgements: tickets, parties, events, states. The caller's transaction holds them all."""
    opened = _open_tickets(connection, batch, now)
    appended = {each.message: _appends(each) for each in batch}
    links = [{"ticket": number, "message": message} for message, numbers in opened.items() for number in numbers]
    links += [{"ticket": step.ticket, "message": message} for message, steps in appended.items() for step in steps]
    if links:
        connection.execute(TICKET_MESSAGE.insert(), links)
    _change_statuses(connection, [step for steps in appended.values() for step in steps], now)
    _add_parties(connection, batch, opened)
    history = [event for each in batch for event in events(each, opened.get(each.message, []), now)]
    if history:
        connection.execute(EVENT.insert(), history)
    connection.execute(_MARK_JUDGED, [judged_row(each, now) for each in batch])
    return [Written(each.message, _conversation(opened.get(each.message), appended[each.message])) for each in batch]


def _conversation(opened: list[int] | None, appended: list[Append]) -> int | None:
    if opened:
        return opened[0]
    return appended[0].ticket if appended else None


def _appends(each: Judged) -> list[Append]:
    return [action for action in each.judgement.actions if isinstance(action, Append)]


def _open_tickets(connection: Connection, batch: Sequence[Judged], now: datetime) -> dict[int, list[int]]:
    owners: list[int] = []
    rows: list[dict[str, Any]] = []
    for each in batch:
        for action in each.judgement.actions:
            if isinstance(action, OpenTicket):
                owners.append(each.message)
                rows.append(ticket_row(each, action, now))
    if not rows:
        return {}
    numbers = connection.scalars(TICKET.insert().returning(TICKET.c.id, sort_by_parameter_order=True), rows)
    opened: defaultdict[int, list[int]] = defaultdict(list)
    for message, number in zip(owners, numbers, strict=True):
        opened[message].append(number)
    _tie_conversations(connection, opened)
    return opened


def _tie_conversations(connection: Connection, opened: Mapping[int, list[int]]) -> None:
    """Tickets of one letter share the conversation of the first, whose number stands in our mail."""
    tied = [{"number": other, "first": numbers[0]} for numbers in opened.values() for other in numbers[1:]]
    if tied:
        mark = update(TICKET).where(TICKET.c.id == bindparam("number"))
        connection.execute(mark.values(conversation=bindparam("first")), tied)


def _change_statuses(connection: Connection, steps: Sequence[Append], now: datetime) -> None:
    if not steps:
        return
    touched = update(TICKET).where(TICKET.c.id == bindparam("number"))
    touched = touched.values(updated_at=now, version=TICKET.c.version + 1)
    connection.execute(touched, [{"number": step.ticket} for step in steps])
    woken = [{"number": step.ticket} for step in steps if step.wakes]
    if woken:
        wake = update(TICKET).where(TICKET.c.id == bindparam("number"))
        since = func.coalesce(TICKET.c.waits_since, now, type_=TICKET.c.waits_since.type)
        connection.execute(wake.values(waits_since=since, snoozed_until=None), woken)
    news = [{"number": step.ticket} for step in steps if step.is_news]
    if news:
        mark = update(TICKET).where(TICKET.c.id == bindparam("number"))
        connection.execute(mark.values(last_news=TICKET.c.version), news)
    changed = [{"number": step.ticket, "to": step.status} for step in steps if step.status is not None]
    if changed:
        connection.execute(
            update(TICKET).where(TICKET.c.id == bindparam("number")).values(status=bindparam("to")), changed
        )


def _add_parties(connection: Connection, batch: Sequence[Judged], opened: Mapping[int, list[int]]) -> None:
    senders = {each.message: each.judgement.letter.sender for each in batch}
    rows = [
        {"ticket": number, "email": sender.email, "name": sender.name, "role": "requester"}
        for message, numbers in opened.items()
        for number in numbers
        if (sender := senders[message])
    ]
    if rows:
        connection.execute(PARTY.insert(), rows)


_JUDGED_COLUMNS = (
    *("state", "reason", "judged_at", "claimed_by", "message_id_header", "sender_email", "sender_name"),
    *("subject", "sent_at", "kind", "text", "new_text", "thread", "verdict"),
)
_MARK_JUDGED = (
    update(MESSAGE)
    .where(MESSAGE.c.id == bindparam("number"))
    .values({name: bindparam(f"new_{name}") for name in _JUDGED_COLUMNS})
)
