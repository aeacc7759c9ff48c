"""The glossary: frozen values and enums in flight, not rows at rest. Standard library only; nothing here acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

CROSSED_OUT = "text is crossed out in its HTML"  # a defect of a letter, for its plain text may say the opposite


class Kind(StrEnum):
    """What sort of writer is behind a letter, as `explain` and the corpus name it."""

    HUMAN = "human"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    SPAM = "spam"


class Machine(StrEnum):
    """Why a letter gets no automatic answer; the finer word behind `Kind`."""

    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    DELAY_NOTICE = "delay_notice"
    READ_RECEIPT = "read_receipt"
    REPORT = "report"
    MAILING_LIST = "mailing_list"
    OWN_LOOP = "own_loop"
    BULK = "bulk"
    NO_REPLY = "no_reply"


class Intent(StrEnum):
    """What the writer wants of the desk."""

    INFO = "info"
    HELP_REQUEST = "help_request"
    HELP_OFFER = "help_offer"
    OTHER = "other"


class Audience(StrEnum):
    """In which capacity somebody writes."""

    INDIVIDUAL = "individual"
    ORGANISATION = "organisation"


class Status(StrEnum):
    """Where a ticket stands. The allowed steps are the table in `tickets.lifecycle`."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Lane(StrEnum):
    """The order in which mail leaves when the relay allows less than we have."""

    URGENT = "urgent"
    REPLY = "reply"
    MATCH = "match"
    DIGEST = "digest"
    BULK = "bulk"


class MessageState(StrEnum):
    """What became of one collected message; the ledger adds these up."""

    COLLECTED = "collected"
    TICKETED = "ticketed"
    ATTACHED = "attached"
    MACHINE = "machine"
    QUARANTINED = "quarantined"
    ARCHIVED = "archived"


class OutboxState(StrEnum):
    """Where one outgoing mail stands. `unknown`: the relay may have it; see `outbox.retry`."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of RFC 5322 §3.4, cleaned: no control characters, exactly one `@`, lower-case domain."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the writer's text. `name` is safe to print and to save; `size` is decoded octets."""

    name: str
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class Forward:
    """A letter inside a letter: who wrote it first, as the forwarder's client quotes it. Unproven."""

    writer: Address | None
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says (RFC 3464). `message_ids` are those of the mail it reports on."""

    recipients: tuple[str, ...]
    status: str
    hard: bool
    message_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as parsed: what the writer wrote, and nothing of what a header or a quote claims for him.

    `text` is the whole readable text, `new_text` the view without quotes and signatures of earlier mail. `sender` is
    None where From names not exactly one address on which two parsers agree; on `channel` "form", whom the form names.
    `author` is to be shown, never trusted. `headers` holds lower-case names with every value, decoded, on one line.
    No text holds a NUL, a lone surrogate or a control character but newline and tab.
    """

    mailbox: str = ""
    channel: str = "email"
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    sender: Address | None = None
    author: Address | None = None
    reply_to: Address | None = None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    subject: str = ""
    date: datetime | None = None
    text: str = ""
    new_text: str = ""
    forward: Forward | None = None
    attachments: tuple[Attachment, ...] = ()
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    report: Bounce | None = None
    content_type: str = "text/plain"
    content_parameters: Mapping[str, str] = field(default_factory=dict)
    size: int = 0
    defects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Screening:
    """Human or machine, and why. `machine` is None for a person; a machine's letter is kept, never answered."""

    kind: Kind
    reason: str
    machine: Machine | None = None
    bounce: Bounce | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason in words: what it speaks for, the rule or finder that saw it, the writer's own sentence."""

    about: str
    value: str
    because: str
    sentence: str = ""
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a letter means. Names and values are those of the labelled corpus; `reasons` carries the evidence.

    `confidence` is calibrated for `intent`; `automatic` says that the desk may act without a person; `phone` is E.164.
    `needs` holds what else was found, as text by name: availability, headcount, languages, vehicle, deadline.
    """

    kind: Kind = Kind.HUMAN
    intent: Intent = Intent.OTHER
    also: tuple[Intent, ...] = ()
    confidence: float = 0.0
    automatic: bool = False
    language: str = "nl"
    language_sure: bool = True
    urgent: bool = False
    audience: Audience = Audience.INDIVIDUAL
    on_behalf: bool = False
    categories: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    place: str | None = None
    phone: str | None = None
    thanks_only: bool = False
    needs: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketFact:
    """What the judgement may know of one ticket, nothing to read. `spocs` are the parties it was passed on to."""

    id: int
    status: Status
    parties: frozenset[str]
    merged_into: int | None = None
    spocs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sent:
    """One automatic answer already in the outbox for an address: what for, when, to which text."""

    purpose: str
    at: datetime
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Threads:
    """The facts one judgement is given about what went before; gathered by the shell, read by the core.

    `tickets` by id; `by_message_id` maps a Message-ID, ours or theirs, to a ticket; `outbox_by_message_id` maps a
    Message-ID of ours to its outbox row; `open_by_sender` lists unfinished tickets of the sender; `sent` are recent
    automatic answers to the sender, newest first; `standing` is what doubts leave of an answer's.
    """

    tickets: Mapping[int, TicketFact] = field(default_factory=dict)
    by_message_id: Mapping[str, int] = field(default_factory=dict)
    outbox_by_message_id: Mapping[str, int] = field(default_factory=dict)
    open_by_sender: tuple[int, ...] = ()
    sent: tuple[Sent, ...] = ()
    standing: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """Open a ticket for one intent of the letter. The first one opened is the conversation's ticket."""

    intent: Intent
    urgent: bool


