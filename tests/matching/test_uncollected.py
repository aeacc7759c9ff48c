"""The collector of cycles: held back while many values are made, and as it was afterwards."""

from __future__ import annotations

import gc

import pytest

from mailbot.matching.uncollected import uncollected


def test_the_collector_is_as_it_was_even_after_a_failure():
    """One failed round must not leave a worker without it."""
    assert gc.isenabled()

    with pytest.raises(ArithmeticError), uncollected():
        assert not gc.isenabled()
        raise ArithmeticError

    assert gc.isenabled()
