"""Shortest augmenting paths through requests and offers: the search inside `assign`, on plain lists of numbers.

Requests and offers are numbered from 0 here. Every request sends its places, one by one, along the cheapest path
to a volunteer with time left or to staying open; on the way others may change volunteers. Potentials keep every
arc's reduced cost at zero or more, so that each search is Dijkstra's and stops at the first end that nothing can
undercut. Offers' potentials start at 0 and only fall, which lets a search skip the tail of every sorted list.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Flow:
    """The problem and its standing solution. `edges` lists (cost >= 0, offer) per request, cheapest first.

    `price` is what each offer's next task costs, `step` by how much that rises, `limit` what it still takes.
    `held` maps, per request, its offers to their costs; `takers` lists, per offer, its requests.
    """

    edges: Sequence[Sequence[tuple[int, int]]]
    open_price: Sequence[int]
    limit: list[int]
    price: list[int]
    step: int
    held: list[dict[int, int]] = field(init=False)
    takers: list[list[int]] = field(init=False)
    request_potential: list[int] = field(init=False)
    offer_potential: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.held = [{} for _ in self.edges]
        self.takers = [[] for _ in self.limit]
        self.request_potential = [0] * len(self.edges)
        self.offer_potential = [0] * len(self.limit)


@dataclass(slots=True)
class Search:
    """One search: distances so far, where each node was reached from, and the cheapest end found.

    The end is an offer with time left (`end`), or the request `left_open` staying open.
    """

    length: int
    left_open: int
    end: int = -1
    to_request: dict[int, int] = field(default_factory=dict)
    to_offer: dict[int, int] = field(default_factory=dict)
    offer_from: dict[int, tuple[int, int]] = field(default_factory=dict)  # offer: (request, cost)
    request_from: dict[int, int] = field(default_factory=dict)
    queue: list[tuple[int, int]] = field(default_factory=list)


def fill(flow: Flow, order: Iterable[int], places: Sequence[int]) -> None:
    """Send every place of every request, in this order; afterwards `flow.held` is a cheapest assignment."""
    for request in order:
        for _ in range(places[request]):
            search = shortest(flow, request)
            _shift(flow, search)
            _augment(flow, search)


def shortest(flow: Flow, start: int) -> Search:
    """The cheapest path for one more place of a request."""
    search = Search(flow.open_price[start] + flow.request_potential[start], start)
    search.to_request[start] = 0
    _relax(flow, search, start, 0)
    while search.queue:
        away, offer = heapq.heappop(search.queue)
        if away >= search.length:
            break
        if away == search.to_offer[offer]:
            _displace(flow, search, offer, away)
    return search


def _displace(flow: Flow, search: Search, offer: int, away: int) -> None:
    """Go on through the requests that hold this offer: one of them may take another."""
    base = away + flow.offer_potential[offer]
    for request in flow.takers[offer]:
        length = base - flow.held[request][offer] - flow.request_potential[request]
        if length < search.length and length < search.to_request.get(request, search.length):
            search.to_request[request] = length
            search.request_from[request] = offer
            _relax(flow, search, request, length)


def _relax(flow: Flow, search: Search, request: int, away: int) -> None:
    base, held, known = away + flow.request_potential[request], flow.held[request], search.to_offer
    if base + flow.open_price[request] < search.length:
        search.length, search.left_open, search.end = base + flow.open_price[request], request, -1
    for cost, offer in flow.edges[request]:
        if base + cost >= search.length:
            return
        potential = flow.offer_potential[offer]
        length = base + cost - potential
        if length >= search.length or length >= known.get(offer, search.length) or offer in held:
            continue
        known[offer] = length
        search.offer_from[offer] = (request, cost)
        if flow.limit[offer] and length + potential + flow.price[offer] < search.length:
            search.length, search.end = length + potential + flow.price[offer], offer
        if flow.takers[offer]:
            heapq.heappush(search.queue, (length, offer))


def _shift(flow: Flow, search: Search) -> None:
    """Move the potentials so that the found path costs nothing and no arc less than nothing."""
    for request, away in search.to_request.items():
        if away < search.length:
            flow.request_potential[request] += away - search.length
    for offer, away in search.to_offer.items():
        if away < search.length:
            flow.offer_potential[offer] += away - search.length


def _augment(flow: Flow, search: Search) -> None:
    """Walk the path back from its end: every request on it takes the offer it reached and gives up the other."""
    if search.end >= 0:
        flow.limit[search.end] -= 1
        flow.price[search.end] += flow.step
    offer: int | None = search.end if search.end >= 0 else _give_up(flow, search, search.left_open)
    while offer is not None:
        request, cost = search.offer_from[offer]
        flow.held[request][offer] = cost
        flow.takers[offer].append(request)
        offer = _give_up(flow, search, request)


def _give_up(flow: Flow, search: Search, request: int) -> int | None:
    """Take from a displaced request the offer through which it was reached; None for the path's start."""
    offer = search.request_from.get(request)
    if offer is not None:
        del flow.held[request][offer]
        flow.takers[offer].remove(request)
    return offer
