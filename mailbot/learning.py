"""Labelled letters made ready for triage: each record becomes octets and goes through intake like any letter.

What is learnt from them is in `triage.train`; how well, in `triage.evaluate`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from mailbot.intake.parse import parse
from mailbot.intake.screen import Own, screen
from mailbot.triage.corpus import LabelledLetter

ADDRESSES = {"corona": "corona@leuven.example", "leuven_helpt": "leuven.helpt@leuven.example"}
OWN = Own(frozenset(ADDRESSES.values()), "leuven.example")
_OURS_TO_SET = frozenset({"content-type", "content-transfer-encoding", "mime-version", "from", "to", "subject"})


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
