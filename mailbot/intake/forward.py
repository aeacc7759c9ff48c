"""The letter inside a letter: who wrote first, as the forwarder's client quotes it. Unproven by nature."""

from __future__ import annotations

import re

from mailbot.intake.addresses import addresses
from mailbot.intake.body import Part, Walk, octets_of, text_of, walk
from mailbot.intake.headers import raw_values, read_fields, split, unfolded
from mailbot.intake.newtext import _FROM_NAMES, _HEADER_LINE, _SUBJECT_NAMES
from mailbot.model import Forward

_SUBJECT = re.compile(r"^\s*(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|tr|wg|doorgest|doorst|i)\s*:", re.IGNORECASE)
_BEGINS = re.compile(
    r"^\W{0,12}(?:begin )?(?:doorgestuurd bericht|forwarded message|message transféré|weitergeleitete nachricht|"
    r"doorgestuurde e-?mail|début du message transféré|anfang der weitergeleiteten nachricht)\W{0,12}$",
    re.IGNORECASE,
)
MAX_LINES = 2_000


def find_forward(subject: str, text: str, found: Walk) -> Forward | None:
    """What was forwarded: an attached message, a named block, or a header block under a forwarding subject."""
    attached = [part for part in found.parts if part.type == "message/rfc822" and part.parent != "multipart/report"]
    if len(attached) == 1 and (_SUBJECT.match(subject) or len(text.strip()) < 400):
        return _attached(attached[0])
    lines = text.split("\n")[:MAX_LINES]
    for at, line in enumerate(lines):
        if _BEGINS.match(line[:120]):
            return _quoted(lines[at + 1 :])
    if _SUBJECT.match(subject):
        for at, line in enumerate(lines):
            found_name = _HEADER_LINE.match(line[:400])
            if found_name and found_name.group("name").lower() in _FROM_NAMES:
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
        bare = line.lstrip("> ")
        found = _HEADER_LINE.match(bare[:400])
        if found:
            named.setdefault(found.group("name").lower(), found.group("value").strip().strip("*"))
        elif named and not bare.strip():
            break
    if not named:
        return None
    writer = addresses([value for name, value in named.items() if name in _FROM_NAMES])
    subject = next((value for name, value in named.items() if name in _SUBJECT_NAMES), "")
    text = "\n".join(line[1:].lstrip() if line.startswith(">") else line for line in lines[at:])
    return Forward(writer[0] if writer else None, subject[:500], text.strip("\n"))
