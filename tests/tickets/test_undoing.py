"""Taking back: the last deed that still stands, refused where something came after. Pure."""

from datetime import UTC, datetime, timedelta

import pytest

from mailbot.model import Status
from mailbot.tickets.standing import Refused, Standing
from mailbot.tickets.undoing import Deed, last_deed, require_last, restored

NOW = datetime(2020, 3, 16, 9, 0, tzinfo=UTC)


def deed(number, kind, actor="an", **details):
    return Deed(number, kind, actor, NOW + timedelta(minutes=number), details)


def test_the_last_deed_is_mine_and_still_stands():
    """Notes and claims are no deeds; what was taken back is none any more."""
    history = [deed(1, "closed"), deed(2, "assigned"), deed(3, "closed", "jan"), deed(4, "undone", of=[2]), deed(5, "note")]

    assert last_deed(history, "an").id == 1
    assert last_deed(history, "els") is None


@pytest.mark.parametrize("kind", ["letter", "claimed", "answered", "reopened", "corrected", "forwarded", "absorbed"])
def test_what_came_after_stands_in_the_way(kind):
    """And is named, with what to type."""
    with pytest.raises(Refused, match=rf"jan, {kind}; `mailbot history 7`"):
        require_last(7, [deed(1, "closed"), deed(2, kind, "jan")], [1])


@pytest.mark.parametrize("kind", ["note", "suggested", "alerted"])
def test_a_note_does_not(kind):
    """Nor does what was itself taken back."""
    require_last(7, [deed(1, "closed"), deed(2, kind, "jan"), deed(3, "reopened", "jan"), deed(4, "undone", "jan", of=[3])], [1])


def test_what_was_taken_back_is_not_taken_back_again():
    """Two terminals of one operator find the same deed, and the second waits for the first."""
    with pytest.raises(Refused, match="taken back already; `mailbot history 7`"):
        require_last(7, [deed(1, "closed"), deed(2, "undone", of=[1])], [1])


def test_every_value_comes_back():
    """Of several corrections too; who held the ticket holds it again."""
    closed = deed(1, "closed", old={"status": "open", "claimed_by": "an", "waits_since": NOW.isoformat()}, new={})
    change = restored(Standing(7, 3, Status.CLOSED), [closed], "an", NOW, 20)
    assert change.columns == {
        "status": Status.OPEN, "waits_since": NOW, "claimed_by": "an", "claimed_until": NOW + timedelta(minutes=20)
    }  # fmt: skip
    assert change.details["of"] == [1]

    two = [deed(1, "corrected", field="urgent", old=False), deed(2, "corrected", field="categories", old=["pets"])]
    assert restored(Standing(7, 3, Status.OPEN), two, "an", NOW, 20).columns == {"urgent": False, "categories": ["pets"]}
