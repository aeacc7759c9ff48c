"""What somebody searches for, read from one line: words, and filters such as `status:open before:2020-04-01`. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailbot.model import Intent, Permanent, Status

NAMES = ("status", "intent", "mailbox", "language", "channel", "place", "claimed_by", "assigned_to")
ALIASES = {"by": "claimed_by", "for": "assigned_to", "lang": "language"}
_KNOWN: Mapping[str, tuple[str, ...]] = {"status": tuple(Status), "intent": tuple(Intent)}
_WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Query:
    """All of it must hold. `words` are beginnings of words; `equal` maps a column to the values allowed."""

    words: tuple[str, ...] = ()
    equal: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    urgent: bool | None = None
    after: datetime | None = None
    before: datetime | None = None
    digits: str = ""


def read_query(written: Sequence[str], zone: ZoneInfo) -> Query:
    """Read what somebody typed. A day means its first moment in the town. Raises Permanent naming what is known."""
    words: list[str] = []
    equal: dict[str, tuple[str, ...]] = {}
    more: dict[str, datetime | bool] = {}
    for part in " ".join(written).encode(errors="replace").decode().split():  # what is no text in a terminal is `?`
        name, colon, value = part.partition(":")
        name = ALIASES.get(name.lower(), name.lower())
        if not colon or not value:
            words.append(part)
        elif name in {"before", "after"}:
            more[name] = _day(name, value, zone)
        elif name == "urgent":
            more[name] = value.lower() in {"yes", "true", "1"}
        elif name in NAMES:
            equal[name] = (*equal.get(name, ()), *_values(name, value))
        else:
            words.append(part)
    digits = _digits(words)
    bare = _WORD.findall(" ".join(words)) if not digits else []
    return Query(tuple(bare[:MOST_WORDS]), equal, digits=digits, **more)  # type: ignore[arg-type]


def _digits(words: Sequence[str]) -> str:
    """A telephone number, where nothing but one was typed: its last digits, however it was written."""
    number = re.sub(r"[\s./()+-]", "", "".join(words))
    return number.lstrip("0")[-9:] if number.isdecimal() and len(number) >= 8 else ""


def _values(name: str, value: str) -> tuple[str, ...]:
    values = tuple(each for each in value.split(",") if each)
    for each in values:
        if name in _KNOWN and each not in _KNOWN[name]:
            raise Permanent(f"{each!r} is no {name}; known are: {', '.join(_KNOWN[name])}; see `mailbot search --help`")
    return values


def _day(name: str, value: str, zone: ZoneInfo) -> datetime:
    try:
        day = datetime.combine(date.fromisoformat(value), time(), zone) + timedelta(days=1 if name == "after" else 0)
        day.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Permanent(f"{value!r} is no date; write {name}:2020-04-01; see `mailbot search --help`") from error
    return day


def around(text: str, words: Sequence[str], width: int = 80) -> str:
    """The part of a text in which the first word found stands, on one line."""
    flat = " ".join(text.split())
    folded = flat.casefold()
    places = [place for place in (folded.find(word.casefold()) for word in words) if place >= 0]
    start = max(0, min(places, default=0) - width // 3)
    return ("…" if start else "") + flat[start : start + width] + ("…" if start + width < len(flat) else "")
