"""Candidates: every hard rule with its reason, the terms that make the score, and the grid equal to all pairs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from mailbot.demo.people import NOW, day
from mailbot.matching.candidates import candidates, explain, explain_pair, near_misses
from mailbot.matching.hard_rules import OFFER_RULES, PAIR_RULES, REQUEST_RULES, request_refusals
from mailbot.matching.playbook import Insured, Limits, Playbook, Weights
from mailbot.matching.proposals import propose
from mailbot.matching.records import Offer, Request, Spot, slots_of

BOOK = Playbook()
HERE = Spot(50.879, 4.701)
REQUEST = Request(231, ("groceries",), HERE, since=NOW)
OFFER = Offer(88, ("groceries",), HERE, waiting_since=NOW, confirmed=NOW)
AFAR = Spot(50.879 + 3 / 111.195, 4.701)
INSURED = Playbook(limits=Limits(insured=Insured(first_day=date(2020, 3, 15), last_day=date(2020, 4, 3))))

REFUSALS = {
    "spoc_kind": (replace(REQUEST, kinds=("childcare",)), replace(OFFER, kinds=("childcare",)), BOOK, "for the SPOC"),
    "for_profit": (replace(REQUEST, for_profit=True), OFFER, BOOK, "for-profit"),
    "insured_period": (replace(REQUEST, day=date(2020, 4, 4)), OFFER, INSURED, "insured until 2020-04-03"),
    "insured_hours": (replace(REQUEST, slots=slots_of(["night"])), OFFER, BOOK, "morning, afternoon, evening only"),
    "place_known": (replace(REQUEST, spot=None), OFFER, BOOK, "ask for the street"),
    "available": (REQUEST, replace(OFFER, available=False), BOOK, "paused"),
    "capacity_left": (REQUEST, replace(OFFER, carried=2, capacity=2), BOOK, "2 of 2 tasks"),
    "confirmed": (REQUEST, replace(OFFER, confirmed=NOW - timedelta(days=15)), BOOK, "not confirmed within 14 days"),
    "not_ill": (REQUEST, replace(OFFER, ill=True), BOOK, "by their own word"),
    "parental_consent": (replace(REQUEST, kinds=("letters",)), replace(OFFER, kinds=("letters",), minor=True), BOOK, "parent's consent"),
    "kind": (REQUEST, replace(OFFER, kinds=("pets",)), BOOK, "does not offer groceries"),
    "minor_kinds": (REQUEST, replace(OFFER, minor=True, consent=True), BOOK, "only letters"),
    "risk_group": (REQUEST, replace(OFFER, risk_group=True), BOOK, "only help from home"),
    "language": (replace(REQUEST, kinds=("social_call",), languages=("tr",)), replace(OFFER, kinds=("social_call",)), BOOK, "no common language (tr)"),
    "time": (replace(REQUEST, slots=slots_of(["morning"])), replace(OFFER, slots=slots_of(["evening"])), BOOK, "not free"),
    "distance": (REQUEST, replace(OFFER, spot=AFAR, reach_km=2.0), BOOK, "goes up to 2.0 km"),
    "not_banned": (replace(REQUEST, banned=frozenset({88})), OFFER, BOOK, "declined before"),
    "not_family": (replace(REQUEST, family=frozenset({88})), OFFER, BOOK, "informal care"),
}  # fmt: skip
BESIDE = {"insured_hours": ["time"]}  # at night nobody is free either, for nobody is insured


@pytest.mark.parametrize("rule", REFUSALS)
def test_a_hard_rule_bites_alone_and_says_why(rule):
    request, offer, book, reason = REFUSALS[rule]
    refusals = (*request_refusals(request, book, NOW), *explain_pair(request, offer, book, NOW).refusals)

    assert [each.rule for each in refusals] == [rule, *BESIDE.get(rule, [])]
    assert reason in refusals[0].reason
    assert candidates([request], [offer], book, NOW) == []
    assert propose([request], [offer], book, NOW).proposals == ()


def test_no_hard_rule_is_without_its_case():
    assert {rule.__name__ for rule in (*REQUEST_RULES, *OFFER_RULES, *PAIR_RULES)} == set(REFUSALS)


def test_where_no_rule_bites_they_are_proposed():
    assert [pair[:2] for pair in candidates([REQUEST], [OFFER], BOOK, NOW)] == [(231, 88)]


def test_the_edge_of_a_limit_still_counts():
    at_the_edge = replace(OFFER, confirmed=NOW - timedelta(days=14))

    assert explain_pair(REQUEST, at_the_edge, BOOK, NOW).refusals == ()


ONLY_NEAR = Weights(
    distance=9000, first_choice=0, other_choice=0, own_language=0, shared_language=0, time=0, waited=0
)


@pytest.mark.parametrize(("seed", "size"), [(0, 200), (1, 200), (2, 2500), (3, 2500)])
def test_the_grid_finds_exactly_the_best_of_all_pairs(seed, size):
    requests, offers = day(seed, 3000 // size, size, towns=1 + seed % 2)
    requests += [replace(each, id=900 + each.id, kinds=("groceries",)) for each in requests[:4]]
    for weights in (Weights(), ONLY_NEAR):
        every = {each.id: explain(each, offers, Playbook(weights=weights), NOW).candidates for each in requests}
        for most in (1, 30):
            book = Playbook(candidates=most, candidates_when_short=most, weights=weights)
            found = candidates(requests, offers, book, NOW)
            for number, judged in every.items():
                best = [(each.offer, each.score) for each in judged[: max(most, 2)]]

                assert [(p.offer, p.score) for p in found if p.request == number] == best


def test_the_terms_add_up_to_the_score_and_each_says_why():
    requests, offers = day(3, 10, 150)
    for request in requests:
        for each in explain(request, offers, BOOK, NOW).candidates:
            assert sum(term.points for term in each.terms) == each.score
            assert [term.name for term in each.terms] == ["distance", "choice", "language", "time", "waited"]
            assert all(term.why for term in each.terms)


def test_an_explanation_leaves_nobody_out():
    requests, offers = day(4, 3, 200)
    for request in requests:
        told = explain(request, offers, BOOK, NOW)

        assert sorted(e.offer for e in (*told.candidates, *told.others)) == [offer.id for offer in offers]
        assert all(each.refusals for each in told.others)


def test_a_near_miss_fits_but_for_one_thing_that_can_be_asked():
    turkish = replace(REQUEST, kinds=("social_call",), languages=("tr",))
    far = replace(OFFER, id=1, kinds=("social_call",), languages=("tr",), spot=AFAR)
    other = replace(OFFER, id=2, kinds=("pets",), languages=("tr",))
    ill = replace(OFFER, id=3, kinds=("pets",), languages=("tr",), ill=True)
    dutch = replace(OFFER, id=4, kinds=("social_call",))

    assert [(e.offer, e.refusals[0].rule) for e in near_misses(turkish, [other, ill, dutch], BOOK, NOW)] == [(4, "language"), (2, "kind")]
    assert [e.offer for e in explain(turkish, [far], BOOK, NOW).candidates] == [1]


def test_a_run_asks_nobody_twice_and_keeps_stand_bys_for_the_urgent():
    requests, offers = day(1)
    run = propose(requests, offers, BOOK, NOW)
    asked = [o for p in run.proposals for o in (p.offer, *(r.offer for r in p.reserves[: p.asked]))]

    assert len(asked) == len(set(asked))
    assert {p.asked for p in run.proposals if p.urgent} <= {0, 1, 2}
    assert {p.asked for p in run.proposals if not p.urgent} == {0}
    assert [p.urgent for p in run.proposals] == sorted((p.urgent for p in run.proposals), reverse=True)


def test_what_was_mailed_is_not_proposed_again():
    requests, offers = day(1)
    first = propose(requests, offers, BOOK, NOW)
    locked = [(p.request, p.offer) for p in first.proposals]
    again = propose(requests, offers, BOOK, NOW, locked)

    assert not {p.request for p in again.proposals} & {request for request, _ in locked}
    assert not {p.offer for p in again.proposals} & {offer for _, offer in locked}
