"""What becomes of tests whose server is not installed."""

import pytest

from tests import conftest
from tests.servers.daemons import Unavailable


class Absent:
    def __enter__(self):
        raise Unavailable("Nothing is not installed")


@pytest.mark.parametrize(("required", "outcome"), [(False, pytest.skip.Exception), (True, pytest.fail.Exception)])
def test_a_missing_server_is_a_skip_or_where_servers_are_required_a_failure(monkeypatch, required, outcome):
    """Nobody takes a run without the real servers for the whole run."""
    monkeypatch.setattr(conftest, "REQUIRED", required)
    monkeypatch.setattr(conftest, "MISSING", set())

    with pytest.raises(outcome, match="Nothing is not installed"):
        next(conftest.started(Absent))

    assert {"Nothing is not installed"} == conftest.MISSING
