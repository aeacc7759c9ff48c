"""What somebody typed to search by, read; however odd, it ends in one clear line."""

from zoneinfo import ZoneInfo

import pytest

from mailbot.model import Permanent
from mailbot.tickets.queries import read_query

ZONE = ZoneInfo("Europe/Brussels")


@pytest.mark.parametrize("written", ["after:9999-12-31", "before:0001-01-01", "after:2020-13-01"])
def test_a_day_that_no_calendar_of_ours_has_is_refused(written):
    """A day later there is none, or it begins before the first."""
    with pytest.raises(Permanent, match="is no date"):
        read_query([written], ZONE)


def test_octets_that_are_no_text_are_no_syntax_and_no_error():
    """As a terminal hands on a name in another encoding; words are letters and digits alone."""
    asked = read_query(["place:\udcff", "jan\udcff", "\"a'*"], ZONE)

    assert asked.words == ("jan", "a")
    assert asked.equal["place"][0].encode()
