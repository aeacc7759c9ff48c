"""Who nearly fits is asked, who does not pick up is called again, whose digest comes back has no rows any more."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from mailbot import match_digests
from mailbot.match_apply import take_answer
from mailbot.match_asking import ask_near
from mailbot.match_calls import no_answer
from mailbot.matching import records_store
from mailbot.matching.playbook import Matchmaker, Playbook
from mailbot.matchmaking import send_digests
from mailbot.model import Bounce, Permanent
from mailbot.outbox import store as outbox
from mailbot.outbox.upkeep_store import mark_undeliverable
from mailbot.storage.matching_tables import HELP_REQUEST, MATCH
from mailbot.storage.tables import OUTBOX, TICKET
from mailbot.tickets import roster_store
from mailbot.tickets.roster import read_rows
from tests.desk.matching import AN, BART
from tests.desk.test_matchmaking import Clockwork, add, opened, place
from tests.matching.conftest import either

__all__ = ["either", "opened", "place"]


def ask_all(place, request, *offers):
    with place.begin() as connection:
        found, drafts = ask_near(place.scene(connection), request, offers)
        outbox.enqueue(connection, drafts, place.now)
    return found


def test_who_nearly_fits_is_asked_once_and_a_yes_is_proposed(place):
    """One mail with one question and nobody's details; the matchmaker's row says that they said yes to it."""
    request, offers = add(place, offers=2, request={"kinds": ("transport",), "requester_name": "Marie Geheim", "phone": "+32470000099"})
    place.tick()
    found = ask_all(place, request[0])
    again = ask_all(place, request[0])

    assert [each.left_out for each in found] == ["", ""]
    assert {each.left_out for each in again} == {"was asked something within a day"}
    mails = place.mails("near_miss")
    assert [to for to, _ in mails] == ["v0@home.example", "v1@home.example"]
    assert "Doet u ook vervoer?" in mails[0][1]
    assert not re.search(r"Marie|Geheim|0470|470000099|maria@", mails[0][1])

    place.answer("near", "volunteer", "yes")
    assert place.rows(MATCH.c.offer, MATCH.c.state) == [(offers[1], "proposed")]
    with place.begin() as connection:
        outbox.enqueue(connection, send_digests(place.scene(connection), "now"), place.now)
    assert 'zei ja op onze vraag: doet u ook vervoer?' in place.mails("digest")[-1][1]


def test_a_no_to_the_question_and_a_yes_too_late_lead_to_nothing(place):
    """And the second yes for one place stands by."""
    request, _ = add(place, offers=3, request={"kinds": ("transport",)})
    place.tick()
    ask_all(place, request[0])
    place.answer("near", "volunteer", "no")
    assert place.states() == []
    with place.begin() as connection:
        for number in (1, 2):
            outbox.enqueue(connection, take_answer(place.scene(connection), number, "yes"), place.now)
    assert place.rows(MATCH.c.rank, MATCH.c.state) == [(0, "proposed"), (1, "proposed")]

    other, _ = add(place, offers=1, request={"kinds": ("transport",)}, offer={"requester_email": "late@home.example"})
    place.now += timedelta(days=2)
    ask_all(place, other[0], 6)
    with place.begin() as connection:
        records_store.pass_on(connection, other[0], place.now)
    place.answer("near", "volunteer", "yes")
    assert len(place.states()) == 2


def test_who_has_no_mail_is_named_to_be_called(place):
    """With the number; and somebody who does not nearly fit is refused."""
    request, offers = add(place, request={"kinds": ("transport",)}, offer={"requester_email": "", "phone": "+32470000055"})
    place.tick()

    assert "call +32470000055" in ask_all(place, request[0])[0].left_out
    with pytest.raises(Permanent, match=r"A-99 would not fit by one question"):
        ask_all(place, request[0], offers[0], 99)


def call_in_vain(place, request):
    with place.begin() as connection:
        done = no_answer(place.scene(connection), request)
        outbox.enqueue(connection, list(done.drafts), place.now)
    return done


def test_a_requester_who_does_not_pick_up_is_called_again_and_then_a_persons(place):
    """Twice it rests, proposed to nobody, and comes back; the third time the coordinator is told."""
    (request,), _ = add(place)
    first = call_in_vain(place, request)
    place.tick()
    assert (first.tries, place.states()) == (1, [])
    assert place.rows(HELP_REQUEST.c.state) == [("no_answer",)]

    place.tick(hours=5)
    assert place.rows(HELP_REQUEST.c.state) == [("open",)]
    assert place.rows(TICKET.c.status, TICKET.c.claimed_by)[0] == ("new", None)
    call_in_vain(place, request)
    third = call_in_vain(place, request)
    assert (third.tries, third.again) == (3, None)
    assert place.rows(HELP_REQUEST.c.state) == [("to_clarify",)]
    assert place.rows(TICKET.c.status)[0] == ("open",)
    assert "3 keer gebeld" in place.mails("alert")[-1][1]


def test_reached_at_last_and_the_count_begins_anew(place):
    """What a person filled in after a call shows that somebody was reached."""
    (request,), _ = add(place)
    call_in_vain(place, request)
    with place.begin() as connection:
        row = records_store.complete(connection, request, {"places": 1}, "an", Playbook(), place.now)
    assert row["state"] == "open"
    assert call_in_vain(place, request).tries == 1


def test_a_digest_that_comes_back_hands_its_rows_on(either, opened):
    """To the others, once; the coordinator is told. On either engine."""
    rules = opened.policy.model_copy(update={"matchmakers": (*opened.policy.matchmakers, Matchmaker(address=BART, name="Bart"))})
    desk = replace(opened.office.desk, policy=rules)
    made = Clockwork(opened.office)
    made.office = replace(opened.office, database=either, desk=desk, correspondence=replace(opened.office.correspondence, desk=desk), clock=lambda: made.now)
    add(made)
    made.tick()
    ((owner,),) = made.rows(MATCH.c.owner)
    with made.begin() as connection:
        ((number, _),) = [row for row in connection.execute(select(OUTBOX.c.id, OUTBOX.c.purpose)) if row.purpose == "digest"]
        mark_undeliverable(connection, number, Bounce((owner,), "5.1.1", hard=True), made.now)
    for _ in range(2):
        made.tick(minutes=5)

    other = BART if owner == AN else AN
    assert made.rows(MATCH.c.owner) == [(other,)]
    assert [to for to, _ in made.mails("digest")] == [owner, other]
    assert sum("kwam terug" in text for _, text in made.mails("alert")) == 1


def test_todays_roster_says_who_gets_rows(place, opened):
    """Where it names matchmakers who are there; else everybody does."""
    rules = opened.policy.model_copy(update={"matchmakers": (*opened.policy.matchmakers, Matchmaker(address=BART, name="Bart"))})
    letters = replace(place.office.correspondence, desk=replace(place.office.desk, policy=rules))

    def there():
        with place.begin() as connection:
            return [one.address for one in match_digests.present(connection, letters, place.now)]

    assert there() == [AN, BART]
    seat = {"date": "16/03/2020", "shift": "8-12", "seat": "matchmaker 2", "name": "Bart", "email": BART}
    duties, problems = read_rows(rules.roster, [seat])
    with place.begin() as connection:
        roster_store.keep(connection, duties)
    assert (there(), problems) == ([BART], [])
    place.now += timedelta(days=1)
    assert there() == [AN, BART]


def test_what_a_spoc_has_is_proposed_to_nobody(place, opened):
    """By the rule, where the care network is told; until it turns out to be about another kind of help."""
    policy = opened.policy.model_copy(update={"alerts": {**opened.policy.alerts, "care_network": ("zorg@leuvenhelpt.example",)}})
    desk = replace(place.office.desk, policy=policy)
    place.office = replace(place.office, desk=desk, correspondence=replace(place.office.correspondence, desk=desk))
    (request,), _ = add(place, request={"kinds": ("care_nursing",)})
    place.tick()
    place.tick(hours=4)
    assert place.rows(HELP_REQUEST.c.state) == [("passed_on",)]
    assert [to for to, _ in place.mails("alert")] == ["zorg@leuvenhelpt.example"]

    with place.begin() as connection:
        connection.execute(TICKET.update().where(TICKET.c.id == request).values(categories=["groceries"], place="Leuven", updated_at=place.now + timedelta(hours=1)))
    place.tick(hours=2)
    assert place.rows(HELP_REQUEST.c.state) == [("open",)]
