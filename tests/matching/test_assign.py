"""The assignment against three referees: SciPy, brute force, and every greedy way, which never does better."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment, linprog

from mailbot.matching.assign import Assignment, Demand, Supply, assign
from mailbot.matching.candidates import Candidate

Instance = tuple[list[Candidate], list[Demand], list[Supply], int]
Worth = tuple[int, int, int]


def instance(seed: int, most_places: int = 1, size: int = 8) -> Instance:
    """A small day; every third has few scores, so that ties abound, every fourth few volunteers."""
    draw = random.Random(seed)
    wants = draw.randint(1, size)
    gives = max(1, draw.randint(1, size) // (2 if seed % 4 == 0 else 1))
    top = 3 if seed % 3 == 0 else 1000
    share = draw.choice([0.2, 0.5, 1.0])
    pairs = [
        Candidate(r, 100 + o, draw.randint(0, top), 0)
        for r in range(wants)
        for o in range(gives)
        if draw.random() < share
    ]
    demands = [
        Demand(r, draw.randint(1, most_places), draw.random() < 0.3, draw.choice([0, 0, 20, 400])) for r in range(wants)
    ]
    supplies = [Supply(100 + o, draw.randint(0, 3), draw.randint(0, 2)) for o in range(gives)]
    return pairs, demands, supplies, draw.choice([0, 60, 60, 500])


def worth(found: Assignment, demands: list[Demand]) -> Worth:
    """What is judged, best is least: urgent places open, places open, points lost."""
    urgent = {each.request for each in demands if each.urgent}
    opened = found.unserved
    return sum(n for r, n in opened.items() if r in urgent), sum(opened.values()), -found.points


def worth_of(pairs: list[Candidate], given: Instance) -> Worth:
    """The same of a list of pairs, reckoned anew from the definitions."""
    _, demands, supplies, price = given
    wanted = {each.request: each for each in demands}
    loads = {each.offer: sum(1 for pair in pairs if pair.offer == each.offer) for each in supplies}
    served = {each.request: sum(1 for pair in pairs if pair.request == each.request) for each in demands}
    points = sum(pair.score + wanted[pair.request].patience for pair in pairs)
    for each in supplies:
        points -= sum(price * (each.carried + task) for task in range(loads[each.offer]))
    open_places = {each.request: each.places - served[each.request] for each in demands}
    urgent = sum(open_places[each.request] for each in demands if each.urgent)
    return urgent, sum(open_places.values()), -points


def is_allowed(pairs: list[Candidate], given: Instance) -> bool:
    candidates, demands, supplies, _ = given
    return (
        len({pair[:2] for pair in pairs}) == len(pairs)
        and set(pairs) <= set(candidates)
        and all(sum(1 for pair in pairs if pair.request == each.request) <= each.places for each in demands)
        and all(sum(1 for pair in pairs if pair.offer == each.offer) <= each.free for each in supplies)
    )


BIG, HUGE = 10**6, 10**9


def by_assignment(given: Instance) -> float:
    """SciPy's optimum where every request has one place: offers are repeated, each copy dearer; one may stay open."""
    pairs, demands, supplies, price = given
    copies = [(each, task) for each in supplies for task in range(each.free)]
    cost = np.full((len(demands), len(copies) + len(demands)), float(HUGE) * 1000)
    known = {pair[:2]: pair for pair in pairs}
    for row, wanted in enumerate(demands):
        cost[row, len(copies) + row] = HUGE if wanted.urgent else BIG
        for column, (supply, task) in enumerate(copies):
            pair = known.get((wanted.request, supply.offer))
            if pair:
                cost[row, column] = price * (supply.carried + task) - pair.score - wanted.patience
    rows, columns = linear_sum_assignment(cost)
    return float(cost[rows, columns].sum())


def by_flow(given: Instance) -> float:
    """SciPy's optimum as a min-cost flow: one variable a pair, one a task of an offer, one for open places."""
    pairs, demands, supplies, price = given
    tasks = [(each.offer, price * (each.carried + task)) for each in supplies for task in range(each.free)]
    cost = [-pair.score - next(d.patience for d in demands if d.request == pair.request) for pair in pairs]
    cost += [price for _, price in tasks] + [HUGE if each.urgent else BIG for each in demands]
    bounds = [(0, 1)] * (len(pairs) + len(tasks)) + [(0, each.places) for each in demands]
    rows, right = [], []
    for n, wanted in enumerate(demands):
        row = [float(pair.request == wanted.request) for pair in pairs] + [0.0] * len(tasks)
        rows.append(row + [float(n == m) for m in range(len(demands))])
        right.append(wanted.places)
    for supply in supplies:
        row = [float(pair.offer == supply.offer) for pair in pairs]
        row += [-float(offer == supply.offer) for offer, _ in tasks]
        rows.append(row + [0.0] * len(demands))
        right.append(0)
    return float(linprog(cost, A_eq=np.array(rows), b_eq=right, bounds=bounds, method="highs").fun)


