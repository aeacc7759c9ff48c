"""The tables of answers, as SQLModel classes: what was told to whom, in which wording."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import Index, Table
from sqlmodel import Field, SQLModel

from mailbot.storage.columns import identity, link, long_text, moment


class ToldRow(SQLModel, table=True):
    """One answer of the library that one mail told: `text_hash` is its wording, `mail` the Message-ID it left in.

    `doubted_at` is set when the reader says that it was not the question; `told_by` is `mailbot` or an operator.
    """

    __tablename__ = "told"
    __table_args__ = (Index("told_answer", "answer", "text_hash"), Index("told_ticket", "ticket"))

    id: int | None = identity()
    answer: str
    text_hash: str
    language: str
    ticket: int = link()
    message: int | None = link(nullable=True)
    mail: str
    question: str = long_text()
    confidence: float = Field(default=0.0)
    told_by: str = "mailbot"
    told_at: datetime = moment(nullable=False)
    doubted_at: datetime | None = moment()


TOLD = cast(Table, ToldRow.__table__)  # type: ignore[attr-defined]
