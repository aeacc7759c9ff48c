"""The letter inside a letter: who wrote first, as the forwarder's client quotes it. Unproven by nature."""

from __future__ import annotations

import re

from mailbot.intake.addresses import addresses
from mailbot.intake.body import Part, Walk, octets_of, text_of, walk
from mailbot.intake.clients import FORWARD_BEGINS, header_of
from mailbot.intake.headers import raw_values, read_fields, split, unfolded
from mailbot.model import Forward

_SUBJECT = re.compile(r"^\s*(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|tr|wg|doorgest|doorst|i|rv|enc|vs|vb|vl)\s*:", re.IGNORECASE)
MAX_LINES = 2_000


def find_forward(subject: str, text: str, found: Walk) -> Forward | None:
    """What was forwarded: an attached message, a named block, or a header block under a forwarding subject."""
    attached = [part for part in found.parts if part.type == "message/rfc822" and part.parent != "multipart/report"]
    if len(attached) == 1 and (_SUBJECT.match(subject) or len(text.strip()) < 400):
        return _attached(attached[0])
    lines = text.split("\n")[:MAX_LINES]
    for at, line in enumerate(lines):
        if FORWARD_BEGINS.match(line[:120]):
            return _quoted(lines[at + 1 :])
    if _SUBJECT.match(subject):
        for at, line in enumerate(lines):
            if header_of(line)[0] == "from":
                return _quoted(lines[at:])
    return None


def _attached(part: Part) -> Forward:
    head, body = split(octets_of(part))
    pairs = unfolded(head)
    fields = read_fields(pairs)
    writers = addresses(raw_values(pairs, "from"))
    subject = next(iter(fields.get("subject", ())), "")[:500]
    return Forward(writers[0] if writers else None, subject, text_of(walk(fields, body)))


def _quoted(lines: list[str]) -> Forward | None:
    """Read the header block at the top of the lines, then the text below it."""
    named: dict[str, str] = {}
    at = 0
    for at, line in enumerate(lines[:16]):  # noqa: B007 - where the block ends is wanted after it
        name, value = header_of(line)
        if name:
            named.setdefault(name, value)
        elif named and not line.lstrip("> ").strip():
            break
    if not named:
        return None
    writer = addresses([named.get("from", "")])
    text = "\n".join(line[1:].lstrip() if line.startswith(">") else line for line in lines[at:])
    return Forward(writer[0] if writer else None, named.get("subject", "")[:500], text.strip("\n"))
