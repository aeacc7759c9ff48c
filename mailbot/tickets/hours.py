"""The town's calendar: when people answer, and when the next ones will. One calendar for every promise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, field_validator

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Hours(BaseModel):
    """Opening hours by weekday in local time, `08:00-20:00`, less the dates on which the desk is closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zone: str = "Europe/Brussels"
    open: dict[str, str] = dict.fromkeys(WEEKDAYS, "08:00-20:00")
    closed_on: tuple[date, ...] = ()

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"no such time zone: {value}") from error
        return value

    @field_validator("open")
    @classmethod
    def _readable_hours(cls, value: dict[str, str]) -> dict[str, str]:
        for day, hours in value.items():
            if day not in WEEKDAYS:
                raise ValueError(f"{day!r} is no weekday; use {' '.join(WEEKDAYS)}")
            opening, closing = _span(hours)
            if opening >= closing:
                raise ValueError(f"{hours} ends before it begins")
        return value

    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


def is_open(hours: Hours, now: datetime) -> bool:
    """Whether somebody answers at this moment."""
    local = now.astimezone(hours.tz)
    span = _on(hours, local.date())
    return span is not None and span[0] <= local.time() < span[1]


def next_opening(hours: Hours, now: datetime) -> datetime | None:
    """When somebody answers next, in local time; now itself while open; None if never within a year."""
    local = now.astimezone(hours.tz)
    if is_open(hours, now):
        return local
    for ahead in range(366):
        day = local.date() + timedelta(days=ahead)
        span = _on(hours, day)
        opening = datetime.combine(day, span[0], hours.tz) if span else None
        if opening and opening > local:
            return opening
    return None


def after_open_hours(hours: Hours, start: datetime, count: float) -> datetime:
    """The moment at which so many opening hours have passed since `start`, in UTC; in plain hours if never open."""
    return add_open(hours, start, count * 60)


def add_open(hours: Hours, start: datetime, minutes: float) -> datetime:
    """The moment at which so many minutes of opening hours have gone by since `start`; in UTC.

    Where the desk is closed for a year on end the minutes count by the clock.
    """
    left = timedelta(minutes=minutes)
    for opening, closing in _spans(hours, start, 1):
        begun = max(opening, start)
        if closing > begun and closing - begun >= left:
            return begun + left
        left -= max(closing - begun, timedelta())
    return start.astimezone(UTC) + timedelta(minutes=minutes)


def take_open(hours: Hours, end: datetime, minutes: float) -> datetime:
    """The latest moment from which so many minutes of opening hours have gone by at `end`; in UTC."""
    left = timedelta(minutes=minutes)
    for opening, closing in _spans(hours, end, -1):
        until = min(closing, end)
        if until > opening and until - opening >= left:
            return until - left
        left -= max(until - opening, timedelta())
    return end.astimezone(UTC) - timedelta(minutes=minutes)


def _spans(hours: Hours, start: datetime, step: int) -> Iterator[tuple[datetime, datetime]]:
    """Opening and closing, in UTC so that the night of the summer hour costs nobody an hour, day after day."""
    first = start.astimezone(hours.tz).date()
    for ahead in range(3 * 366):
        day = first + timedelta(days=ahead * step)
        span = _on(hours, day)
        if span:
            opening, closing = (datetime.combine(day, each, hours.tz).astimezone(UTC) for each in span)
            yield opening, closing


def closing(hours: Hours, now: datetime) -> datetime | None:
    """When the desk closes that is open at this moment, in local time; None where it is closed."""
    local = now.astimezone(hours.tz)
    span = _on(hours, local.date())
    return datetime.combine(local.date(), span[1], hours.tz) if span and is_open(hours, now) else None


def _on(hours: Hours, day: date) -> tuple[time, time] | None:
    if day in hours.closed_on:
        return None
    written = hours.open.get(WEEKDAYS[day.weekday()])
    return _span(written) if written else None


def _span(written: str) -> tuple[time, time]:
    try:
        opening, closing = written.split("-")
        return time.fromisoformat(opening.strip()), time.fromisoformat(closing.strip())
    except ValueError as error:
        raise ValueError(f"{written!r} is not written as 08:00-20:00") from error
