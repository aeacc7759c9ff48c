"""Where help is needed or offered: the place a letter names, and coordinates to measure distance by. Pure.

The map is a `gazetteer.Gazetteer`; what the words around a name say of it is in `places_context`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from mailbot.model import Evidence
from mailbot.triage import places_context as context
from mailbot.triage.gazetteer import Gazetteer, Place, Point, Street, distance_km
from mailbot.triage.quoting import flat, own_words

__all__ = ["Mention", "Place", "PlaceFound", "Street", "distance_km", "find", "mentions"]

MAX_TEXT = 8_000
MAX_MENTIONS = 60
LONGEST_NAME = 20  # words; no name of a street or place has as many
REMEMBERED = 256  # as many letters as are read and answered between two looks at the same one

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """`name` is the Dutch name of the place or None; `precision` says how exact `coordinates` (WGS84) are.

    A street of the table gives coordinates also where no place is named.
    """

    name: str | None = None
    postcode: str | None = None
    coordinates: Point | None = None
    precision: Literal["street", "postcode", "municipality"] | None = None
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A place or street at `start`:`end` of the text; `certain` False where only the form of a word suggests it."""

    what: Place | Street
    start: int
    end: int
    postcode: bool = False


def find(
    text: str,
    gazetteer: Gazetteer,
    *,
    subject: str = "",
    forwarded: str = "",
    intent_is_help: bool = True,
    is_request: bool = True,
) -> PlaceFound:
    """Where the help of a letter is needed (`is_request`) or offered; empty where the letter is not about help.

    `text` is the letter's new text; `forwarded` and `subject` count where it names no place. Reads `MAX_TEXT`
    characters of each.
    """
    if not intent_is_help:
        return PlaceFound()
    parts = own_words(text)[:MAX_TEXT], own_words(forwarded)[:MAX_TEXT], subject[:300]
    return _found(parts, gazetteer, is_request)


@lru_cache(maxsize=REMEMBERED)
def _found(parts: tuple[str, ...], gazetteer: Gazetteer, is_request: bool) -> PlaceFound:
    # Remembered, for a letter is asked for its place when it is read, written down, and answered.
    street: Street | None = None
    for part in parts:
        found = list(mentions(part, gazetteer))
        street = street or next((each.what for each in found if isinstance(each.what, Street)), None)
        best = _best(part, [each for each in found if isinstance(each.what, Place)], is_request)
        if best:
            return _placed(part, best, street)
    return _on_street(street)


def mentions(text: str, gazetteer: Gazetteer) -> Iterator[Mention]:
    """Every name and postcode of the map in a text, in order, at most `MAX_MENTIONS`."""
    low = flat(text)
    words = _WORD.findall(low)
    if gazetteer.words.isdisjoint(words):
        return
    named = [at for at, word in enumerate(words) if word in gazetteer.words]
    spans = _spans(low, words[: named[-1] + LONGEST_NAME])
    beyond = count = 0
    for position in named:
        mention, length = _at(words, spans, position, text, gazetteer) if position >= beyond else (None, 0)
        if mention:
            count += 1
            beyond = position + length
            yield mention
        if count == MAX_MENTIONS:
            return


def _spans(low: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where words stand that are all the words of a text, or its first ones."""
    spans, end = [], 0
    for word in words:
        start = low.find(word, end)
        end = start + len(word)
        spans.append((start, end))
    return spans


def _at(
    words: Sequence[str], spans: Sequence[tuple[int, int]], position: int, text: str, gazetteer: Gazetteer
) -> tuple[Mention | None, int]:
    word, (start, end) = words[position], spans[position]
    for rest, what in gazetteer.names.get(word, ()):
        last = position + len(rest)
        if words[position + 1 : last + 1] == list(rest):
            return Mention(what, start, spans[last][1]), len(rest) + 1
    if word in gazetteer.postcodes and context.is_postcode(text, start, end):
        return Mention(gazetteer.postcodes[word], start, end, postcode=True), 1
    wrong = gazetteer.misspelt.get(word)
    if wrong and context.may_be_name(text, start):
        return Mention(wrong, start, end), 1
    return None, 1


def _best(text: str, found: list[Mention], is_request: bool) -> Mention | None:
    """The mention for which most speaks, the first of those for which as much does."""
    about_others = bool(found) and is_request and context.about_others(text)
    most = context.most(text, about_others)
    weight, best = context.LEAST_FOR_REQUEST if is_request else context.LEAST_FOR_OFFER, None
    for each in found:
        careful = isinstance(each.what, Place) and each.what.careful and not each.postcode
        weighed = context.weigh(text, each.start, each.end, careful, about_others)
        if weighed is not None and weighed > weight:
            weight, best = weighed, each
        if weight >= most:
            break
    return best


def _placed(text: str, mention: Mention, street: Street | None) -> PlaceFound:
    place = mention.what
    assert isinstance(place, Place)
    line = text[max(0, mention.start - 60) : mention.end + 40].strip()
    evidence = Evidence("place", place.name, "a postcode" if mention.postcode else "named in the letter", line)
    if street and distance_km(street.point, place.point) < 6:
        return PlaceFound(place.name, street.postcode, street.point, "street", evidence)
    return PlaceFound(
        place.name, place.postcode, place.point, "postcode" if mention.postcode else "municipality", evidence
    )


def _on_street(street: Street | None) -> PlaceFound:
    if street is None:
        return PlaceFound()
    return PlaceFound(None, street.postcode, street.point, "street", Evidence("place", street.name, "a street alone"))
