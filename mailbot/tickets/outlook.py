"""By when a letter that comes in now will have its answer: the calendar and what waits before it decide. Pure.

What is promised grows with the backlog by itself, so that a citizen is never told `today` on the day the town drowns.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from mailbot.tickets.hours import Hours, closing, next_opening

MARGIN = 1.5  # promised is half as much again as it should take
LONGEST_DAYS = 30


class Pace(BaseModel):
    """The section `pace:` of rules.yaml: letters that the desk answers in an opening hour, and when it is a surge."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    letters_per_hour: int = Field(default=40, ge=1)
    surge_hours: float = Field(default=12, gt=0)


@dataclass(frozen=True, slots=True)
class Outlook:
    """By when, in local time; None where nobody answers within a month. In a surge the letter says so."""

    by: datetime | None
    is_surge: bool


def outlook(pace: Pace, hours: Hours, waiting: int, now: datetime) -> Outlook:
    """When the letter behind `waiting` others will be answered at the town's pace, in opening hours only."""
    work = timedelta(hours=(waiting + 1) * MARGIN / pace.letters_per_hour)
    return Outlook(_after(hours, now, work), work > timedelta(hours=pace.surge_hours))


def _after(hours: Hours, now: datetime, work: timedelta) -> datetime | None:
    """The moment when so much opening time has passed."""
    at = next_opening(hours, now)
    for _ in range(LONGEST_DAYS):
        end = closing(hours, at) if at else None
        if at is None or end is None:
            return None
        if at + work <= end:
            return at + work
        work -= end - at
        at = next_opening(hours, end)
    return None
