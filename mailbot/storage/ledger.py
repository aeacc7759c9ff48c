"""The ledger: what the server says, what was collected, what became of each. Difference 0, or somebody looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, func, select

from mailbot.model import MessageState, OutboxState, Status
from mailbot.storage.tables import DELIVERY, EVENT, MAILBOX, MESSAGE, OUTBOX, RAW, TICKET, TICKET_MESSAGE


@dataclass(frozen=True, slots=True)
class Line:
    """One mailbox: `collected` deliveries, of which so many in each state; `gone` vanished before they were read.

    `missing` are UIDs that the server has, that are behind our cursor, and that the ledger does not know.
    """

    mailbox: str
    server: int | None
    collected: int
    states: Mapping[str, int]
    gone: int
    missing: tuple[int, ...] = ()

    @property
    def difference(self) -> int:
        """Deliveries that nothing accounts for; 0 when the ledger balances."""
        return self.collected - sum(self.states.values()) - self.gone + len(self.missing)


@dataclass(frozen=True, slots=True)
class Balance:
    """All lines, and what else does not add up, in words; `unexplained` is 0 on a sound desk."""

    lines: tuple[Line, ...]
    faults: tuple[str, ...] = ()
    outbox: Mapping[str, int] = field(default_factory=dict)
    tickets: Mapping[str, int] = field(default_factory=dict)

    @property
    def unexplained(self) -> int:
        return sum(abs(line.difference) for line in self.lines) + len(self.faults)


def balance(connection: Connection, server: Mapping[str, tuple[int, Sequence[int]]] | None = None) -> Balance:
    """Add everything up. `server` gives (UIDVALIDITY, all UIDs) per mailbox where the servers were asked."""
    names = connection.scalars(select(MAILBOX.c.name).order_by(MAILBOX.c.name)).all()
    return Balance(
        lines=tuple(_line(connection, name, (server or {}).get(name)) for name in names),
        faults=tuple(_faults(connection)),
        outbox=_counts(connection, select(OUTBOX.c.state, func.count()).group_by(OUTBOX.c.state)),
        tickets=_counts(connection, select(TICKET.c.status, func.count()).group_by(TICKET.c.status)),
    )


def _line(connection: Connection, name: str, server: tuple[int, Sequence[int]] | None) -> Line:
    here = DELIVERY.c.mailbox == name
    states = select(MESSAGE.c.state, func.count()).join(DELIVERY, DELIVERY.c.message == MESSAGE.c.id)
    gone = connection.scalar(select(func.count()).where(here, DELIVERY.c.message.is_(None)))
    return Line(
        mailbox=name,
        server=len(server[1]) if server else None,
        collected=connection.scalar(select(func.count()).select_from(DELIVERY).where(here)) or 0,
        states=_counts(connection, states.where(here).group_by(MESSAGE.c.state)),
        gone=gone or 0,
        missing=_missing(connection, name, *server) if server else (),
    )


def _missing(connection: Connection, name: str, uidvalidity: int, uids: Sequence[int]) -> tuple[int, ...]:
    mailbox = connection.execute(select(MAILBOX).where(MAILBOX.c.name == name)).one()
    if mailbox.uidvalidity != uidvalidity:
        return ()  # nothing of the new folder has been read yet, so nothing of it is missing
    known = select(DELIVERY.c.uid).where(DELIVERY.c.mailbox == name, DELIVERY.c.uidvalidity == uidvalidity)
    kept = set(connection.scalars(known))
    return tuple(uid for uid in uids if uid <= mailbox.cursor and uid not in kept)


def _counts(connection: Connection, wanted: Select[Any]) -> dict[str, int]:
    return {row[0]: row[1] for row in sorted(connection.execute(wanted), key=lambda row: str(row[0]))}


def _faults(connection: Connection) -> list[str]:
    return [
        f"{sentence}: {', '.join(str(number) for number in numbers)}"
        for sentence, wanted in _CHECKS
        if (numbers := connection.scalars(wanted.limit(20)).all())
    ]


_ON_TICKET = select(TICKET_MESSAGE.c.message)
_ANSWERED = select(OUTBOX.c.message).where(OUTBOX.c.message.is_not(None))
_SILENT = select(EVENT.c.message).where(EVENT.c.kind == "silent")

# Each is a promise: a sentence for the reader, and the numbers of the rows that break it.
_CHECKS: tuple[tuple[str, Select[tuple[int]]], ...] = (
    (
        "messages said to be on a ticket that are on none",
        select(MESSAGE.c.id).where(
            MESSAGE.c.state.in_((MessageState.TICKETED, MessageState.ATTACHED)), MESSAGE.c.id.not_in(_ON_TICKET)
        ),
    ),
    (
        "tickets from mail without a letter",
        select(TICKET.c.id).where(
            TICKET.c.channel == "email",
            TICKET.c.id.not_in(select(TICKET_MESSAGE.c.ticket)),
            TICKET.c.merged_into.is_(None),
        ),
    ),
    (
        "judged messages with neither an answer nor a reason for silence",
        select(MESSAGE.c.id).where(
            MESSAGE.c.state.in_((MessageState.TICKETED, MessageState.ATTACHED, MessageState.MACHINE)),
            MESSAGE.c.id.not_in(_ANSWERED),
            MESSAGE.c.id.not_in(_SILENT),
        ),
    ),
    ("messages whose octets are not kept", select(MESSAGE.c.id).where(MESSAGE.c.id.not_in(select(RAW.c.message)))),
    (
        "messages in no mailbox",
        select(MESSAGE.c.id).where(
            MESSAGE.c.id.not_in(select(DELIVERY.c.message).where(DELIVERY.c.message.is_not(None)))
        ),
    ),
    (
        "outgoing mail marked as sent without a time",
        select(OUTBOX.c.id).where(OUTBOX.c.state == OutboxState.SENT, OUTBOX.c.sent_at.is_(None)),
    ),
    (
        "tickets with a status that does not exist",
        select(TICKET.c.id).where(TICKET.c.status.not_in(list(Status))),
    ),
)
