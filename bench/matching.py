"""The matching engine on real and larger days: time, memory, growth, the referee's optimum, and other ways beside it.

    ./run python -m bench.matching            the real day and 1,000 x 12,000
    ./run python -m bench.matching --large    10,000 x 120,000 too

CPU seconds, from records to proposals. The days are synthetic (see `mailbot.demo.people`), the same on every machine.
`first come, nearest` serves requests in order by the nearest free candidate; `best of weighted score` in order by
the highest score less the price of what the volunteer has, as CiviCRM's Mutual Aid extension does; `top of the list` is a spreadsheet read from above.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections import Counter
from collections.abc import Callable, Sequence

from mailbot.demo.people import NOW, day
from mailbot.matching.assign import assign
from mailbot.matching.candidates import Candidate, candidates
from mailbot.matching.playbook import Playbook
from mailbot.matching.proposals import demand, supply
from mailbot.matching.records import Offer, Request

BOOK = Playbook()
PRICE = BOOK.prices.extra_task
SIZES = ((120, 1490), (1000, 12000))
LARGE = (10_000, 120_000)
GOALS = {120: 0.1, 1000: 2.0, 10_000: 15.0}


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--large", action="store_true", help="the day of 10,000 requests too; takes a minute")
    ask.add_argument("--seeds", type=int, default=5, help="days for the comparison of ways (5)")
    asked = ask.parse_args()
    speed([*SIZES, LARGE] if asked.large else [*SIZES])
    referee(asked.seeds)
    for requests in (120, 1490, 2980):
        ways(requests, asked.seeds)


def speed(sizes: Sequence[tuple[int, int]]) -> None:
    print(f"{'requests x offers':>20} {'candidates':>11} {'assign':>8} {'both':>8} {'goal':>6} {'us/pair':>8} {'peak MiB':>9}")
    for size in sizes:
        requests, offers = day(1, *size)
        repeated = [timed(requests, offers) for _ in range(5 if size[0] < 1000 else 1)]
        looked, solved, pairs = min(repeated)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        both = looked + solved
        print(
            f"{size[0]:>9,} x {size[1]:>8,} {looked:>11.3f} {solved:>8.3f} {both:>8.3f} {GOALS[size[0]]:>6}"
            f" {both / pairs * 1e6:>8.1f} {peak:>9.0f}"
        )


def timed(requests: Sequence[Request], offers: Sequence[Offer]) -> tuple[float, float, int]:
    start = time.process_time()
    pairs = candidates(requests, offers, BOOK, NOW)
    looked = time.process_time()
    solve(pairs, requests, offers)
    return looked - start, time.process_time() - looked, len(pairs)


def solve(pairs: Sequence[Candidate], requests: Sequence[Request], offers: Sequence[Offer]) -> list[Candidate]:
    demands, supplies = [demand(r, BOOK.prices, NOW) for r in requests], [supply(o) for o in offers]
    return list(assign(pairs, demands, supplies, PRICE).pairs)


def referee(seeds: int) -> None:
    """SciPy's optimum on whole days: the same cost, and what it takes."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    for requests, offers in ((120, 1490), (600, 1490)):
        same, own, other = 0, 0.0, 0.0
        for seed in range(seeds):
            wants, gives = day(seed, requests, offers)
            pairs = candidates(wants, gives, BOOK, NOW)
            start = time.process_time()
            mine = solve(pairs, wants, gives)
            own += time.process_time() - start
            start = time.process_time()
            copies = {o.id: [] for o in gives}
            columns = 0
            for offer in gives:
                for task in range(max(0, offer.capacity - offer.carried)):
                    copies[offer.id].append((columns, PRICE * (offer.carried + task)))
                    columns += 1
            rows = {request.id: n for n, request in enumerate(wants)}
            cost = np.full((requests, columns + requests), 1e13)
            for request, n in zip(wants, range(requests), strict=True):
                cost[n, columns + n] = 1e9 if request.urgent else 1e6
            patience = {r.id: demand(r, BOOK.prices, NOW).patience for r in wants}
            for pair in pairs:
                for column, price in copies[pair.offer]:
                    cost[rows[pair.request], column] = price - pair.score - patience[pair.request]
            best = float(cost[linear_sum_assignment(cost)].sum())
            other += time.process_time() - start
            same += cost_of(mine, wants, gives) == best
        print(f"{requests} x {offers}: the same optimum as SciPy on {same} of {seeds} days; {own / seeds:.3f} s beside {other / seeds:.3f} s")


