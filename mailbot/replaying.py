"""Stored letters read with two sets of rules: what would differ. Reads the database; writes and sends nothing."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mailbot.intake.parse import parse
from mailbot.intake.screen import Own, screen
from mailbot.model import ConfigurationError, Verdict
from mailbot.policy import load_policy
from mailbot.settings import Settings
from mailbot.storage.reading import Reader, Row
from mailbot.triage.classify import classify
from mailbot.triage.rules import TriageRules
from mailbot.triage.store import WEIGHTS, load_rules

_STORED = """
SELECT message.id AS id, message.mailbox AS mailbox, message.subject AS subject, raw.octets AS octets,
  (SELECT count(*) FROM ticket JOIN ticket_message ON ticket_message.ticket = ticket.id
   WHERE ticket_message.message = message.id AND ticket.urgent) AS urgent
FROM message JOIN raw ON raw.message = message.id
WHERE message.state IN ('ticketed', 'attached') ORDER BY message.id DESC LIMIT :most
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One letter that would be understood otherwise."""

    message: int
    subject: str
    before: str
    after: str


@dataclass(slots=True)
class Difference:
    """What changed rules or another model would make of the stored letters.

    `missed` are letters that are urgent now, by ticket or by reading, and would not be seen as such; `alarmed` those
    that would newly be.
    """

    letters: int = 0
    intents: list[Change] = field(default_factory=list)
    missed: list[Change] = field(default_factory=list)
    alarmed: list[Change] = field(default_factory=list)
    automatic_before: int = 0
    automatic_after: int = 0


def rules_of(path: Path, folder: Path, model: Path | None = None) -> TriageRules:
    """The rules of a file with the desk's model, or with that of the folder `model`. Raises ConfigurationError."""
    if model is not None and not (model / WEIGHTS).is_file():
        raise ConfigurationError(f"{model / WEIGHTS}: no model there; run `mailbot train --to {model}`")
    return load_rules(load_policy(path).triage, folder, model)


def replay(reader: Reader, settings: Settings, before: TriageRules, after: TriageRules, most: int) -> Difference:
    """Read the newest `most` letters that reached a ticket with both sets of rules, and compare."""
    own = Own(frozenset(box.address for box in settings.mailboxes.values()), settings.host or "mailbot.invalid")
    found = Difference()
    for row, was, would in _both(reader, own, before, after, most):
        found.letters += 1
        found.automatic_before += was.automatic
        found.automatic_after += would.automatic
        is_urgent = was.urgent or bool(row["urgent"])
        if was.intent != would.intent:
            found.intents.append(Change(row["id"], row["subject"], was.intent, would.intent))
        if is_urgent and not would.urgent:
            found.missed.append(Change(row["id"], row["subject"], "urgent", "not urgent"))
        if would.urgent and not is_urgent:
            found.alarmed.append(Change(row["id"], row["subject"], "not urgent", "urgent"))
    return found


def _both(
    reader: Reader, own: Own, before: TriageRules, after: TriageRules, most: int
) -> Iterator[tuple[Row, Verdict, Verdict]]:
    for row in reader.rows(_STORED, most=most):
        letter = parse(zlib.decompress(row["octets"]), row["mailbox"])
        screening = screen(letter, own)
        yield row, classify(letter, before, screening), classify(letter, after, screening)
