"""What the town promises, and whether a ticket is on time: in minutes of opening hours, by intent. Pure.

Urgent tickets are promised by the clock on the wall, at night too. Which ticket comes first follows from this:
urgent, then late, then the oldest.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from mailbot.model import Intent, Status
from mailbot.tickets.hours import Hours, add_open, take_open


class Promise(BaseModel):
    """For one intent: the longest wait for the first answer, and for the next step after the citizen wrote again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_answer: int = Field(ge=1)
    next_step: int = Field(ge=1)


class Promises(BaseModel):
    """The section `promises:` of rules.yaml. `at_risk` is the share of a promise after which it is in danger."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    info: Promise = Promise(first_answer=240, next_step=480)
    help_request: Promise = Promise(first_answer=120, next_step=240)
    help_offer: Promise = Promise(first_answer=720, next_step=1440)
    other: Promise = Promise(first_answer=480, next_step=720)
    urgent: Promise = Promise(first_answer=30, next_step=60)
    at_risk: float = Field(default=0.75, gt=0, le=1)

    def of(self, intent: str, *, urgent: bool) -> Promise:
        """The promise that holds for a ticket."""
        found: Promise = self.urgent if urgent else getattr(self, Intent(intent))
        return found


class Timeliness(StrEnum):
    """How a ticket stands to its promise."""

    ON_TIME = "on time"
    AT_RISK = "at risk"
    LATE = "late"
    NOBODY_WAITS = ""


def due(promises: Promises, hours: Hours, ticket: Mapping[str, object]) -> datetime | None:
    """By when somebody must have answered; None where the citizen waits for nothing.

    `ticket` has intent, urgent, status, waits_since and created_at, as rows of the queue do.
    """
    since = _since(ticket)
    if since is None:
        return None
    return _after(promises, hours, ticket, since, 1.0)


def timeliness(promises: Promises, hours: Hours, ticket: Mapping[str, object], now: datetime) -> Timeliness:
    """Whether a ticket is on time, at risk or late at this moment."""
    since = _since(ticket)
    if since is None:
        return Timeliness.NOBODY_WAITS
    if now >= _after(promises, hours, ticket, since, 1.0):
        return Timeliness.LATE
    return Timeliness.AT_RISK if now >= _after(promises, hours, ticket, since, promises.at_risk) else Timeliness.ON_TIME


def late_from(promises: Promises, hours: Hours, now: datetime) -> dict[tuple[str, bool], datetime]:
    """For each intent and first answer or not: who waits since this moment or longer is late now."""
    return {
        (str(intent), first): take_open(hours, now, _minutes(promises.of(intent, urgent=False), first=first))
        for intent in Intent
        for first in (True, False)
    }


def _since(ticket: Mapping[str, object]) -> datetime | None:
    if ticket["status"] not in {Status.NEW, Status.OPEN}:
        return None
    since = ticket["waits_since"] or (ticket["created_at"] if ticket["status"] == Status.NEW else None)
    return since if isinstance(since, datetime) else None


def _after(promises: Promises, hours: Hours, ticket: Mapping[str, object], since: datetime, share: float) -> datetime:
    urgent = bool(ticket["urgent"])
    promise = promises.of(str(ticket["intent"]), urgent=urgent)
    minutes = _minutes(promise, first=ticket.get("answered_news") is None) * share
    return since + timedelta(minutes=minutes) if urgent else add_open(hours, since, minutes)


def _minutes(promise: Promise, *, first: bool) -> int:
    return promise.first_answer if first else promise.next_step
