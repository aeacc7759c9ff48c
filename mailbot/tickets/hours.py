"""The town's calendar: when people answer, and when the next ones will. One calendar for every promise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Checked:
    """A check of one value that pydantic makes too, and that needs no pydantic where looking must start fast."""

    check: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, source: Any, schema_of: Callable[[Any], Any]) -> Any:
        from pydantic_core.core_schema import no_info_after_validator_function

        return no_info_after_validator_function(self.check, schema_of(source))


def known_zone(value: str) -> str:
    """The name of a time zone. Raises ValueError for any other."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"no such time zone: {value}") from error
    return value


def readable_hours(value: dict[str, str]) -> dict[str, str]:
    """Hours by weekday. Raises ValueError for what is no weekday, no span or ends before it begins."""
    for day, hours in value.items():
        if day not in WEEKDAYS:
            raise ValueError(f"{day!r} is no weekday; use {' '.join(WEEKDAYS)}")
        opening, closing = _span(hours)
        if opening >= closing:
            raise ValueError(f"{hours} ends before it begins")
    return value


def _always() -> dict[str, str]:
    return dict.fromkeys(WEEKDAYS, "08:00-20:00")


@dataclass(frozen=True)
class Hours:
    """Opening hours by weekday in local time, `08:00-20:00`, less the dates on which the desk is closed.

    Raises ValueError for hours that cannot be read.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    zone: Annotated[str, Checked(known_zone)] = "Europe/Brussels"
    open: Annotated[dict[str, str], Checked(readable_hours)] = field(default_factory=_always)
    closed_on: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        known_zone(self.zone)
        readable_hours(self.open)
        days = (day if isinstance(day, date) else date.fromisoformat(day) for day in self.closed_on)
        object.__setattr__(self, "closed_on", tuple(days))

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
