"""Offers laid out in cells of half a kilometre, so that a request finds its exact k best without seeing them all.

Cells are visited from near to far, until nothing further out can enter. Only offers that no rule of their own
refuses are in the grid, each under the kinds it may be asked for; what is left of the hard rules is looked up
in bits. The words for all this are in `hard_rules` and `terms`, and tests hold the results equal.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from math import sqrt
from typing import NamedTuple

from mailbot.matching.hard_rules import OFFER_RULES, is_remote, reach_metres
from mailbot.matching.playbook import Limits, Playbook, Weights
from mailbot.matching.records import KM_PER_DEGREE, Offer, Request, km_per_longitude, week
from mailbot.matching.terms import distance_points, waited_points

CELL_KM = 0.5
STRIDE = 1 << 20  # more cells than a row around the earth has
NEARLY = 0.999  # a distance between cells is never taken for more than it is
FEW = 200  # so many offers of a kind are sooner all looked at than found by cells
FARTHEST_CELLS = 60  # beyond so many cells every offer of the kind is looked at, which costs less


class Entry(NamedTuple):
    """An offer as the scan sees it: `fixed` points first, then what pair rules and terms need, as numbers.

    `kinds`, `languages` and `slots` are bits; `first` is the bit of the first choice; a volunteer without a
    place has not-a-number for coordinates.
    """

    fixed: int
    waited: int
    offer: int
    latitude: float
    longitude: float
    reach: int
    slots: int
    languages: int
    kinds: int
    first: int


Cell = int  # rows of cells from south to north, so that a neighbour is a sum away
Best = list[tuple[int, int, int]]  # a heap of (score, minus offer, metres): the worst of the best on top


class Wanted(NamedTuple):
    """A request as the scan sees it: where, what its rules ask in bits, and what each answer is worth.

    `by_time` holds the points by number of shared times; `limit` is in metres; a request without a place has
    not-a-number for coordinates.
    """

    latitude: float
    longitude: float
    scale: float  # kilometres in a degree of longitude
    is_remote: bool
    must_talk: bool
    slots: int
    kinds: int
    spoken: int
    own: int
    by_time: Sequence[int]
    excluded: Container[int]
    limit: int
    full: int
    first: int
    other: int
    mother: int
    second: int


@dataclass(frozen=True, slots=True)
class Grid:
    """All offers that may be asked: per kind every one, best first, and the same by cell."""

    everyone: Mapping[str, Sequence[Entry]]
    cells: Mapping[str, Mapping[Cell, Sequence[Entry]]]
    kinds: Mapping[str, int]
    languages: Mapping[str, int]
    width: float  # of a cell, in degrees of longitude
    rings: Sequence[tuple[float, Sequence[Cell]]]  # least distance in cell sides, cells as seen from here
    playbook: Playbook


def lay(offers: Iterable[Offer], playbook: Playbook, now: datetime) -> Grid:
    """Put every offer that may be asked now into the grid. Order and doubles of `offers` do not matter."""
    asked = {o.id: o for o in offers if not any(rule(o, playbook, now) for rule in OFFER_RULES)}
    ready = [asked[number] for number in sorted(asked)]
    kinds = _bits(kind for offer in ready for kind in offer.kinds)
    languages = _bits(language for offer in ready for language in offer.languages)
    latitudes = sorted(offer.spot.latitude for offer in ready if offer.spot)
    width = CELL_KM / max(km_per_longitude(latitudes[len(latitudes) // 2] if latitudes else 0.0), 1e-6)
    everyone: dict[str, list[Entry]] = defaultdict(list)
    for offer in ready:
        allowed = _allowed(offer, playbook.limits)
        other = _entry(offer, sum(kinds[k] for k in allowed), kinds, languages, playbook, now)
        chosen = other._replace(fixed=other.waited + playbook.weights.first_choice)
        for kind in allowed:
            everyone[kind].append(chosen if kinds[kind] == other.first else other)
    for entries in everyone.values():
        entries.sort(key=lambda entry: (-entry.fixed, entry.offer))
    cells = {kind: _cells(entries, width) for kind, entries in everyone.items()}
    return Grid(everyone, cells, kinds, languages, width, _rings(playbook.limits.farthest_km), playbook)


def best(request: Request, grid: Grid, most: int) -> list[tuple[int, int, int]]:
    """The `most` best offers for a request that no rule of its own refuses: (score, offer, metres), best first.

    Exact: the same as scoring every permitted pair and sorting by score, ties by offer number. -1 metres where
    a place is unknown.
    """
    if not request.kinds or any(kind not in grid.everyone for kind in request.kinds):
        return []
    rarest = min(request.kinds, key=lambda kind: len(grid.everyone[kind]))
    found: Best = []
    wanted = _wanted(request, grid)
    rest = _bonus(request, grid.playbook.weights)
    highest = grid.everyone[rarest][0].fixed + rest
    for entries, near in _outward(request, rarest, grid, most):
        if len(found) == most and highest + near < found[0][0]:
            break
        _scan(entries, wanted, found, most, rest + near)
    return [(points, -minus, far) for points, minus, far in sorted(found, key=lambda each: (-each[0], -each[1]))]


def _wanted(request: Request, grid: Grid) -> Wanted:
    limits, weights = grid.playbook.limits, grid.playbook.weights
    latitude, longitude = (request.spot.latitude, request.spot.longitude) if request.spot else (math.nan, math.nan)
    slots = request.slots & week(limits.insured.parts)
    spoken, own = _spoken(request, grid.languages)
    return Wanted(
        latitude=latitude,
        longitude=longitude,
        scale=km_per_longitude(latitude) if request.spot else math.nan,
        is_remote=is_remote(request, grid.playbook),
        must_talk=bool(set(request.kinds) & set(limits.talk_kinds)),
        slots=slots,
        kinds=sum(grid.kinds[kind] for kind in set(request.kinds)),
        spoken=spoken,
        own=own,
        by_time=_shares(weights.time, slots.bit_count()),
        excluded=request.banned | request.family,
        limit=int(1000 * limits.farthest_km),
        full=weights.distance,
        first=weights.first_choice,
        other=weights.other_choice,
        mother=weights.own_language,
        second=weights.shared_language,
    )


def _scan(entries: Iterable[Entry], wanted: Wanted, found: Best, most: int, rest: int) -> None:
    # The innermost loop of matching: everything in local names and in one body, which halves its time.
    (
        latitude, longitude, scale, is_remote, must_talk, slots, kinds, spoken, own, by_time, excluded, limit, full,
        first, other, mother, second,
    ) = wanted  # fmt: skip
    least = found[0][0] if len(found) == most else -1
    for fixed, waited, offer, north, east, reach, free, languages, offered, choice in entries:
        if fixed + rest < least:
            return
        shared, speaks = slots & free, languages & spoken
        if not shared or kinds & ~offered or (must_talk and not speaks) or offer in excluded:
            continue
        right, up = (east - longitude) * scale, (north - latitude) * KM_PER_DEGREE
        far = int(1000 * sqrt(away)) if (away := right * right + up * up) >= 0 else -1
        if not (is_remote or 0 <= far <= reach):
            continue
        points = waited + by_time[shared.bit_count()] + (first if choice & kinds else other)
        if speaks:
            points += mother if speaks & own else second
        if 0 <= far < limit:
            points += full * (limit - far) // limit
        if points >= least:
            least = _keep((points, -offer, far), found, most)


def _keep(one: tuple[int, int, int], found: Best, most: int) -> int:
    if len(found) < most:
        heapq.heappush(found, one)
    elif one > found[0]:
        heapq.heapreplace(found, one)
    return found[0][0] if len(found) == most else -1


def _outward(request: Request, kind: str, grid: Grid, most: int) -> Iterator[tuple[Iterable[Entry], int]]:
    """Entries from near to far, with the most points that their distance can still earn."""
    entries, cells = grid.everyone[kind], grid.cells[kind]
    if request.spot is None or len(entries) <= max(most, FEW) or not grid.rings:
        yield entries, grid.playbook.weights.distance
        return
    here = _cell(request.spot.latitude, request.spot.longitude, grid.width)
    side = 1000 * min(CELL_KM, grid.width * km_per_longitude(request.spot.latitude))
    for least, ring in grid.rings:
        near = distance_points(int(least * side * NEARLY), grid.playbook)
        for away in ring:
            if here + away in cells:
                yield cells[here + away], near
    far = int(grid.rings[-1][0] * side * NEARLY)
    if is_remote(request, grid.playbook) or far < 1000 * grid.playbook.limits.farthest_km:
        yield _outside(entries, here, grid), distance_points(far, grid.playbook)


def _outside(entries: Sequence[Entry], centre: Cell, grid: Grid) -> Iterator[Entry]:
    seen = {centre + away for _, ring in grid.rings for away in ring}
    return (e for e in entries if e.latitude != e.latitude or _cell(e.latitude, e.longitude, grid.width) not in seen)


def _bonus(request: Request, weights: Weights) -> int:
    """The most points beside distance and what is fixed in the entry."""
    choice = max(0, weights.first_choice - weights.other_choice) if len(request.kinds) > 1 else 0
    return weights.time + max(weights.own_language, weights.shared_language) + choice


def _shares(points: int, of: int) -> list[int]:
    return [points * part // max(of, 1) for part in range(of + 1)]


def _spoken(request: Request, languages: Mapping[str, int]) -> tuple[int, int]:
    spoken = [languages.get(each, 0) for each in request.languages]
    return sum(set(spoken)), spoken[0] if spoken else 0


def _bits(names: Iterable[str]) -> dict[str, int]:
    return {name: 1 << n for n, name in enumerate(sorted(set(names)))}


def _allowed(offer: Offer, limits: Limits) -> list[str]:
    """The kinds that a volunteer may be asked for, without doubles: fewer for a minor or somebody at risk."""
    kinds = dict.fromkeys(offer.kinds)
    if offer.minor:
        kinds = {kind: None for kind in kinds if kind in limits.minor_kinds}
    return [kind for kind in kinds if not offer.risk_group or kind in limits.remote_kinds]


def _entry(
    offer: Offer,
    allowed: int,
    kinds: Mapping[str, int],
    languages: Mapping[str, int],
    playbook: Playbook,
    now: datetime,
) -> Entry:
    spot, waited = offer.spot, waited_points(offer, playbook.weights, now)
    latitude, longitude = (spot.latitude, spot.longitude) if spot else (math.nan, math.nan)
    spoken = sum(languages[each] for each in set(offer.languages))
    first = kinds[offer.kinds[0]] if offer.kinds else 0
    reach = reach_metres(offer, playbook)
    fixed = waited + playbook.weights.other_choice
    return Entry(fixed, waited, offer.id, latitude, longitude, reach, offer.slots, spoken, allowed, first)


def _cells(entries: Sequence[Entry], width: float) -> dict[Cell, list[Entry]]:
    found: dict[Cell, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.latitude == entry.latitude:
            found[_cell(entry.latitude, entry.longitude, width)].append(entry)
    return dict(found)


def _cell(latitude: float, longitude: float, width: float) -> Cell:
    return math.floor(latitude * KM_PER_DEGREE / CELL_KM) * STRIDE + math.floor(longitude / width)


def _rings(farthest_km: float) -> list[tuple[float, list[Cell]]]:
    """Every cell that may hold something within reach, by the least distance that it can be away."""
    reach = min(math.ceil(farthest_km / CELL_KM) + 2, FARTHEST_CELLS)
    steps = range(-reach, reach + 1)
    found: dict[float, list[Cell]] = defaultdict(list)
    for up, right in product(steps, steps):
        found[math.hypot(max(abs(up) - 1, 0), max(abs(right) - 1, 0))].append(up * STRIDE + right)
    return [(least, found[least]) for least in sorted(found) if least <= reach - 1]
