"""Labelled letters gathered and made ready for triage: the shipped corpus, the town's own, and corrected tickets.

Each becomes octets and goes through intake like any letter. What is learnt from them is in `triage.train`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from mailbot.corrections import corrected_letters
from mailbot.intake.parse import parse
from mailbot.intake.screen import Own, screen
from mailbot.place import FILE, database_url
from mailbot.policy import load_policy
from mailbot.settings import load_settings
from mailbot.shipped import shipped
from mailbot.storage.reading import open_reader
from mailbot.triage.corpus import LabelledLetter, LabelledSentence
from mailbot.triage.rules import TriageRules
from mailbot.triage.store import load_records, load_roles, load_sentences, load_untrained
from mailbot.triage.weights import Roles

ADDRESSES = {"corona": "corona@leuven.example", "leuven_helpt": "leuven.helpt@leuven.example"}
OWN = Own(frozenset(ADDRESSES.values()), "leuven.example")
_OURS_TO_SET = frozenset({"content-type", "content-transfer-encoding", "mime-version", "from", "to", "subject"})


@dataclass(frozen=True, slots=True)
class Lessons:
    """All there is to learn from; `corrected` is how many of the letters are corrected tickets."""

    letters: list[LabelledLetter]
    spoken: list[LabelledSentence]
    roles: Roles
    rules: TriageRules
    corrected: int


def gather(folder: Path | None) -> Lessons:
    """The shipped corpus with the shipped rules; of a desk's folder also its own corpus, rules and corrections.

    Raises ConfigurationError where rules or database cannot be read.
    """
    records, spoken = load_records(), load_sentences()
    if folder is None or not (folder / FILE).is_file():
        rules = load_untrained(load_policy(shipped("rules.yaml")).triage)
        return Lessons(list(labelled_letters(records)), spoken, load_roles(), rules, 0)
    own = folder / "data" / "corpus"
    settings = load_settings(folder)
    desk = Own(frozenset(box.address for box in settings.mailboxes.values()), settings.host or "mailbot.invalid")
    with open_reader(database_url(folder)) as reader:
        corrected = [LabelledLetter(name, letter := parse(octets, box), screen(letter, desk), gold)
                     for name, box, octets, gold in corrected_letters(reader)]  # fmt: skip
    letters = [*labelled_letters([*records, *load_records(own)]), *corrected]
    rules = load_untrained(load_policy(folder / settings.rules).triage)
    return Lessons(letters, [*spoken, *load_sentences(own)], load_roles(), rules, len(corrected))


def labelled_letters(records: Iterable[Mapping[str, Any]]) -> Iterator[LabelledLetter]:
    """Parse and screen every record of a corpus; see data/corpus/README.md for its keys."""
    for record in records:
        letter = parse(octets_of(record), record["mailbox"])
        yield LabelledLetter(record["id"], letter, screen(letter, OWN), record["gold"])


def octets_of(record: Mapping[str, Any]) -> bytes:
    """The letter of a record as it would arrive; a header that cannot be written so is left out."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _bare(f'"{record["from_name"]}" <{record["from_addr"]}>')
    message["To"] = ADDRESSES.get(record["mailbox"], ADDRESSES["corona"])
    message["Subject"] = _bare(record["subject"])
    message["Message-ID"] = f"<{record['id']}@corpus.example>"
    for name, value in record.get("headers", {}).items():
        if name.lower() not in _OURS_TO_SET and name not in message:
            message[name] = _bare(value)
    message.set_content(record["body"])
    return message.as_bytes()


def _bare(value: str) -> str:
    return " ".join(value.split())
