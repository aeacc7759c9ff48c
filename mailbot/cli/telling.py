"""Events in words for people: from what to what, and what else is known. Shared by `show`, `history` and `triage`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailbot.cli.terminal import safe

_UNTOLD = {"answered_news", "seen_news", "last_news", "waits_since", "claimed_until"}  # a reader needs none


def story(details: Mapping[str, Any]) -> str:
    """Old and new of an event in words: `status new → open`, then what else is known."""
    old, new = details.get("old"), details.get("new")
    if isinstance(old, dict) and isinstance(new, dict):
        steps = [f"{name} {_said(old.get(name))} → {_said(new[name])}" for name in new if name not in _UNTOLD]
    elif "field" in details:
        steps = [f"{details['field']} {_said(old)} → {_said(new)}"]
    else:
        steps = []
    rest = {name: value for name, value in details.items() if name not in {"old", "new", "field"} and value is not None}
    return "; ".join([*steps, *(f"{name}: {_said(value)}" for name, value in rest.items())])


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_said, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value in (None, "") else safe(str(value))[:120]
