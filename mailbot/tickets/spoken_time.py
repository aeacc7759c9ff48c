"""Moments as operators type them: `2h`, `tomorrow`, `17:30`, `2020-04-01`. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from mailbot.model import Permanent
from mailbot.tickets.hours import Hours, next_opening

_SPAN = re.compile(r"(\d{1,4})\s*(m|min|h|d)")
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days"}


def read_moment(written: str, hours: Hours, now: datetime) -> datetime:
    """The moment that somebody means. A day means its opening. Raises Permanent naming what can be written."""
    text = written.strip().lower()
    span = _SPAN.fullmatch(text)
    if span:
        return now + timedelta(**{_UNITS[span.group(2)]: int(span.group(1))})
    local = now.astimezone(hours.tz)
    if text in {"tomorrow", "morgen"}:
        return _opening(hours, local.date() + timedelta(days=1))
    try:
        if re.fullmatch(r"\d{1,2}:\d{2}", text):
            clock = time.fromisoformat(text.zfill(5))
            today = datetime.combine(local.date(), clock, hours.tz)
            return today if today > now else datetime.combine(local.date() + timedelta(days=1), clock, hours.tz)
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return _opening(hours, date.fromisoformat(text))
    except ValueError:
        pass
    raise Permanent(f"{written!r} is no moment; write 30m, 2h, 3d, tomorrow, 17:30 or 2020-04-01")


def _opening(hours: Hours, day: date) -> datetime:
    midnight = datetime.combine(day, time(), hours.tz)
    return next_opening(hours, midnight) or midnight
