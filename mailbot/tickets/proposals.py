"""Which ready-made answer, or answer of the library, fits a ticket. Pure; only proposals, which a person may send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mailbot.model import Intent

LIKELY = 0.5


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


def from_library(ticket: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the library proposes for the last letter that asked, the likeliest first: `id`, `sure`, `question`, `why`.

    Nothing where it was sent since, by the desk or by a person; what was called back is proposed again.
    """
    before: list[list[dict[str, Any]]] = [[]]
    for event in ticket["events"]:
        if event["kind"] == "proposed":
            before.append([dict(each) for each in event["details"]["answers"]])
        elif event["kind"] == "informed":
            before.append([])
        elif event["kind"] == "undone" and len(before) > 1 and not before[-1]:
            before.pop()
    return sorted(before[-1], key=lambda each: -float(each["sure"]))


def best_of_each(proposals: Sequence[Mapping[str, Any]]) -> list[str]:
    """The answers that one key sends: the likeliest to every question, without those that are hardly likely."""
    first = proposals[:1]
    asked = {str(each["question"]): str(each["id"]) for each in reversed(proposals) if each["sure"] >= LIKELY}
    return list(dict.fromkeys([*(str(each["id"]) for each in first), *reversed(asked.values())]))
