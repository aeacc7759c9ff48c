"""Operators' verbs written down: a ticket locked, decided upon by the core, changed and told of, in one transaction.

Decides nothing. A ticket is locked by its row, so that two operators, or an operator and a letter that comes in,
follow one another; its version goes up with every change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from mailbot.model import Intent, MessageState, Permanent, Status
from mailbot.storage.database import Database, insert_new
from mailbot.storage.desk_tables import DRAFT, TICKET_LINK
from mailbot.storage.tables import EVENT, MESSAGE, PARTY, TICKET, TICKET_MESSAGE
from mailbot.tickets import joining
from mailbot.tickets.standing import Change, Refused, Standing

Decision = Callable[[Standing], Change | Sequence[Change]]
_VALUES = (
    *("intent", "urgent", "categories", "place", "language", "phone", "on_behalf", "conversation", "mailbox"),
    *("subject", "requester_email", "requester_name", "waits_since", "topics", "needs", "audience", "channel"),
)
_SILENT_COLUMNS = {"claimed_until"}  # a lease's end is no news for the history
_COPIED = (
    *("language", "audience", "on_behalf", "confidence", "automatic", "categories", "topics", "needs", "place"),
    *("phone", "channel", "mailbox", "subject", "requester_email", "requester_name", "waits_since", "created_at"),
)


def lock(connection: Connection, number: int) -> Standing:
    """One ticket as it stands, held until the transaction ends. Raises Permanent where there is none."""
    row = connection.execute(select(TICKET).where(TICKET.c.id == number).with_for_update()).one_or_none()
    if row is None:
        raise Permanent(f"there is no ticket #{number}; `mailbot list` shows the queue")
    letters = (
        select(func.min(TICKET_MESSAGE.c.message), func.max(TICKET_MESSAGE.c.message))
        .join(MESSAGE, MESSAGE.c.id == TICKET_MESSAGE.c.message)
        .where(TICKET_MESSAGE.c.ticket == number, MESSAGE.c.state != MessageState.MACHINE)
    )
    first, last = connection.execute(letters).one()
    return Standing(
        id=row.id,
        version=row.version,
        status=Status(row.status),
        first_letter=first or 0,
        last_letter=last or 0,
        last_news=row.last_news or 1,
        seen_news=row.seen_news or 0,
        answered_news=row.answered_news or 0,
        claimed_by=row.claimed_by or "",
        claimed_until=row.claimed_until,
        assigned_to=row.assigned_to or "",
        snoozed_until=row.snoozed_until,
        merged_into=row.merged_into,
        values={name: getattr(row, name) for name in _VALUES},
    )


def lock_two(connection: Connection, first: int, second: int) -> tuple[Standing, Standing]:
    """Two tickets, locked in the order of their numbers, so that two operators never wait for each other."""
    locked = {number: lock(connection, number) for number in sorted({first, second})}
    return locked[first], locked[second]


def act(
    database: Database, number: int, decide: Decision, actor: str, now: datetime, version: int | None = None
) -> Standing:
    """Do one verb. With `version` it is refused where the ticket has moved on since. The ticket as it now stands."""
    with database.begin() as connection:
        ticket = lock(connection, number)
        require_version(ticket, version)
        decided = decide(ticket)
        for change in [decided] if isinstance(decided, Change) else decided:
            write(connection, ticket, change, actor, now)
        return lock(connection, number)


def require_version(ticket: Standing, version: int | None) -> None:
    """Raise Refused where the ticket is not the one that was looked at."""
    if version is not None and ticket.version != version:
        raise Refused(f"#{ticket.id} has changed since you looked; run `mailbot show {ticket.id}`")


def write(connection: Connection, ticket: Standing, change: Change, actor: str, now: datetime) -> int:
    """Write one change and its event; the event's number."""
    values = {**change.columns, "version": TICKET.c.version + 1, "updated_at": now}
    connection.execute(update(TICKET).where(TICKET.c.id == ticket.id).values(values))
    details = {**_difference(ticket, change), **change.details}
    event = {"at": now, "actor": actor, "kind": change.kind, "ticket": ticket.id, "message": change.message}
    number: int = connection.execute(
        EVENT.insert().returning(EVENT.c.id), {**event, "outbox": None, "details": _plain(details)}
    ).scalar_one()
    return number


def _difference(ticket: Standing, change: Change) -> dict[str, Any]:
    """Old and new of what a change touches, for the history; nothing where nothing differs."""
    if "old" in change.details:
        return {}
    touched = [name for name in change.columns if name not in _SILENT_COLUMNS]
    before = {name: _of(ticket, name) for name in touched}
    differing = [name for name in touched if (before[name] or None) != (change.columns[name] or None)]
    old = {name: before[name] for name in differing}
    return {"old": old, "new": {name: change.columns[name] for name in differing}} if differing else {}


def _of(ticket: Standing, name: str) -> Any:
    return ticket.values[name] if name in ticket.values else getattr(ticket, name)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return value.isoformat() if isinstance(value, datetime) else value


def letters_of(connection: Connection, number: int) -> list[int]:
    """The letters on a ticket, oldest first."""
    wanted = select(TICKET_MESSAGE.c.message).where(TICKET_MESSAGE.c.ticket == number)
    return list(connection.scalars(wanted.order_by(TICKET_MESSAGE.c.message)))


