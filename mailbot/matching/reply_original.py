"""Where somebody else's words begin in a reply: headings of twelve mail programs, our own marker, our digest's lines.

Nothing here knows a command. Lines come in without their ends; every pattern is linear in the line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_QUOTE = re.compile(r"^\s{0,3}([A-Za-z]{0,3}>(?:\s?>)*|\|)(.*)$")
_MARKER = re.compile(r"antwoord boven deze lijn|reply above this line|au-dessus de cette ligne|über dieser zeile", re.I)
_SEPARATOR = re.compile(
    r"^\s*\**-{2,}\s*(?:op .{0,120}schreef.*|on .{0,120}wrote.*|"
    r"(?:oorspronkelijk|origineel|original|doorgestuurd|forwarded|message|messaggio|ursprüngliche|weitergeleitete|"
    r"bericht|reply)\b.{0,60})\s*-{0,}\s*$",
    re.I,
)
_BARE_SEPARATOR = re.compile(
    r"^\s*(?:oorspronkelijk bericht|begin doorgestuurd bericht|origineel bericht|original message|message d'origine|"
    r"message original|ursprüngliche nachricht|begin forwarded message|début du message "
    r"(?:réexpédié|transféré))\s*:?\s*$",
    re.I,
)
_RULER = re.compile(r"^\s*_{8,}\s*$")
_FIRST_HEADER = re.compile(r"^\s*[*_]*(?:van|from|de|von|afzender|expéditeur|à partir de)[*_]*\s?:[*_]*\s*\S", re.I)
_NEXT_HEADER = re.compile(
    r"^\s*[*_]*(?:verzonden|verstuurd|sent|envoyé|gesendet|datum|date|aan|to|à|an|onderwerp|subject|objet|betreff|cc)"
    r"(?: op| le| on)?[*_]*\s?:",
    re.I,
)
_HEADERS_IN_ONE = re.compile(
    r"^\s*[*_]*(?:van|from|de|von)[*_]*\s?:.{1,300}\b(?:aan|to|à|onderwerp|subject|objet)\s?:", re.I
)
_WROTE = re.compile(r"\b(?:schreef|geschreven|wrote|a écrit|écrit|schrieb|het volgende geschreven)\b", re.I)
_WROTE_START = re.compile(
    r"^\s*(?:op|on|le|am|il)\s.*\d|^.{0,120}<?[\w.+-]{1,64}@[\w.-]{1,128}|^\d{4}-\d\d-\d\d"
    r"|^.{2,80}\b(?:schreef|wrote|écrit|schrieb) (?:op|on|le|am) ",
    re.I,
)
_WROTE_OPENS = re.compile(r"^\s*(?:op|on|le|am|il)\s.*\d", re.I)
_DATED_NAME = re.compile(r"^\s*\d{4}-\d\d-\d\d.{0,40}<[^<>\s]{3,200}>\s*:\s*$")
_OWN_SUBJECT = re.compile(r"\[\s*LH\s+[DM]-\d+\s+[A-Z0-9]+\s*\]", re.I)
_DIGEST_LINE = re.compile(
    r"^\s*(?:(?:vraag|demande|request|Anfrage) H-\d+ [^()]{1,60}\([^()]{2,30}\)\s*"
    r"(?:$|- |voorstel|via |par |through |über )|"
    r"waarom: (?:eerste keuze|doet ook)|reserve: A-\d|let op: enkel de postcode|ONTBREEKT:|OPVOLGEN:|Antwoord bv\.|"
    r"\[(?:ja|oui|yes)\]\s*\[(?:nee|non|no)\])",
    re.I,
)
_DIGEST_ROW = re.compile(r"^\s*\d{1,3}\s+\S.{12,}\bM-\d+\b.{0,3}(?:\s+nog \d.*)?$|^\s*\d{1,3} DRINGEND\b.{12,}$")
_DIGEST_FOOT = re.compile(r"^\s*(?:--\s*$|ONTBREEKT|OPVOLGEN|Antwoord |##|MANQUE|SUIVI|MISSING|FOLLOW)", re.I)


def unquote(line: str) -> tuple[int, str]:
    """How often a line is quoted with `>` or `|`, and what it says; 0 for the writer's own line."""
    found = _QUOTE.match(line)
    if not found:
        return 0, line
    return max(1, found.group(1).count(">")), found.group(2)


def heading_ends(lines: Sequence[str], at: int) -> int | None:
    """The line after the heading of an original message that starts at `at`; None where none starts there."""
    line = lines[at]
    if _is_single_heading(line):
        return at + 1
    if _RULER.match(line):
        later = next((n for n in range(at + 1, min(at + 4, len(lines))) if lines[n].strip()), None)
        return heading_ends(lines, later) if later is not None and not _RULER.match(lines[later]) else None
    return _header_block(lines, at) or _attribution(lines, at)


def _is_single_heading(line: str) -> bool:
    patterns = (_MARKER.search, _SEPARATOR.match, _BARE_SEPARATOR.match, _HEADERS_IN_ONE.match, _DATED_NAME.match)
    return any(pattern(line) for pattern in patterns) or bool(_OWN_SUBJECT.search(line))


def _header_block(lines: Sequence[str], at: int) -> int | None:
    if not _FIRST_HEADER.match(lines[at]):
        return None
    named = [n for n in range(at + 1, min(at + 9, len(lines))) if _NEXT_HEADER.match(lines[n])]
    return named[-1] + 1 if named else None


def _attribution(lines: Sequence[str], at: int) -> int | None:
    """`Op ma 16 mrt. 2020 om 12:03 schreef …:`, which programs break over as many as four lines."""
    if not lines[at].strip():
        return None
    for end in range(at + 1, min(at + 5, len(lines) + 1)):
        told = " ".join(line.strip() for line in lines[at:end])
        if not lines[end - 1].strip() or unquote(lines[end - 1])[0]:
            return None
        if told.endswith((":", ": **")) and _WROTE.search(told):
            return end if _WROTE_START.match(told) and _opens_attribution(lines[at:end]) else None
    return None


def _opens_attribution(lines: Sequence[str]) -> bool:
    """Whether the first line belongs to it: no own words stand above `Op ma 16 mrt. … schreef …:`."""
    if any(_WROTE_OPENS.match(line) for line in lines[1:]):
        return False
    rest = " ".join(line.strip() for line in lines[1:])
    return bool(_WROTE_OPENS.match(lines[0])) or not (_WROTE.search(rest) and _WROTE_START.match(rest))


def is_digest_line(line: str) -> bool:
    """A line that only our digest writes, so that an original without any mark is known as one."""
    return bool(_DIGEST_LINE.match(line) or _DIGEST_ROW.match(line))


def is_digest_foot(line: str) -> bool:
    """A quoted line after the rows: what stands under it stands under no row."""
    return bool(_DIGEST_FOOT.match(line))
