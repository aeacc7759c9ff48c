"""Who says that the requester did not pick up, in the languages of the matchmakers."""

import pytest

from mailbot.matching.reached import says_not_reached


@pytest.mark.parametrize(
    "reason",
    ["neemt niet op", "geen gehoor", "Niet bereikt, voicemail", "ne répond pas", "injoignable", "no answer", "nicht erreicht"],
)
def test_nobody_picked_up(reason):
    """A call in vain."""
    assert says_not_reached(reason)


@pytest.mark.parametrize("reason", ["", "zaterdag", "de vrijwilliger neemt niet op", "A-12 niet bereikt", "wacht op antwoord"])
def test_something_else(reason):
    """More time, and no call in vain of the requester."""
    assert not says_not_reached(reason)
