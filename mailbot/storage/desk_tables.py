"""The desk's own rows: drafts, links, letters passed on, who is on duty. Tickets themselves are in `tables`."""

from __future__ import annotations

from datetime import date as day_type
from datetime import datetime
from typing import cast

from sqlalchemy import BigInteger, Column, Index, Table, UniqueConstraint
from sqlmodel import Field, SQLModel

from mailbot.storage.columns import identity, link, long_text, moment


class DraftRow(SQLModel, table=True):
    """An answer that did not leave, kept for its writer: refused because of news, or called back."""

    __tablename__ = "draft"

    ticket: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    author: str = Field(primary_key=True)
    text: str = long_text()
    at: datetime = moment(nullable=False)


class TicketLinkRow(SQLModel, table=True):
    """Two tickets that have to do with each other and stay two; `low` is the smaller number."""

    __tablename__ = "ticket_link"

    low: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    high: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))


class ForwardedRow(SQLModel, table=True):
    """A ticket's letter passed on to a SPOC. Answered when a later letter from `address` is on the ticket."""

    __tablename__ = "forwarded"
    __table_args__ = (Index("forwarded_ticket", "ticket"),)

    id: int | None = identity()
    ticket: int = link()
    spoc: str
    address: str
    by: str
    at: datetime = moment(nullable=False)
    after_letter: int = link()


class ColleagueRow(SQLModel, table=True):
    """Somebody of the pool, by the name under which he or she works the desk."""

    __tablename__ = "colleague"

    name: str = Field(primary_key=True)
    email: str = ""
    phone: str = ""


class DutyRow(SQLModel, table=True):
    """Who holds a seat in one shift of one local day."""

    __tablename__ = "duty"
    __table_args__ = (UniqueConstraint("day", "shift", "seat", name="duty_once"),)

    id: int | None = identity()
    day: day_type
    shift: str
    seat: str
    colleague: str


def _table(row: type[SQLModel]) -> Table:
    return cast(Table, row.__table__)  # type: ignore[attr-defined]


DRAFT = _table(DraftRow)
TICKET_LINK = _table(TicketLinkRow)
FORWARDED = _table(ForwardedRow)
COLLEAGUE = _table(ColleagueRow)
DUTY = _table(DutyRow)
