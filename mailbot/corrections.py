"""Tickets that an operator set right, as labelled letters: what the desk learns from. Reads; writes nothing."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from mailbot.storage.reading import Reader, Row, as_json

_CORRECTED = """
SELECT ticket.*, message.id AS letter, message.mailbox AS box, raw.octets AS octets FROM ticket
JOIN message ON message.id = (SELECT min(message) FROM ticket_message WHERE ticket_message.ticket = ticket.id)
JOIN raw ON raw.message = message.id
WHERE ticket.id IN (SELECT ticket FROM event WHERE kind = 'corrected') AND ticket.merged_into IS NULL
ORDER BY ticket.id
"""
_BESIDE = """
SELECT ticket.intent FROM ticket JOIN ticket_message ON ticket_message.ticket = ticket.id
WHERE ticket_message.message = :letter AND ticket.id <> :ticket ORDER BY ticket.id
"""


def corrected_letters(reader: Reader) -> Iterator[tuple[str, str, bytes, dict[str, Any]]]:
    """Name, mailbox, octets and labels of the letter that opened each corrected ticket; a letter once."""
    seen: set[int] = set()
    for row in reader.rows(_CORRECTED):
        if row["letter"] not in seen:
            seen.add(row["letter"])
            beside = [each["intent"] for each in reader.rows(_BESIDE, letter=row["letter"], ticket=row["id"])]
            yield f"ticket-{row['id']}", row["box"], zlib.decompress(row["octets"]), _labels(row, beside)


def _labels(row: Row, beside: list[str]) -> dict[str, Any]:
    """What stands on the ticket after its corrections, under the names of the corpus."""
    return {
        "intent": row["intent"],
        "also": sorted(set(beside) - {row["intent"]}),
        "kind": "human",
        "language": row["language"],
        "urgent": bool(row["urgent"]),
        "audience": row["audience"],
        "on_behalf": bool(row["on_behalf"]),
        "categories": as_json(row["categories"]) or [],
        "topics": as_json(row["topics"]) or [],
        "place": row["place"],
        "phone": row["phone"],
    }
