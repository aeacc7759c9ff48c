"""Taking back what an operator did to a ticket: what it was, whether anything came after, what it restores. Pure.

A mail is called back in `writing`; rows are moved back by the shell.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from mailbot.model import Status
from mailbot.tickets.standing import Change, Refused, Standing

ALONE = ("closed", "reopened", "assigned", "released", "snoozed", "corrected")
TOGETHER = {"merged": "absorbed", "moved": "received"}  # what the other ticket's history says of the same deed
DEEDS = ("answered", *ALONE, *TOGETHER)
# These change nothing that an undo would restore.
_BESIDE = frozenset({"note", "alerted", "suggested", "proposed", "silent", "match", "linked", "informed", "doubted"})
_NAMES = ("assigned_to", "claimed_by")
_MOMENTS = ("waits_since", "snoozed_until")


@dataclass(frozen=True, slots=True)
class Deed:
    """One event of a ticket's history."""

    id: int
    kind: str
    actor: str
    at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)


def last_deed(history: Sequence[Deed], actor: str) -> Deed | None:
    """What an actor did last, of what can be taken back and was not, in a history from old to new."""
    undone = _undone(history)
    mine = [each for each in history if each.actor == actor and each.kind in DEEDS and each.id not in undone]
    return mine[-1] if mine else None


def require_last(ticket: int, history: Sequence[Deed], deeds: Collection[int]) -> None:
    """Raise Refused, saying what, where anything happened to a ticket after deeds that shall be taken back.

    So too where another terminal took them back in the moment between looking and locking.
    """
    undone = _undone(history)
    if undone.intersection(deeds):
        raise Refused(f"that was taken back already; `mailbot history {ticket}` shows it")
    since = [each for each in history if each.id > max(deeds) and each.id not in undone]
    since = [each for each in since if each.kind not in _BESIDE | {"undone"}]
    if since:
        first = since[0]
        raise Refused(
            f"#{ticket} is no longer as you left it: {first.actor}, {first.kind}; `mailbot history {ticket}` shows it, "
            f"`mailbot set`, `reopen` and `assign` change it anew"
        )


def _undone(history: Sequence[Deed]) -> set[int]:
    """The numbers of what was taken back."""
    return {number for each in history if each.kind == "undone" for number in each.details.get("of", ())}


def restored(ticket: Standing, deeds: Sequence[Deed], actor: str, now: datetime, minutes: int) -> Change:
    """Put back every value that deeds of one moment changed; who held the ticket holds it again."""
    columns: dict[str, Any] = {}
    for each in reversed(deeds):
        columns |= _before(each)
    held = columns.pop("claimed_by", None)
    if held == actor:
        columns |= {"claimed_by": actor, "claimed_until": now + timedelta(minutes=minutes)}
    details = {"of": [each.id for each in deeds], "undid": deeds[0].kind}
    return Change("undone", columns, details)


def _before(deed: Deed) -> dict[str, Any]:
    """The columns that a deed changed, as they were."""
    old = deed.details.get("old", {})
    if deed.kind == "corrected":
        return {str(deed.details["field"]): old}
    return {name: _value(name, value) for name, value in dict(old).items()}


def _value(name: str, value: Any) -> Any:
    if name in _MOMENTS and isinstance(value, str):
        return datetime.fromisoformat(value)
    if name == "status":
        return Status(value)
    return (value or None) if name in _NAMES else value
