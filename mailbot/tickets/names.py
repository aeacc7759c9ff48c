"""The names under which operators work. Pure."""

from __future__ import annotations

from mailbot.model import Permanent

LONGEST_NAME = 40


def operator_name(written: str) -> str:
    """A name to work under. Raises Permanent for none and for what could not stand in a list."""
    name = " ".join(written.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or "/" in name:
        raise Permanent("who are you? add --as NAME, or set MAILBOT_OPERATOR once")
    return name
