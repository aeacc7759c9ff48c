"""The queue as people see it: rows of the database, in the order of the town's promises, each with how it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from mailbot.policy import Policy, load_sections
from mailbot.storage.reading import Reader, Row
from mailbot.storage.views import Filters, queue
from mailbot.tickets.promises import due, late_from, timeliness

SECTIONS = ("hours", "promises")


def queue_policy(folder: Path) -> Policy:
    """No more of the town's policy than the queue is ordered by."""
    return load_sections(folder / "rules.yaml", SECTIONS)


def ask_queue(reader: Reader, policy: Policy, filters: Filters, now: datetime) -> list[Row]:
    """Tickets, the most pressing first, each with `due` (a time or None) and `promise` (on time, at risk, late)."""
    late = late_from(policy.promises, policy.hours, now)
    return [promised(row, policy, now) for row in queue(reader, replace(filters, late_from=late))]


def promised(row: Row, policy: Policy, now: datetime) -> Row:
    """A ticket's row with how it stands to what the town promised."""
    return {
        **row,
        "due": due(policy.promises, policy.hours, row),
        "promise": timeliness(policy.promises, policy.hours, row, now),
    }
