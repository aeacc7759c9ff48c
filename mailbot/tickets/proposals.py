"""Which ready-made answer fits a ticket, if any. Pure; only a proposal, which a person sends or does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailbot.model import Intent


def proposed_answer(ticket: Mapping[str, Any]) -> str:
    """The name of a ready-made answer; empty where a person must write, as to a question or what is urgent."""
    if ticket["urgent"]:
        return "call_you" if ticket["phone"] else "need_phone"
    if ticket["intent"] == Intent.HELP_REQUEST:
        return _about_request(ticket)
    return "thank_volunteer" if ticket["intent"] == Intent.HELP_OFFER else ""


def _about_request(ticket: Mapping[str, Any]) -> str:
    """What is missing is asked for first: without a place nobody can be found, without a number nobody can call."""
    if not ticket["place"]:
        return "need_address"
    return "searching" if ticket["phone"] else "need_phone"
