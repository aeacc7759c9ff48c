"""The queue as people see it: rows of the database, in the order of the town's promises, each with how it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailbot.model import ConfigurationError
from mailbot.place import rules_file
from mailbot.storage.reading import Reader, Row
from mailbot.storage.views import Filters, queue
from mailbot.strict import read_sections
from mailbot.tickets.hours import Hours
from mailbot.tickets.promises import Promise, Promises, due, late_from, timeliness

if TYPE_CHECKING:
    from mailbot.policy import Policy


@dataclass(frozen=True, slots=True)
class QueuePolicy:
    """No more of the town's policy than the queue is ordered by, so that looking at it starts fast."""

    hours: Hours
    promises: Promises


def queue_policy(folder: Path) -> QueuePolicy:
    """The two sections of the town's rules. Raises ConfigurationError where they are wrong."""
    document = read_sections(rules_file(folder), ("hours", "promises"))
    try:
        return QueuePolicy(Hours(**document.value.get("hours", {})), _promises(document.value.get("promises", {})))
    except (AttributeError, TypeError, ValueError) as error:
        raise ConfigurationError(f"{document.name}: hours or promises are wrong; run `mailbot check`") from error


def _promises(written: Mapping[str, Any]) -> Promises:
    each: dict[str, Any] = {key: value if key == "at_risk" else Promise(**value) for key, value in written.items()}
    return Promises(**each)


def ask_queue(reader: Reader, policy: QueuePolicy | Policy, filters: Filters, now: datetime) -> list[Row]:
    """Tickets, the most pressing first, each with `due` (a time or None) and `promise` (on time, at risk, late)."""
    late = late_from(policy.promises, policy.hours, now)
    return [promised(row, policy, now) for row in queue(reader, replace(filters, late_from=late))]


def promised(row: Row, policy: QueuePolicy | Policy, now: datetime) -> Row:
    """A ticket's row with how it stands to what the town promised."""
    return {
        **row,
        "due": due(policy.promises, policy.hours, row),
        "promise": timeliness(policy.promises, policy.hours, row, now),
    }
