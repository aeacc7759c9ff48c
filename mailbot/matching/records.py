"""What the engine knows of a help request and a help offer: frozen values, and the week as a set of slots.

Names, telephone numbers and the letters themselves are not here; an engine without them cannot leak them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

PARTS = ("morning", "afternoon", "evening", "night")  # 8-12, 12-16, 16-20, 20-8 h
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ANY_TIME = (1 << len(PARTS) * len(DAYS)) - 1
KM_PER_DEGREE = 111.195  # of latitude, on a sphere of 6,371 km


class Spot(NamedTuple):
    """Where somebody is, in degrees (WGS 84). `exact` is False for the centre of a postcode."""

    latitude: float
    longitude: float
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Request:
    """A help request, as far as matching goes. `id` is the ticket's number.

    All `kinds` are wanted of one volunteer, the first is the main one. `spot` is None while no place is known.
    `slots` are the parts of the week in which help is welcome (`slots_of`); one shared slot is enough.
    `languages` come with the requester's own first. `places` is the headcount: so many different people.
    `family` are offers of their own relatives, `banned` offers declined once by either side. `day` is the day
    of the help, None for soon or every week.
    """

    id: int
    kinds: tuple[str, ...]
    spot: Spot | None
    since: datetime
    slots: int = ANY_TIME
    languages: tuple[str, ...] = ("nl",)
    places: int = 1
    urgent: bool = False
    on_behalf: bool = False
    for_profit: bool = False
    day: date | None = None
    recurs: bool = False
    family: frozenset[int] = frozenset()
    banned: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Offer:
    """A help offer, as far as matching goes. `id` is the ticket's number.

    `kinds` and `languages` come with the volunteer's own first choice first. `reach_km` is how far they go,
    `capacity` the tasks a week they take, `carried` those they have. `waiting_since` is when they offered, or
    were last asked; `confirmed` when they last said that the offer stands.
    """

    id: int
    kinds: tuple[str, ...]
    spot: Spot | None
    waiting_since: datetime
    confirmed: datetime
    slots: int = ANY_TIME
    languages: tuple[str, ...] = ("nl",)
    reach_km: float = 5.0
    capacity: int = 1
    carried: int = 0
    available: bool = True
    ill: bool = False
    minor: bool = False
    consent: bool = False
    risk_group: bool = False
    vehicle: bool = False


def slots_of(parts: Iterable[str], days: Iterable[str] = DAYS) -> int:
    """The slots of these parts of these days, one bit each: bit 4 x weekday + part, Monday morning is bit 0."""
    wanted = [PARTS.index(part) for part in parts]
    return sum(1 << len(PARTS) * DAYS.index(day) + part for day in set(days) for part in set(wanted))


@cache
def week(parts: tuple[str, ...]) -> int:
    """The slots of these parts of every day."""
    return slots_of(parts)


def km_per_longitude(latitude: float) -> float:
    """How many km one degree of longitude is at a latitude."""
    return KM_PER_DEGREE * math.cos(math.radians(latitude))


def metres(here: Spot, there: Spot) -> int:
    """The distance as the crow flies, rounded down; within a town exact to a few metres in a thousand."""
    east = (there.longitude - here.longitude) * km_per_longitude(here.latitude)
    north = (there.latitude - here.latitude) * KM_PER_DEGREE
    return int(1000 * math.sqrt(east * east + north * north))