def cost_of(pairs: Sequence[Candidate], requests: Sequence[Request], offers: Sequence[Offer]) -> float:
    loads = Counter(pair.offer for pair in pairs)
    served = {pair.request for pair in pairs}
    patience = {r.id: demand(r, BOOK.prices, NOW).patience for r in requests}
    carried = {o.id: o.carried for o in offers}
    prices = sum(PRICE * (carried[offer] + task) for offer, load in loads.items() for task in range(load))
    opened = sum(1e9 if r.urgent else 1e6 for r in requests if r.id not in served)
    return float(opened + prices - sum(pair.score + patience[pair.request] for pair in pairs))


Way = Callable[[Candidate, int], tuple[int, int]]
GREEDY: dict[str, Way] = {
    "first come, nearest": lambda pair, _load: (pair.metres, pair.offer),
    "best of weighted score": lambda pair, load: (PRICE * load - pair.score, pair.offer),
    "top of the list": lambda pair, _load: (pair.offer, 0),
}


def greedy(pairs: Sequence[Candidate], requests: Sequence[Request], offers: Sequence[Offer], key: Way) -> list[Candidate]:
    left = {offer.id: max(0, offer.capacity - offer.carried) for offer in offers}
    loads: Counter[int] = Counter()
    options: dict[int, list[Candidate]] = {}
    for pair in pairs:
        options.setdefault(pair.request, []).append(pair)
    chosen = []
    for request in sorted(requests, key=lambda each: (each.since, each.id)):
        free = [pair for pair in options.get(request.id, []) if left[pair.offer]]
        if free:
            chosen.append(min(free, key=lambda pair: key(pair, loads[pair.offer])))
            left[chosen[-1].offer] -= 1
            loads[chosen[-1].offer] += 1
    return chosen


def ways(requests: int, seeds: int) -> None:
    print(f"\n{requests} requests, 1,490 offers in one town, mean of {seeds} days (all permitted pairs)")
    print(f"{'way':<24}{'open':>7}{'urgent':>8}{'km':>7}{'people':>8}{'most':>6}{'points':>9}")
    book = BOOK.model_copy(update={"candidates": 10_000, "candidates_when_short": 10_000})
    found: dict[str, list[tuple[float, ...]]] = {}
    for seed in range(seeds):
        wants, gives = day(seed, requests, 1490, towns=1)
        pairs = candidates(wants, gives, book, NOW)
        found.setdefault("optimum", []).append(figures(solve(pairs, wants, gives), wants, gives))
        for name, key in GREEDY.items():
            found.setdefault(name, []).append(figures(greedy(pairs, wants, gives, key), wants, gives))
    for name, rows in found.items():
        mean = [sum(each) / seeds for each in zip(*rows, strict=True)]
        print(f"{name:<24}{mean[0]:>7.1f}{mean[1]:>8.1f}{mean[2]:>7.2f}{mean[3]:>8.1f}{mean[4]:>6.1f}{mean[5]:>9.1f}")


def figures(pairs: Sequence[Candidate], requests: Sequence[Request], offers: Sequence[Offer]) -> tuple[float, ...]:
    """Open, urgent open, mean km, people asked, most tasks of one, points a served request after prices."""
    served = {pair.request for pair in pairs}
    loads = Counter(pair.offer for pair in pairs)
    still = [request for request in requests if request.id not in served]
    placed = [pair.metres for pair in pairs if pair.metres >= 0]
    paid = sum(PRICE * task for load in loads.values() for task in range(load))
    points = (sum(pair.score for pair in pairs) - paid) / max(1, len(pairs))
    km = sum(placed) / max(1, len(placed)) / 1000
    return len(still), sum(r.urgent for r in still), km, len(loads), max(loads.values(), default=0), points


if __name__ == "__main__":
    main()
