"""The tables of matching, as SQLModel classes: records, matches, digests, questions. What the states mean: docs.

A help request and a help offer have the number of the ticket that they grew from. Who they are, how they are
reached and what they wrote stays with the ticket; only the street that an operator filled in is kept here.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from mailbot.storage.columns import document, identity, link, long_text, moment, only_where
from mailbot.storage.tables import _table

OPEN = "state IN ('proposed', 'accepted')"
NEVER_AGAIN = "state IN ('proposed', 'accepted', 'contacted', 'active', 'declined')"


def _number() -> Any:
    return Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))


def _names() -> Any:
    return Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class HelpRequestRow(SQLModel, table=True):
    """A help request as matching needs it. `precision` is street, postcode, municipality or empty (no place).

    `slots` are the bits of `matching.records`; `family` are offers of the requester's own relatives; `matchmaker`
    is the address of who was last at it, so that a known requester stays with them; `seed` is what was read in
    the ticket when the record grew, so that a later correction of the ticket is noticed.
    """

    __tablename__ = "help_request"
    __table_args__ = (Index("help_request_state", "state"),)

    ticket: int = _number()
    state: str
    kinds: list[str] = _names()
    latitude: float | None = None
    longitude: float | None = None
    precision: str = ""
    street: str = long_text()
    postcode: str = ""
    district: str = ""
    slots: int = Field(sa_column=Column(BigInteger, nullable=False))
    languages: list[str] = _names()
    places: int = 1
    urgent: bool = False
    on_behalf: bool = False
    for_profit: bool = False
    day: date | None = None
    recurs: bool = False
    family: list[int] = _names()
    since: datetime = moment(nullable=False)
    matchmaker: str = ""
    seed: dict[str, Any] = document()
    updated_at: datetime = moment(nullable=False)


class HelpOfferRow(SQLModel, table=True):
    """A help offer as matching needs it. `waiting_since`: offered, or last asked; `silences`: asked in vain."""

    __tablename__ = "help_offer"
    __table_args__ = (Index("help_offer_state", "state"),)

    ticket: int = _number()
    state: str
    kinds: list[str] = _names()
    latitude: float | None = None
    longitude: float | None = None
    precision: str = ""
    street: str = long_text()
    postcode: str = ""
    district: str = ""
    slots: int = Field(sa_column=Column(BigInteger, nullable=False))
    languages: list[str] = _names()
    reach_km: float = 5.0
    capacity: int = 1
    vehicle: bool = False
    minor: bool = False
    consent: bool = False
    risk_group: bool = False
    ill: bool = False
    waiting_since: datetime = moment(nullable=False)
    confirmed_at: datetime = moment(nullable=False)
    paused_until: datetime | None = moment()
    silences: int = 0
    seed: dict[str, Any] = document()
    updated_at: datetime = moment(nullable=False)


class MatchRow(SQLModel, table=True):
    """One pair and where it stands. The database itself holds that a volunteer has one open proposal.

    It also holds that a pair which stands, or which was declined once, never comes a second time. `why` are the
    terms of the score, `reserves` the next best; `rank` is 0 for the first choice, more for those who stand by.
    """

    __tablename__ = "match"
    __table_args__ = (
        Index("match_one_open_proposal", "offer", unique=True, **only_where(OPEN)),
        Index("match_never_again", "request", "offer", unique=True, **only_where(NEVER_AGAIN)),
        Index("match_state", "state", "deadline"),
        Index("match_offer", "offer"),
    )

    id: int | None = identity()
    request: int = link()
    offer: int = link()
    state: str
    since: datetime = moment(nullable=False)
    deadline: datetime | None = moment()
    reminded_at: datetime | None = moment()
    owner: str = ""
    urgent: bool = False
    rank: int = 0
    score: int = 0
    metres: int = -1
    postcode_only: bool = False
    why: list[Any] = _names()
    reserves: list[Any] = _names()
    reason: str = long_text()
    code_word: str = ""
    proposed_at: datetime = moment(nullable=False)
    accepted_at: datetime | None = moment()
    contacted_at: datetime | None = moment()
    started_at: datetime | None = moment()
    closed_at: datetime | None = moment()


class ConsentRow(SQLModel, table=True):
    """That one side of a match agreed to be introduced: when, by whose word, over which way."""

    __tablename__ = "match_consent"

    match: int = _number()
    side: str = Field(primary_key=True)
    at: datetime = moment(nullable=False)
    by: str = ""
    via: str = ""


class MatchmakerRow(SQLModel, table=True):
    """A matchmaker of rules.yaml, with what only the database knows: until when they are away."""

    __tablename__ = "matchmaker"

    address: str = Field(primary_key=True)
    name: str = long_text()
    districts: list[str] = _names()
    languages: list[str] = _names()
    coordinator: bool = False
    absent_until: datetime | None = moment()
    updated_at: datetime = moment(nullable=False)


class DigestRow(SQLModel, table=True):
    """One mail with rows to a matchmaker. `about` is digest, urgent or contact; `token` is signed for them alone.

    `missing` has the requests whose question it shows, each with the offers that it would go to.
    """

    __tablename__ = "digest"
    __table_args__ = (UniqueConstraint("matchmaker", "occasion", name="digest_once"),)

    id: int | None = identity()
    matchmaker: str
    about: str
    occasion: str
    token: str = ""
    sent_at: datetime = moment(nullable=False)
    missing: dict[str, list[int]] = document()


class DigestLineRow(SQLModel, table=True):
    """One row of a digest: its number, its match, the token of its one-tap links, and what is asked of it."""

    __tablename__ = "digest_line"
    __table_args__ = (Index("digest_line_match", "match"),)

    digest: int = _number()
    number: int = Field(primary_key=True)
    match: int = link()
    token: str = ""
    about: str = "proposal"


class DigestAnswerRow(SQLModel, table=True):
    """One command that was carried out for a row: each can be given once, so that a replayed answer is dead."""

    __tablename__ = "digest_answer"

    digest: int = _number()
    number: int = Field(primary_key=True)
    command: str = Field(primary_key=True)
    at: datetime = moment(nullable=False)
    message: int | None = link(nullable=True)


class AskRow(SQLModel, table=True):
    """A question to a requester or a volunteer that one word answers. `about`: consent, follow_up, reconfirm."""

    __tablename__ = "ask"
    __table_args__ = (
        UniqueConstraint("once_key", name="ask_once"),
        Index("ask_ticket", "ticket"),
        Index("ask_match", "match"),
    )

    id: int | None = identity()
    about: str
    side: str
    ticket: int = link()
    match: int | None = link(nullable=True)
    recipient: str
    once_key: str
    asked_at: datetime = moment(nullable=False)
    expires_at: datetime = moment(nullable=False)
    answered_at: datetime | None = moment()
    answer: str = ""
    details: dict[str, Any] = document()


HELP_REQUEST = _table(HelpRequestRow)
HELP_OFFER = _table(HelpOfferRow)
MATCH = _table(MatchRow)
CONSENT = _table(ConsentRow)
MATCHMAKER = _table(MatchmakerRow)
DIGEST = _table(DigestRow)
DIGEST_LINE = _table(DigestLineRow)
DIGEST_ANSWER = _table(DigestAnswerRow)
ASK = _table(AskRow)