def cost_of(found: Assignment, demands: list[Demand]) -> float:
    urgent, open_places, lost = worth(found, demands)
    return urgent * HUGE + (open_places - urgent) * BIG + lost


def test_a_thousand_days_cost_what_scipys_assignment_costs():
    for seed in range(1000):
        given = instance(seed)
        found = assign(*given)

        assert is_allowed(list(found.pairs), given)
        assert worth(found, given[1]) == worth_of(list(found.pairs), given)
        assert cost_of(found, given[1]) == by_assignment(given), seed


def test_days_with_many_places_cost_what_a_min_cost_flow_costs():
    for seed in range(120):
        given = instance(seed, most_places=4)
        found = assign(*given)

        assert is_allowed(list(found.pairs), given)
        assert cost_of(found, given[1]) == pytest.approx(by_flow(given), abs=0.01), seed


def test_tiny_days_are_as_good_as_trying_everything():
    for seed in range(150):
        given = instance(seed, most_places=2, size=3)
        pairs = given[0]
        every = (list(c) for size in range(len(pairs) + 1) for c in combinations(pairs, size))

        assert worth(assign(*given), given[1]) == min(worth_of(c, given) for c in every if is_allowed(c, given)), seed


def greedy(given: Instance, order: list[Candidate]) -> list[Candidate]:
    chosen: list[Candidate] = []
    for pair in order:
        if is_allowed([*chosen, pair], given):
            chosen.append(pair)
    return chosen


@pytest.mark.parametrize(
    "key",
    [lambda p: (p.request, -p.score), lambda p: (-p.score, p.request), lambda p: (p.offer, p.request)],
    ids=["first come, best score", "best pair first", "top of the list"],
)
def test_no_greedy_way_does_better(key):
    for seed in range(300):
        given = instance(seed, most_places=3)

        assert worth(assign(*given), given[1]) <= worth_of(greedy(given, sorted(given[0], key=key)), given)


def test_what_was_mailed_is_locked_and_the_rest_is_best_around_it():
    for seed in range(150):
        given = instance(seed, most_places=2, size=3)
        candidates, demands, supplies, price = given
        locked = [pair[:2] for pair in candidates[:1]]
        if any(each.free == 0 for each in supplies if locked and each.offer == locked[0][1]):
            continue
        found = assign(candidates, demands, supplies, price, locked)
        every = [list(c) for size in range(len(candidates) + 1) for c in combinations(candidates, size)]
        around = [c for c in every if is_allowed(c, given) and {p[:2] for p in c} >= set(locked)]

        assert found.locked == tuple(locked)
        assert not set(locked) & {pair[:2] for pair in found.pairs}
        least = min((worth_of(c, given) for c in around), default=None)
        fixed = [pair for pair in candidates if pair[:2] in locked]
        assert worth_of([*fixed, *found.pairs], given) == least, seed


def test_with_one_each_nobody_has_two_open_proposals():
    for seed in range(200):
        candidates, demands, supplies, price = instance(seed, most_places=3)
        locked = [pair[:2] for pair in candidates[:1]]
        found = assign(candidates, demands, supplies, price, locked, one_each=True)
        asked = [offer for _, offer in locked] + [pair.offer for pair in found.pairs]

        assert len(asked) == len(set(asked))


def test_an_organisations_places_go_to_different_people():
    crowd = [Candidate(1, offer, 500, 0) for offer in range(50)]
    found = assign(crowd, [Demand(1, 43)], [Supply(offer, 5) for offer in range(50)], 0)

    assert len({pair.offer for pair in found.pairs}) == 43


def test_an_urgent_request_is_served_before_any_number_of_points():
    pairs = [Candidate(1, 9, 1000, 0), Candidate(2, 9, 1, 0)]
    found = assign(pairs, [Demand(1, patience=10_000), Demand(2, urgent=True)], [Supply(9)], 60)

    assert [pair.request for pair in found.pairs] == [2]
    assert found.unserved == {1: 1}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 5000), st.randoms(use_true_random=False))
def test_the_order_of_what_is_given_does_not_matter(seed, draw):
    candidates, demands, supplies, price = instance(seed, most_places=2)
    mixed = [draw.sample(list(each), len(each)) for each in (candidates, demands, supplies)]

    assert assign(*mixed, price) == assign(candidates, demands, supplies, price)


def test_candidates_of_strangers_are_left_out():
    found = assign([Candidate(1, 2, 5, 0), Candidate(7, 2, 9, 0), Candidate(1, 8, 9, 0)], [Demand(1)], [Supply(2)], 60)

    assert [pair[:2] for pair in found.pairs] == [(1, 2)]
