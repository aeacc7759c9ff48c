"""Matches at rest, on both engines: one open proposal each, declined pairs never again, nothing changed twice."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from mailbot.matching import records_store, store
from mailbot.matching.growth import Whereabouts
from mailbot.matching.playbook import Playbook
from mailbot.matching.proposals import Proposal, propose
from mailbot.matching.states import State
from mailbot.storage.database import Database
from mailbot.storage.matching_tables import MATCH
from mailbot.storage.tables import EVENT
from tests.matching.conftest import NOW, ticket
from tests.ready import processes


def proposal(request: int, offer: int, score: int = 500) -> Proposal:
    return Proposal(request, offer, score, (), 400, False, False)


def step(match, before, after, **more):
    row = {"request": 1, "offer": 2, "deadline": None, "actor": "an", "via": "mail", "verb": "nee"} | more
    return store.Change(match=match, before=before, after=after, **row)


def records(database, requests: int, offers: int) -> tuple[list[int], list[int]]:
    with database.begin() as connection:
        asked = [ticket(connection, "help_request") for _ in range(requests)]
        return asked, [ticket(connection, "help_offer") for _ in range(offers)]


def propose_to_everybody(url: str, requests: list[int], offers: list[int], seed: int) -> int:
    """One process of the race: every offer for some request, in an order of its own; how many it got."""
    database = Database(url)
    won = 0
    for at, offer in enumerate(offers if seed % 2 else reversed(offers)):
        with database.begin() as connection:
            made = store.add_proposal(connection, proposal(requests[(at + seed) % len(requests)], offer), NOW, NOW)
        won += made is not None
    database.close()
    return won


def test_four_processes_racing_make_no_double(either):
    """Whoever is first has the volunteer; the others get nothing and no error."""
    asked, offered = records(either, 8, 60)
    url = either.url.render_as_string(hide_password=False)
    with processes().Pool(4) as pool:
        won = pool.starmap(propose_to_everybody, [(url, asked, offered, seed) for seed in range(4)])

    with either.read() as connection:
        held = connection.execute(select(MATCH.c.offer, func.count()).group_by(MATCH.c.offer)).all()
    assert sum(won) == len(held) == 60
    assert {count for _offer, count in held} == {1}


def test_a_declined_pair_never_comes_again(either):
    """Neither by a second insert nor in the next round."""
    (asked,), (offered,) = records(either, 1, 1)
    with either.begin() as connection:
        made = store.add_proposal(connection, proposal(asked, offered), NOW, NOW)
        store.change(connection, step(made, State.PROPOSED, State.DECLINED, request=asked, offer=offered), NOW)
    with either.begin() as connection:
        assert store.add_proposal(connection, proposal(asked, offered), NOW, NOW) is None
        facts = records_store.facts(connection, NOW)
    assert facts.requests[0].banned == {offered}
    assert not propose(facts.requests, facts.offers, Playbook(), NOW, facts.locked).proposals


def test_an_expired_pair_may_come_once_more_and_then_not(either):
    """A matchmaker's silence is not the volunteer's fault; twice is enough."""
    (asked,), (offered,) = records(either, 1, 1)
    seen = []
    for _ in range(2):
        with either.begin() as connection:
            made = store.add_proposal(connection, proposal(asked, offered), NOW, NOW)
            store.change(connection, step(made, State.PROPOSED, State.EXPIRED, request=asked, offer=offered), NOW)
            seen.append(records_store.facts(connection, NOW).requests[0].banned)

    assert seen == [frozenset(), {offered}]


def test_a_step_is_taken_once(either):
    """Who saw an older state changes nothing, and writes no event."""
    (asked,), (offered,) = records(either, 1, 1)
    with either.begin() as connection:
        made = store.add_proposal(connection, proposal(asked, offered), NOW, NOW)
        taken = [
            store.change(connection, step(made, State.PROPOSED, State.ACCEPTED, request=asked, offer=offered), NOW)
            for _ in range(2)
        ]
        events = connection.scalar(select(func.count()).where(EVENT.c.kind == "match", EVENT.c.ticket == asked))

    assert taken == [True, False]
    assert events == 2  # proposed, accepted


def test_a_running_task_takes_a_place_and_a_week_of_the_volunteer(either):
    """So that a helped request asks nobody else, and nobody is asked for more than they offered."""
    (asked,), (offered,) = records(either, 1, 1)
    with either.begin() as connection:
        made = store.add_proposal(connection, proposal(asked, offered), NOW, NOW)
        for before, after in [(State.PROPOSED, State.ACCEPTED), (State.ACCEPTED, State.CONTACTED)]:
            store.change(connection, step(made, before, after, request=asked, offer=offered), NOW)
        facts = records_store.facts(connection, NOW)

    assert facts.requests == ()
    assert facts.offers[0].carried == 1
    assert facts.locked == ()


def test_a_paused_offer_is_asked_again_afterwards(either):
    """A pause has an end."""
    with either.begin() as connection:
        ticket(connection, "help_offer", record={"paused_until": NOW + timedelta(days=7)})
        during = records_store.facts(connection, NOW).offers[0].available
        after = records_store.facts(connection, NOW + timedelta(days=8)).offers[0].available

    assert (during, after) == (False, True)


def test_nobody_is_proposed_to_themselves(either):
    """Who asks and offers in one letter is not their own helper."""
    with either.begin() as connection:
        asked = ticket(connection, "help_request", requester_email="both@home.example")
        offered = ticket(connection, "help_offer", requester_email="both@home.example")
        facts = records_store.facts(connection, NOW)

    assert (facts.requests[0].id, facts.requests[0].family) == (asked, {offered})
    assert not propose(facts.requests, facts.offers, Playbook(), NOW).proposals


def test_an_operator_completes_what_was_missing(either):
    """A street makes the place exact and opens the request."""
    with either.begin() as connection:
        number = ticket(connection, "help_request", where=Whereabouts())
        before = records_store.stored(connection, "help_request", [number])[number]["state"]
        after = records_store.complete(
            connection,
            number,
            {"latitude": 50.88, "longitude": 4.70, "precision": "street", "street": "Diestsestraat 1"},
            "els",
            Playbook(),
            NOW,
        )

    assert (before, after["state"]) == ("to_clarify", "open")
    assert after["precision"] == "street"


def test_what_a_record_does_not_have_is_refused(database):
    """A request has no range, and the operator is told so."""
    with database.begin() as connection:
        number = ticket(connection, "help_request")
        with pytest.raises(Exception, match="no reach_km"):
            records_store.complete(connection, number, {"reach_km": 3.0}, "els", Playbook(), NOW)
