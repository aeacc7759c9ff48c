"""How records grow from tickets, and what an operator's correction changes."""

from datetime import UTC, date, datetime

import pytest

from mailbot.matching.growth import Seed, Whereabouts, corrected, new_offer, new_request, recurs_in, slots_in
from mailbot.matching.playbook import Playbook
from mailbot.matching.records import ANY_TIME, slots_of

NOW = datetime(2020, 3, 16, 9, 0, tzinfo=UTC)
HEVERLEE = Whereabouts(50.86, 4.69, "street", "3001", "Heverlee")


def seed(**more) -> Seed:
    usual = {
        "ticket": 7,
        "kinds": ("groceries", "other"),
        "urgent": True,
        "language": "fr",
        "is_organisation": False,
        "on_behalf": True,
        "since": NOW,
        "where": HEVERLEE,
    }
    return Seed(**(usual | more))


def test_a_request_takes_what_triage_found():
    """Kinds, place, language, urgency, on whose behalf; `other` is no kind of help."""
    row = new_request(seed(), Playbook(), NOW)

    assert (row["kinds"], row["languages"], row["urgent"], row["on_behalf"]) == (["groceries"], ["fr"], True, True)
    assert (row["precision"], row["district"], row["state"]) == ("street", "Heverlee", "open")


@pytest.mark.parametrize(
    ("kinds", "where", "state"),
    [
        (("groceries",), Whereabouts(), "to_clarify"),
        (("social_call",), Whereabouts(), "open"),  # by telephone, so no door is needed
        (("other",), HEVERLEE, "to_clarify"),
        ((), HEVERLEE, "to_clarify"),
    ],
)
def test_what_cannot_be_proposed_waits_for_an_operator(kinds, where, state):
    """Without a kind of help or a place nobody can be near."""
    assert new_request(seed(kinds=kinds, where=where), Playbook(), NOW)["state"] == state


def test_an_organisation_asks_for_so_many_people():
    """43 for one organisation, as really happened; a household is one."""
    needs = {"headcount": "43 vrijwilligers"}

    assert new_request(seed(is_organisation=True, needs=needs), Playbook(), NOW)["places"] == 43
    assert new_request(seed(needs=needs), Playbook(), NOW)["places"] == 1


def test_needs_become_slots_languages_a_day_and_a_car():
    """The names are those of the verdict."""
    needs = {"availability": "elke woensdagnamiddag", "languages": "nl, tr", "deadline": "2020-03-18", "vehicle": "car"}
    request, offer = new_request(seed(needs=needs), Playbook(), NOW), new_offer(seed(needs=needs), NOW)

    assert request["slots"] == slots_of(["afternoon"], ["wed"])
    assert (request["recurs"], request["day"]) == (True, date(2020, 3, 18))
    assert request["languages"] == ["fr", "nl", "tr"]
    assert offer["vehicle"]


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("", ANY_TIME),
        ("liefst snel", ANY_TIME),
        ("le matin", slots_of(["morning"])),
        ("in het weekend", slots_of(("morning", "afternoon", "evening", "night"), ("sat", "sun"))),
        ("Montag und Dienstag vormittag", slots_of(["morning"], ["mon", "tue"])),
    ],
)
def test_times_are_read_in_four_languages(text, slots):
    """And where nothing is said, any time will do."""
    assert slots_in(text) == slots


def test_help_that_comes_back_is_noticed():
    """It is asked about weekly instead of once."""
    assert recurs_in("elke woensdag")
    assert recurs_in("chaque semaine")
    assert not recurs_in("woensdag")


def test_a_correction_changes_what_it_corrects_and_nothing_else():
    """The operator's own completion of another field survives."""
    stored = new_request(seed(), Playbook(), NOW) | {"places": 3, "street": ""}

    changed = corrected(stored, seed(kinds=("pharmacy",)), is_request=True, now=NOW)

    assert changed["kinds"] == ["pharmacy"]
    assert changed.keys() == {"kinds", "seed", "updated_at"}


def test_a_place_that_an_operator_gave_is_not_taken_back():
    """The letter's town does not replace the street told on the telephone."""
    stored = new_request(seed(), Playbook(), NOW) | {"street": "Diestsestraat 12"}

    assert "latitude" not in corrected(stored, seed(where=Whereabouts()), is_request=True, now=NOW)


def test_without_a_correction_nothing_changes():
    """Looking twice writes nothing."""
    assert corrected(new_offer(seed(), NOW), seed(), is_request=False, now=NOW) == {}