def merge(database: Database, number: int, into: int, actor: str, now: datetime, *, two_people: bool) -> None:
    """Make two tickets one: letters and parties go over, and mail about the old one finds the new one."""
    with database.begin() as connection:
        ticket, other = lock_two(connection, number, into)
        gone, grown = joining.merge(ticket, other, actor, now, two_people=two_people)
        letters = _take_letters(connection, into, letters_of(connection, number))
        gone = _with_taken(gone, letters, _take_parties(connection, number, into))
        write(connection, ticket, gone, actor, now)
        write(connection, other, grown, actor, now)


def _take_letters(connection: Connection, number: int, letters: Sequence[int]) -> list[int]:
    """Put letters on a ticket; those that were not there before."""
    if not letters:
        return []
    new = insert_new(connection, TICKET_MESSAGE).returning(TICKET_MESSAGE.c.message)
    return list(connection.scalars(new, [{"ticket": number, "message": m} for m in letters]))


def _take_parties(connection: Connection, number: int, into: int) -> list[str]:
    """Make the parties of a ticket parties of another; the addresses that were none before."""
    rows = connection.execute(select(PARTY.c.email, PARTY.c.name, PARTY.c.role).where(PARTY.c.ticket == number)).all()
    if not rows:
        return []
    new = insert_new(connection, PARTY).returning(PARTY.c.email)
    return list(connection.scalars(new, [{**row._asdict(), "ticket": into} for row in rows]))


def _with_taken(change: Change, letters: Sequence[int], parties: Sequence[str]) -> Change:
    """The change with what went over written into its event, so that it can be taken back."""
    taken = {"letters": list(letters), "parties": list(parties)}
    return Change(change.kind, change.columns, {**change.details, "taken": taken}, change.message)


def give_back(connection: Connection, number: int, other: int, deed: Mapping[str, Any]) -> None:
    """Undo what merging or moving did to letters and parties: what went over to the other ticket comes back."""
    taken = deed["taken"]
    there = TICKET_MESSAGE.c.ticket == other, TICKET_MESSAGE.c.message.in_(taken["letters"])
    connection.execute(delete(TICKET_MESSAGE).where(*there))
    connection.execute(delete(PARTY).where(PARTY.c.ticket == other, PARTY.c.email.in_(taken["parties"])))
    if "letter" in deed:
        _take_letters(connection, number, [deed["letter"]])


def split(database: Database, number: int, intent: Intent, actor: str, now: datetime) -> int:
    """Make a second ticket of the same letters, for another intent; its number."""
    with database.begin() as connection:
        ticket, letters = lock(connection, number), letters_of(connection, number)
        change = joining.split(ticket, intent, letters)
        row = connection.execute(select(TICKET).where(TICKET.c.id == number)).one()._mapping
        new = {name: row[name] for name in (*_COPIED, "urgent")}
        new |= {"status": Status.NEW, "intent": intent, "version": 1, "updated_at": now}
        new |= {"conversation": row["conversation"] or number}
        made: int = connection.execute(TICKET.insert().returning(TICKET.c.id), new).scalar_one()
        _take_letters(connection, made, letters)
        _take_parties(connection, number, made)
        write(connection, ticket, Change(change.kind, {}, {**change.details, "made": made}), actor, now)
        write(connection, lock(connection, made), Change("opened", {}, {"split from": number}), actor, now)
        return made


def link(database: Database, first: int, second: int, actor: str, now: datetime) -> None:
    """Note on two tickets that they have to do with each other; once."""
    with database.begin() as connection:
        pair = lock_two(connection, first, second)
        changes = joining.link(*pair)
        low, high = sorted((first, second))
        new = insert_new(connection, TICKET_LINK).returning(TICKET_LINK.c.low)
        if connection.execute(new, {"low": low, "high": high}).first() is None:
            raise Refused(f"#{first} and #{second} are linked already; run `mailbot show {first}`")
        for ticket, change in zip(pair, changes, strict=True):
            write(connection, ticket, change, actor, now)


def move(database: Database, letter: int, number: int, to: int, actor: str, now: datetime) -> None:
    """Put a letter on another ticket, with its sender as a party there."""
    with database.begin() as connection:
        ticket, other = lock_two(connection, number, to)
        gone, arrived = joining.move(ticket, other, letter, letters_of(connection, number), actor, now)
        here = TICKET_MESSAGE.c.ticket == number, TICKET_MESSAGE.c.message == letter
        connection.execute(delete(TICKET_MESSAGE).where(*here))
        gone = _with_taken(gone, _take_letters(connection, to, [letter]), _take_parties(connection, number, to))
        write(connection, ticket, gone, actor, now)
        write(connection, other, arrived, actor, now)


def keep_draft(connection: Connection, number: int, author: str, text: str, now: datetime) -> None:
    """Keep an answer that does not leave; one for each writer and ticket."""
    drop_draft(connection, number, author)
    connection.execute(DRAFT.insert(), {"ticket": number, "author": author, "text": text, "at": now})


def drop_draft(connection: Connection, number: int, author: str) -> None:
    connection.execute(delete(DRAFT).where(DRAFT.c.ticket == number, DRAFT.c.author == author))


def draft_of(connection: Connection, number: int, author: str) -> str:
    """The kept answer of a writer; empty where there is none."""
    found: str | None = connection.scalar(
        select(DRAFT.c.text).where(DRAFT.c.ticket == number, DRAFT.c.author == author)
    )
    return found or ""
