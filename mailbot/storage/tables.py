"""Rows at rest, as SQLModel tables for SQLite and PostgreSQL. How they are reached is in `storage.database`.

Times are aware UTC datetimes. Numbers that IMAP hands out are unsigned 32 bit (RFC 9051 §2.3.1.1), hence
BigInteger. Columns that hold an enum of `model` hold its value.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import JSON, BigInteger, Column, Index, LargeBinary, Table, UniqueConstraint
from sqlmodel import Field, SQLModel

from mailbot.storage.columns import document, identity, link, long_text, moment, only_where


class MailboxRow(SQLModel, table=True):
    """One polled mailbox and how far it was read: every UID up to `cursor` of `uidvalidity` is in the ledger."""

    __tablename__ = "mailbox"

    name: str = Field(primary_key=True)
    uidvalidity: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    cursor: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    server_count: int = Field(default=0)
    last_success_at: datetime | None = moment()
    last_arrival_at: datetime | None = moment()
    failing_since: datetime | None = moment()
    last_error: str = long_text()


class MessageRow(SQLModel, table=True):
    """One collected message, once, however many mailboxes it came to; `content_key` makes it one."""

    __tablename__ = "message"
    __table_args__ = (
        Index(
            "message_waiting",
            "id",
            **only_where("state = 'collected'"),
        ),
        Index("message_header", "message_id_header"),
        Index("message_sender", "sender_email"),
        Index("message_state", "state"),
    )

    id: int | None = identity()
    content_key: str = Field(unique=True)
    mailbox: str
    state: str
    reason: str = long_text()
    size: int
    truncated: bool = False
    arrived_at: datetime = moment(nullable=False)
    collected_at: datetime = moment(nullable=False)
    judged_at: datetime | None = moment()
    claimed_by: str | None = None
    attempts: int = 0
    message_id_header: str = long_text()
    sender_email: str = long_text()
    sender_name: str = long_text()
    subject: str = long_text()
    sent_at: datetime | None = moment()
    kind: str = ""
    text: str = long_text()
    new_text: str = long_text()
    thread: str = long_text()
    verdict: dict[str, Any] = document()


class RawRow(SQLModel, table=True):
    """The octets of a message as they came, zlib-compressed, apart so that lists never read them."""

    __tablename__ = "raw"

    message: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    octets: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class DeliveryRow(SQLModel, table=True):
    """One UID of one mailbox: the ledger's unit. `message` is empty where the mail vanished before it was read."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("mailbox", "uidvalidity", "uid", name="delivery_once"),
        Index("delivery_message", "message"),
        Index(
            "delivery_unfiled",
            "mailbox",
            **only_where("filed_at IS NULL"),
        ),
    )

    id: int | None = identity()
    mailbox: str
    uidvalidity: int = Field(sa_column=Column(BigInteger, nullable=False))
    uid: int = Field(sa_column=Column(BigInteger, nullable=False))
    message: int | None = link(nullable=True)
    note: str = long_text()
    collected_at: datetime = moment(nullable=False)
    filed_at: datetime | None = moment()