@dataclass(frozen=True, slots=True)
class Append:
    """Put the letter on a ticket whose next status is `status`, None to leave it; by a person, if it `is_news`."""

    ticket: int
    reason: str
    status: Status | None = None
    wakes: bool = True
    is_news: bool = True


@dataclass(frozen=True, slots=True)
class Suggest:
    """Show an operator that the letter may belong to a ticket; nothing is joined."""

    ticket: int
    reason: str


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Owe the writer an automatic answer, with `answers` of the library; unsure of the language, in several."""

    recipient: Address
    purposes: tuple[str, ...]
    languages: tuple[str, ...]
    lane: Lane
    fingerprint: str
    answers: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Silence:
    """Send nothing, and say why; every letter without an answer has one of these."""

    reason: str


@dataclass(frozen=True, slots=True)
class Alert:
    """Tell a person at once. `role` is a key of `alerts:` in rules.yaml."""

    role: str
    reason: str


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """A mail of ours came back: mark its outbox row, and its address when the failure is permanent."""

    outbox: int
    bounce: Bounce


@dataclass(frozen=True, slots=True)
class FileAs:
    """What the ledger shall say of the message."""

    state: MessageState
    reason: str


Action = OpenTicket | Append | Suggest | Acknowledge | Silence | Alert | Undeliverable | FileAs


@dataclass(frozen=True, slots=True)
class Judgement:
    """All that was concluded of one message; `advice` is for a person: each `answer` that may fit, a `doubt`."""

    letter: Letter
    screening: Screening
    verdict: Verdict
    actions: tuple[Action, ...]
    thread: str = ""
    orders: tuple[object, ...] = ()  # for matching alone; what they may be is in `match_answers`
    advice: tuple[Evidence, ...] = ()


class MailbotError(Exception):
    """An error that a person can act on; its text ends with the next step. Never shown as a traceback."""


class ConfigurationError(MailbotError):
    """Settings, rules or templates are wrong: exit code 78 in `run --once`, 2 elsewhere."""


class Temporary(MailbotError):
    """Something outside is not there now; trying later is right: exit code 75."""


class Permanent(MailbotError):
    """Trying again would fail again; a person has to look."""
