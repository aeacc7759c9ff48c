"""The desk of the reliability tests, for those of the worker."""

from tests.reliability.conftest import blank, engine, make_town, memory, postgresql  # noqa: F401
