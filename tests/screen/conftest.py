"""The screen's tests use the desks of the operators' tests."""

from tests.desk.conftest import answered_desk, quiet

__all__ = ["answered_desk", "quiet"]
