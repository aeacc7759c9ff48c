"""What the town promises, and whether a ticket is on time: in minutes of opening hours, by intent. Pure.

Urgent tickets are promised by the clock on the wall, at night too. Which ticket comes first follows from this:
urgent, then late, then the oldest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar

from mailbot.model import Intent, Status
from mailbot.tickets.hours import Checked, Hours, add_open, take_open


def _minutes_given(value: int) -> int:
    if value < 1:
        raise ValueError("a promise is at least one minute")
    return value


def _share(value: float) -> float:
    if not 0 < value <= 1:
        raise ValueError("a share is more than 0 and at most 1")
    return value


@dataclass(frozen=True)
class Promise:
    """For one intent: the longest wait for the first answer, and for the next step after the citizen wrote again."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    first_answer: Annotated[int, Checked(_minutes_given)]
    next_step: Annotated[int, Checked(_minutes_given)]

    def __post_init__(self) -> None:
        _minutes_given(self.first_answer)
        _minutes_given(self.next_step)


@dataclass(frozen=True)
class Promises:
    """The section `promises:` of rules.yaml. `at_risk` is the share of a promise after which it is in danger."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    info: Promise = Promise(first_answer=240, next_step=480)
    help_request: Promise = Promise(first_answer=120, next_step=240)
    help_offer: Promise = Promise(first_answer=720, next_step=1440)
    other: Promise = Promise(first_answer=480, next_step=720)
    urgent: Promise = Promise(first_answer=30, next_step=60)
    at_risk: Annotated[float, Checked(_share)] = 0.75

    def __post_init__(self) -> None:
        _share(self.at_risk)

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
