"""The map as triage knows it: municipalities, their parts, postcodes and streets, with their approximate centres.

Built from the lines of two CSV files; where these lie on disk is known by `places_store`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import asin, cos, radians, sin, sqrt

from mailbot.model import ConfigurationError
from mailbot.triage.language_words import WORDS
from mailbot.triage.text import fold

EARTH_KM = 6371.0
LONG_NAME = 7
_WORDS = frozenset(word for words in WORDS.values() for word in words.split()) | {"scholen", "winkelen"}

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality or a part of one. `name` is the Dutch name; `point` its centre (WGS84 latitude, longitude).

    `careful`: the name is also a common word, and counts only where the words around it say that it is a place.
    """

    name: str
    postcode: str
    point: Point
    careful: bool = False


@dataclass(frozen=True, slots=True)
class Street:
    """A street in a postcode; `point` is about its middle."""

    name: str
    postcode: str
    point: Point


Entry = tuple[tuple[str, ...], Place | Street]


@dataclass(frozen=True, slots=True, eq=False)
class Gazetteer:
    """Names as words, found by their first word, longest first; postcodes; names one typing error away.

    `words` holds every word with which a mention of any sort may begin.
    """

    names: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    postcodes: Mapping[str, Place] = field(default_factory=dict)
    misspelt: Mapping[str, Place] = field(default_factory=dict)
    words: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", frozenset({*self.names, *self.postcodes, *self.misspelt}))


def read_gazetteer(places: Iterable[str], streets: Iterable[str] = ()) -> Gazetteer:
    """Build the map from the lines of places.csv and streets.csv. Raises ConfigurationError naming the line."""
    names: dict[str, list[Entry]] = {}
    postcodes: dict[str, Place] = {}
    known: dict[str, Place] = {}
    for place, spellings in _places(places):
        postcodes.setdefault(place.postcode, place)
        for words in spellings:
            names.setdefault(words[0], []).append((words[1:], place))
            known.setdefault(" ".join(words), place)
    for street in _streets(streets):
        words = words_of(street.name)
        names.setdefault(words[0], []).append((words[1:], street))
    ordered = {first: tuple(sorted(entries, key=lambda entry: -len(entry[0]))) for first, entries in names.items()}
    return Gazetteer(ordered, postcodes, _misspellings(known))


def words_of(name: str) -> tuple[str, ...]:
    """A name as the words it is looked up by: folded, cut at everything but letters and digits."""
    return tuple("".join(sign if sign.isalnum() else " " for sign in fold(name)).split())


def distance_km(one: Point, other: Point) -> float:
    """Great-circle distance in kilometres between two WGS84 points (haversine)."""
    (lat1, lon1), (lat2, lon2) = ((radians(lat), radians(lon)) for lat, lon in (one, other))
    chord = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))


def _places(lines: Iterable[str]) -> Iterator[tuple[Place, list[tuple[str, ...]]]]:
    for row in _rows(lines, "places.csv"):
        place = Place(row["name"], row["postcode"], _point(row), row.get("careful") == "yes")
        others = [name for name in (row.get("also") or "").split(";") if name]
        spellings = dict.fromkeys(words_of(name) for name in (place.name, *others))
        yield place, [words for words in spellings if words]


def _streets(lines: Iterable[str]) -> Iterator[Street]:
    for row in _rows(lines, "streets.csv"):
        if words_of(row["street"]):
            yield Street(row["street"], row["postcode"], _point(row))


def _rows(lines: Iterable[str], file: str) -> Iterator[dict[str, str]]:
    reader = csv.DictReader(lines)
    for row in reader:
        try:
            _point(row)
            row["postcode"].strip()
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ConfigurationError(
                f"{file} line {reader.line_num}: {error}; see data/places/README.md for the columns"
            ) from error
        yield row


def _point(row: Mapping[str, str]) -> Point:
    return float(row["lat"]), float(row["lon"])


def _misspellings(known: Mapping[str, Place]) -> dict[str, Place]:
    """Every spelling one typing error away from a long name of one word, unless it is a name itself."""
    found: dict[str, Place] = {}
    for name, place in known.items():
        if len(name) >= LONG_NAME and name.isascii() and name.isalpha() and not place.careful:
            found.update({wrong: place for wrong in _one_away(name) if wrong not in known and wrong not in _WORDS})
    return found


def _one_away(name: str) -> Iterator[str]:
    for spot in range(1, len(name)):
        rest = name[spot + 1 :]
        yield name[:spot] + rest
        if rest:
            yield name[:spot] + rest[0] + name[spot] + rest[1:]
        for letter in "abcdefghijklmnopqrstuvwxyz":
            yield name[:spot] + letter + rest
            yield name[:spot] + letter + name[spot:]