class TicketRow(SQLModel, table=True):
    """What the desk owes for one intent of a conversation. `conversation` is the ticket that its mail names.

    `waits_since` is since when the citizen waits for us. `last_news` is the version at which a letter last came
    that must be read, `seen_news` the news that the claimer was shown, `answered_news` what a person answered:
    numbers of messages would not do, because letters are not always judged in the order in which they came.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ticket_queue", "status", "urgent", "created_at"),
        Index("ticket_conversation", "conversation"),
        Index("ticket_phone", "phone", **only_where("phone IS NOT NULL")),
    )

    id: int | None = identity()
    conversation: int | None = link(nullable=True)
    merged_into: int | None = link(nullable=True)
    version: int = 1
    status: str
    intent: str
    urgent: bool = False
    language: str = "nl"
    audience: str = "individual"
    on_behalf: bool = False
    confidence: float = 0.0
    automatic: bool = False
    categories: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    topics: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    needs: dict[str, Any] = document()
    place: str | None = None
    phone: str | None = None
    channel: str = "email"
    mailbox: str = ""
    subject: str = long_text()
    requester_email: str = long_text()
    requester_name: str = long_text()
    created_at: datetime = moment(nullable=False)
    updated_at: datetime = moment(nullable=False)
    waits_since: datetime | None = moment()
    claimed_by: str | None = None
    claimed_until: datetime | None = moment()
    assigned_to: str | None = None
    snoozed_until: datetime | None = moment()
    last_news: int | None = link(nullable=True)
    seen_news: int | None = link(nullable=True)
    answered_news: int | None = link(nullable=True)


class TicketMessageRow(SQLModel, table=True):
    """Which messages belong to which ticket; a message with two intents belongs to two."""

    __tablename__ = "ticket_message"
    __table_args__ = (Index("ticket_message_message", "message"),)

    ticket: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    message: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))


class PartyRow(SQLModel, table=True):
    """Somebody who may write on a ticket. Recipients come from here, never from an incoming To or Cc."""

    __tablename__ = "party"
    __table_args__ = (UniqueConstraint("ticket", "email", name="party_once"), Index("party_email", "email"))

    id: int | None = identity()
    ticket: int = link()
    email: str
    name: str = long_text()
    role: str = "requester"


class EventRow(SQLModel, table=True):
    """One thing that happened, for the history of a ticket and the trace of a decision. Never changed."""

    __tablename__ = "event"
    __table_args__ = (
        Index("event_ticket", "ticket"),
        Index("event_message", "message"),
        Index("event_kind", "kind", "at"),
    )

    id: int | None = identity()
    at: datetime = moment(nullable=False)
    actor: str = "mailbot"
    kind: str
    ticket: int | None = link(nullable=True)
    message: int | None = link(nullable=True)
    outbox: int | None = link(nullable=True)
    details: dict[str, Any] = document()


class OutboxRow(SQLModel, table=True):
    """One mail to one recipient, its octets built once. `once_key` holds back a second of the same."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("once_key", name="outbox_once"),
        UniqueConstraint("message_id_header", name="outbox_header"),
        Index("outbox_due", "state", "lane", "next_attempt_at"),
        Index("outbox_recipient", "recipient", "created_at"),
        Index("outbox_ticket", "ticket"),
        Index("outbox_sent", "sent_at"),
    )

    id: int | None = identity()
    state: str
    lane: str
    purpose: str
    language: str = "nl"
    recipient: str
    domain: str
    envelope_from: str = ""
    message_id_header: str
    once_key: str
    fingerprint: str = ""
    ticket: int | None = link(nullable=True)
    message: int | None = link(nullable=True)
    octets: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    attempts: int = 0
    created_at: datetime = moment(nullable=False)
    next_attempt_at: datetime = moment(nullable=False)
    claimed_by: str | None = None
    sent_at: datetime | None = moment()
    outcome: str = long_text()


class AttemptRow(SQLModel, table=True):
    """One try to hand a mail over, with what the relay said."""

    __tablename__ = "attempt"
    __table_args__ = (Index("attempt_outbox", "outbox"),)

    id: int | None = identity()
    outbox: int = link()
    at: datetime = moment(nullable=False)
    outcome: str
    code: int = 0
    answer: str = long_text()


class UnreachableRow(SQLModel, table=True):
    """An address to which mail came back for good, with the report that says so."""

    __tablename__ = "unreachable"

    email: str = Field(primary_key=True)
    since: datetime = moment(nullable=False)
    status: str = ""
    outbox: int | None = link(nullable=True)


class BreakerRow(SQLModel, table=True):
    """An open circuit breaker: mail of `scope` rests until `until`; incoming mail is never held."""

    __tablename__ = "breaker"

    scope: str = Field(primary_key=True)
    opened_at: datetime = moment(nullable=False)
    until: datetime = moment(nullable=False)
    reason: str = long_text()


class JobRunRow(SQLModel, table=True):
    """That a daily job has been done for a local date, so that a second clock tick does nothing."""

    __tablename__ = "job_run"

    job: str = Field(primary_key=True)
    local_date: date = Field(primary_key=True)
    at: datetime = moment(nullable=False)


class WorkerRow(SQLModel, table=True):
    """A worker that runs or ran. Whether it lives is told by its lock, not by its clock."""

    __tablename__ = "worker"

    id: str = Field(primary_key=True)
    host: str
    pid: int
    started_at: datetime = moment(nullable=False)
    beat_at: datetime = moment(nullable=False)


def _table(row: type[SQLModel]) -> Table:
    return cast(Table, row.__table__)  # type: ignore[attr-defined]


# The same tables for SQLAlchemy Core, in which every hot path speaks: thousands of rows at a time, no objects.
MAILBOX = _table(MailboxRow)
MESSAGE = _table(MessageRow)
RAW = _table(RawRow)
DELIVERY = _table(DeliveryRow)
TICKET = _table(TicketRow)
TICKET_MESSAGE = _table(TicketMessageRow)
PARTY = _table(PartyRow)
EVENT = _table(EventRow)
OUTBOX = _table(OutboxRow)
ATTEMPT = _table(AttemptRow)
UNREACHABLE = _table(UnreachableRow)
BREAKER = _table(BreakerRow)
JOB_RUN = _table(JobRunRow)
WORKER = _table(WorkerRow)
