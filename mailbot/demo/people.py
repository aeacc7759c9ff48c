"""A day of requests and offers, invented from a seed: the shape of Leuven's first week, for benches and simulations.

Five postcodes with their centres, 13 kinds of help, 2.23 kinds an offer (3,322 reactions of 1,490 volunteers),
seven languages. The shares are assumptions. Larger days repeat the town, 40 km apart.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from mailbot.matching.records import DAYS, Offer, Request, Spot, slots_of

NOW = datetime(2020, 3, 20, 8, tzinfo=UTC)
REAL_DAY = (120, 1490)
CENTRES = [
    (50.8790, 4.7010, 32),
    (50.8600, 4.6900, 22),
    (50.8890, 4.7320, 28),
    (50.9000, 4.7100, 11),
    (50.9270, 4.7060, 7),
]
KINDS = {
    "groceries": 34, "pharmacy": 12, "meals": 8, "pets": 6, "transport": 7, "social_call": 12, "letters": 3,
    "tutoring": 4, "errands": 6, "sewing_masks": 2, "digital_help": 3, "translation": 2, "admin_help": 1,
}  # fmt: skip
LANGUAGES = {"nl": 78, "fr": 8, "en": 7, "tr": 3, "ar": 2, "pl": 1, "es": 1}
PARTS = ("morning", "afternoon", "evening")


def day(
    seed: int, requests: int = REAL_DAY[0], offers: int = REAL_DAY[1], towns: int | None = None
) -> tuple[list[Request], list[Offer]]:
    """So many requests and offers, spread over `towns` (one for about every 1,490 offers). Offers count from 1."""
    draw = random.Random(seed)  # noqa: S311  invented people, no secrets
    count = towns or max(1, round(offers / REAL_DAY[1]))
    return (
        [_request(draw, n + 1, n % count) for n in range(requests)],
        [_offer(draw, n + 1, n % count) for n in range(offers)],
    )


def _spot(draw: random.Random, town: int) -> Spot:
    latitude, longitude, _ = draw.choices(CENTRES, [share for *_, share in CENTRES])[0]
    north, east = draw.gauss(0, 0.9) / 111.2, draw.gauss(0, 0.9) / 70.2
    exact = draw.random() < 0.8
    spot = Spot(latitude + north, longitude + east) if exact else Spot(latitude, longitude, exact=False)
    return spot._replace(
        latitude=spot.latitude + 40 / 111.2 * (town // 15), longitude=spot.longitude + 40 / 70.2 * (town % 15)
    )


def _pick(draw: random.Random, shares: dict[str, int], count: int) -> tuple[str, ...]:
    found: dict[str, None] = {}
    while len(found) < count:
        found[draw.choices(list(shares), list(shares.values()))[0]] = None
    return tuple(found)


def _languages(draw: random.Random) -> tuple[str, ...]:
    return _pick(draw, LANGUAGES, draw.choices([1, 2, 3], [45, 40, 15])[0])


def _slots(draw: random.Random, least: int, most: int) -> int:
    slots = [(day, part) for day in DAYS for part in PARTS]
    return sum(slots_of([part], [day]) for day, part in draw.sample(slots, draw.randint(least, most)))


def _request(draw: random.Random, number: int, town: int) -> Request:
    return Request(
        id=number,
        kinds=_pick(draw, KINDS, 1),
        spot=_spot(draw, town),
        since=NOW - timedelta(minutes=draw.randint(0, 12 * 60)),
        slots=_slots(draw, 1, 6),
        languages=_languages(draw)[: draw.choices([1, 2], [70, 30])[0]],
        urgent=draw.random() < 0.12,
        on_behalf=draw.random() < 0.3,
    )


def _offer(draw: random.Random, number: int, town: int) -> Offer:
    risk, minor = draw.random() < 0.03, draw.random() < 0.02
    return Offer(
        id=number,
        kinds=_pick(draw, KINDS, draw.choices([1, 2, 3, 4, 5], [33, 32, 20, 10, 5])[0]),
        spot=_spot(draw, town),
        waiting_since=NOW - timedelta(hours=draw.randint(0, 14 * 24)),
        confirmed=NOW - timedelta(hours=draw.randint(0, 16 * 24)),
        slots=_slots(draw, 4, 15),
        languages=_languages(draw),
        reach_km=float(draw.choice([1, 2, 3, 5, 5, 10])),
        capacity=draw.choices([1, 2, 3, 5], [40, 30, 20, 10])[0],
        ill=draw.random() < 0.02,
        minor=minor,
        consent=minor and draw.random() < 0.5,
        risk_group=risk,
        vehicle=draw.random() < 0.4,
    )
