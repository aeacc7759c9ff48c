"""Rows shared out among matchmakers: evenly, by language, district and whom they know."""

from collections import Counter

from mailbot.matching.allot import Row, allot
from mailbot.matching.playbook import Matchmaker

AN = Matchmaker(address="an@x.example", name="An", districts=("Leuven",), languages=("nl", "fr"))
BART = Matchmaker(address="bart@x.example", name="Bart", districts=("Kessel-Lo",), languages=("nl",))


def test_everybody_gets_an_even_share():
    """A quota, not the nearest to all: 120 rows of one district over fifteen people are eight each."""
    team = [Matchmaker(address=f"m{n}@x.example", name=f"M{n}", districts=("Leuven",)) for n in range(15)]
    given = allot([Row(n, "Leuven", "nl") for n in range(120)], team)

    assert set(Counter(given.values()).values()) == {8}
    assert len(given) == 120


def test_language_weighs_more_than_district_and_a_known_requester_most():
    """Within the even share."""
    given = allot(
        [Row(1, "Kessel-Lo", "fr"), Row(2, "Leuven", "nl"), Row(3, "Leuven", "nl", known_to=AN.address.upper())],
        [AN, BART],
    )

    assert given == {1: AN.address, 2: BART.address, 3: AN.address}


def test_without_matchmakers_nothing_is_given():
    """And without rows nobody gets anything."""
    assert allot([Row(1, "Leuven", "nl")], []) == {}
    assert allot([], [AN]) == {}
