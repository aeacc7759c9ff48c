"""The exact best assignment of volunteers to requests, by shortest augmenting paths with potentials.

First as few urgent places as possible stay open, then as few places as possible, then the score is the highest,
less a price that rises with every further task of the same volunteer. This is a minimum-cost flow with convex
costs (Ahuja, Magnanti and Orlin, Network Flows, 1993, chapters 9 and 14); whole numbers only, so that the
optimum is exact and the same on every machine. Who is a candidate at all is said in `candidates`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter

from mailbot.matching.candidates import Candidate
from mailbot.matching.paths import Flow, fill
from mailbot.matching.uncollected import uncollected

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Demand:
    """What a request wants: `places` different people. `patience` are points for serving it rather than another."""

    request: int
    places: int = 1
    urgent: bool = False
    patience: int = 0


@dataclass(frozen=True, slots=True)
class Supply:
    """What a volunteer has left: `free` further tasks beside the `carried` ones, which raise the price."""

    offer: int
    free: int = 1
    carried: int = 0


@dataclass(frozen=True, slots=True)
class Assignment:
    """The result. `pairs` are new, by request and offer number; `locked` stood before and were left alone.

    `unserved` maps a request to the places that stay open. `points` is the sum of the new scores and of the
    patience of every place served, less the prices.
    """

    pairs: tuple[Candidate, ...]
    locked: tuple[Pair, ...]
    unserved: Mapping[int, int]
    points: int


@uncollected()
def assign(
    candidates: Sequence[Candidate],
    demands: Collection[Demand],
    capacity: Collection[Supply],
    price: int,
    locked: Collection[Pair] = (),
    one_each: bool = False,
) -> Assignment:
    """Choose among the candidates. The u-th task of a volunteer beside others costs u x `price` points.

    `locked` pairs (request, offer) were mailed already: they keep their place and their volunteer's time, are
    never moved or repeated, and nothing else of them is judged. With `one_each` nobody gets more than one
    proposal, locked ones included. The order of the arguments' items does not matter. Candidates of an
    unknown request or offer are left out.
    """
    wanted = {each.request: each for each in _less_locked_demand(demands, locked)}
    left = {each.offer: each for each in _less_locked_supply(capacity, locked, one_each)}
    taken = set(locked)
    spare = {each.offer for each in left.values() if each.free > 0}
    best = {each[:2]: each for each in sorted(candidates) if each.request in wanted and each.offer in spare}
    usable = [each for pair, each in best.items() if pair not in taken]
    chosen: list[Candidate] = []
    for component in _components(usable):
        chosen += _solve(component, wanted, left, price)
    served = _count(each.request for each in chosen)
    still = {n: each.places - served.get(n, 0) for n, each in sorted(wanted.items())}
    unserved = {n: places for n, places in still.items() if places}
    points = _points(chosen, wanted, left, price)
    return Assignment(tuple(sorted(chosen)), tuple(sorted(taken)), unserved, points)


def _less_locked_demand(demands: Iterable[Demand], locked: Collection[Pair]) -> list[Demand]:
    held = _count(request for request, _ in set(locked))
    return [replace(each, places=max(0, each.places - held.get(each.request, 0))) for each in demands]


def _less_locked_supply(capacity: Iterable[Supply], locked: Collection[Pair], one_each: bool) -> list[Supply]:
    held = _count(offer for _, offer in set(locked))
    return [_less(each, held.get(each.offer, 0), one_each) for each in capacity]


def _less(supply: Supply, held: int, one_each: bool) -> Supply:
    free = min(supply.free, 1) if one_each else supply.free
    return Supply(supply.offer, max(0, free - held), supply.carried + held)


def _count(items: Iterable[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for item in items:
        found[item] = found.get(item, 0) + 1
    return found


def _points(chosen: Sequence[Candidate], wanted: Mapping[int, Demand], left: Mapping[int, Supply], price: int) -> int:
    loads = _count(each.offer for each in chosen)
    prices = sum(price * (left[o].carried * n + n * (n - 1) // 2) for o, n in loads.items())
    return sum(each.score + wanted[each.request].patience for each in chosen) - prices


def _components(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Split candidates into parts that share neither request nor offer, in the order given."""
    parent: dict[int, int] = {}
    by_offer: dict[int, int] = {}
    for each in candidates:
        mine = _root(parent, each.request)
        other = _root(parent, by_offer.setdefault(each.offer, each.request))
        parent[max(mine, other)] = min(mine, other)
    found: dict[int, list[Candidate]] = {}
    for each in candidates:
        found.setdefault(_root(parent, each.request), []).append(each)
    return list(found.values())


def _root(parent: dict[int, int], node: int) -> int:
    above = parent.setdefault(node, node)
    while above != node:
        parent[node] = parent[above]
        node, above = above, parent[above]
    return node


def _solve(
    candidates: Sequence[Candidate], wanted: Mapping[int, Demand], left: Mapping[int, Supply], price: int
) -> list[Candidate]:
    grouped = [(wanted[n], list(rows)) for n, rows in groupby(candidates, key=attrgetter("request"))]
    supplies = [left[n] for n in sorted({each.offer for each in candidates})]
    place = {each.offer: n for n, each in enumerate(supplies)}
    top = max(each.score for each in candidates)
    edges = [sorted((top - each.score, place[each.offer]) for each in rows) for _, rows in grouped]
    flow = Flow(
        edges=edges,
        open_price=_open_prices([demand for demand, _ in grouped], supplies, candidates, price),
        limit=[each.free for each in supplies],
        price=[each.carried * price for each in supplies],
        step=price,
    )
    fill(flow, sorted(range(len(grouped)), key=lambda n: (not grouped[n][0].urgent, n)), [d.places for d, _ in grouped])
    held = [{supplies[o].offer for o in each} for each in flow.held]
    return [each for n, (_, rows) in enumerate(grouped) for each in rows if each.offer in held[n]]


def _open_prices(
    demands: Sequence[Demand], supplies: Sequence[Supply], candidates: Sequence[Candidate], price: int
) -> list[int]:
    """What an open place costs: more than all scores, prices and patience together could ever win by it."""
    places = sum(each.places for each in demands)
    spread = max(each.score for each in candidates) - min(each.score for each in candidates)
    dearest = price * max(each.carried + each.free for each in supplies)
    patience = [each.patience for each in demands]
    usual = places * (spread + dearest + max(patience) - min(0, *patience)) + 1
    return [each.patience + (usual * (places + 1) if each.urgent else usual) for each in demands]
