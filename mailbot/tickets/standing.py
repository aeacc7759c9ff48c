"""What a verb may know of a ticket, what it may change, and how it says no. Decides nothing by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from mailbot.model import Permanent, Status


class Refused(Permanent):
    """A verb that the ticket does not allow now; the text ends with the command to type."""


class NewLetter(Refused):
    """The citizen wrote again after the operator last looked: the answer may no longer be right."""


class DeskPolicy(BaseModel):
    """The section `desk:` of rules.yaml: how long a claim holds and how long an answer rests before it leaves."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    claim_minutes: int = Field(default=20, ge=1, le=720)
    undo_seconds: int = Field(default=10, ge=0, le=600)


@dataclass(frozen=True, slots=True)
class Standing:
    """One ticket as it stands in the transaction that will change it.

    `first_letter` and `last_letter` are numbers of messages, 0 for none. `last_news`, `seen_news` and
    `answered_news` are versions: at which a letter last came, which was shown to the claimer, which was answered.
    `values` holds the columns that operators correct and those that letters are written with.
    """

    id: int
    version: int
    status: Status
    first_letter: int = 0
    last_letter: int = 0
    last_news: int = 1
    seen_news: int = 0
    answered_news: int = 0
    claimed_by: str = ""
    claimed_until: datetime | None = None
    assigned_to: str = ""
    snoozed_until: datetime | None = None
    merged_into: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing done to one ticket: the columns with their new values, and the event that tells of it.

    `message` is the letter that the event is about, where it is about one.
    """

    kind: str
    columns: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    message: int | None = None


def holder(ticket: Standing, now: datetime) -> str:
    """Who holds the ticket at this moment; empty where nobody does or the lease has run out."""
    lives = ticket.claimed_until is not None and ticket.claimed_until > now
    return ticket.claimed_by if lives else ""


def require_whole(ticket: Standing) -> None:
    """Raise Refused where the ticket was merged into another, naming that one."""
    if ticket.merged_into is not None:
        raise Refused(f"#{ticket.id} was merged into #{ticket.merged_into}; run `mailbot show {ticket.merged_into}`")


def require_free(ticket: Standing, actor: str, now: datetime) -> None:
    """Raise Refused where somebody else holds the ticket."""
    other = holder(ticket, now)
    if other and other != actor:
        until = ticket.claimed_until
        minutes = max(1, round((until - now).total_seconds() / 60)) if until else 0
        raise Refused(
            f"#{ticket.id} is held by {other} for {minutes} min more; `mailbot next` gives you another, "
            f"`mailbot assign {ticket.id} {actor} --over` takes it from {other}"
        )
