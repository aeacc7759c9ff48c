"""The writer's new words, told from the mail they answer: a view, line by line, in linear time.

What is cut is never lost: the full text stays on the letter. Answers between quoted rows are kept, and so are
signatures, for telephone numbers live there. Knows the clients of Dutch, French, English and German writers.
"""

from __future__ import annotations

import re

MAX_LINES = 20_000
_LOOK_AHEAD = 4  # an attribution may be broken over this many lines
_WHEN_WROTE = (
    r"(?:schreef|geschreven|heeft\b.*\bgeschreven|a écrit|écrit|wrote|schrieb|hat geschrieben|napisał|escribió)"
)
_ATTRIBUTION = re.compile(
    rf"^\W{{0,3}}(?:op|on|le|am|il|el|den|em)\b.{{3,400}}\b{_WHEN_WROTE}\b[^\n]{{0,80}}:\s*$"
    rf"|^.{{0,120}}<[^<>\s]+@[^<>\s]+>\s*(?:{_WHEN_WROTE})\b.{{0,80}}:\s*$"
    rf"|^\d{{4}}-\d\d-\d\d .{{0,120}}<[^<>\s]+@[^<>\s]+>:\s*$",
    re.IGNORECASE,
)
_OPENS = re.compile(r"^\W{0,3}(?:op|on|le|am)\b.*\d", re.IGNORECASE)
_DIVIDER = re.compile(
    r"^\s*(?:-{2,}|_{5,}|={5,})\s*(?:oorspronkelijk(?: bericht)?|origineel bericht|original(?: message| appointment)?|"
    r"message d'origine|message original|ursprüngliche (?:nachricht|e-mail)|originalnachricht|reply message|"
    r"forwarded message|doorgestuurd bericht|message transféré|weitergeleitete nachricht|begin doorgestuurd bericht)?"
    r"[\s:]*(?:-{2,}|_{5,}|={5,})?\s*$",
    re.IGNORECASE,
)
_NAMED_DIVIDER = re.compile(r"[a-zà-ü]{4}", re.IGNORECASE)
_HEADER_LINE = re.compile(
    r"^\W{0,4}(?P<name>van|from|de|von|verzonden|verstuurd|sent|envoyé|gesendet|datum|date|aan|to|à|an|cc|"
    r"onderwerp|subject|objet|betreff|betreft)\s?\*?\s?:\*?\s*(?P<value>.*)$",
    re.IGNORECASE,
)
_FROM_NAMES = frozenset({"van", "from", "de", "von"})
_SUBJECT_NAMES = frozenset({"onderwerp", "subject", "objet", "betreff", "betreft"})
_ADVERTISING = re.compile(
    r"^\W*(?:(?:verstuurd|verzonden) (?:vanaf|van|met|via|vanuit) (?:mijn |de )?\S.{0,60}"
    r"|envoyé (?:de mon|depuis|à partir de|avec) .{0,60}"
    r"|sent (?:from|via|with) (?:my |outlook|mail |yahoo|proton|samsung|the |a ).{0,60}"
    r"|gesendet (?:von|mit) .{0,60}|von meinem \S+ gesendet"
    r"|get outlook for \S+|outlook voor \S+ downloaden|télécharger outlook pour .{0,20}"
    r"|(?:virusvrij|virus-free|garanti sans virus)\W.{0,60})\s*$",
    re.IGNORECASE,
)
_MARKER = re.compile(r"antwoord boven deze lijn|reply above this line|répondez au-dessus de cette ligne", re.IGNORECASE)


def cut(text: str) -> str:
    """The lines that the writer added; the whole text where nothing else is found in it."""
    lines = text.split("\n")[:MAX_LINES]
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if (_MARKER.search(line[:200]) and not _is_quoted(line)) or _starts_original(lines, at):
            break
        skipped = _attribution(lines, at)
        if skipped and _quoted_follows(lines, at + skipped):
            at += skipped
            continue
        if skipped:  # an attribution above unmarked text: all below it is the old mail
            break
        if not _is_quoted(line) and not _ADVERTISING.match(line[:160]):
            kept.append(line.rstrip())
        at += 1
    return _tidied(kept)


def _tidied(lines: list[str]) -> str:
    """Lines without gaps of more than one at the places where quotes stood."""
    out: list[str] = []
    for line in lines:
        if line or (out and out[-1]):
            out.append(line)
    return "\n".join(out).strip("\n")


def _is_quoted(line: str) -> bool:
    return line.lstrip(" ").startswith(">") or line.startswith("|>")


def _attribution(lines: list[str], at: int) -> int:
    """How many lines from here are "On … wrote:"; 0 where they are not."""
    if not _OPENS.match(lines[at][:300]):
        return 1 if _ATTRIBUTION.match(lines[at][:600]) else 0
    joined = ""
    for count, line in enumerate(lines[at : at + _LOOK_AHEAD], 1):
        if not line.strip() or _is_quoted(line) or len(joined) > 600:
            return 0
        joined = f"{joined} {line.strip()}"[:1200].lstrip()
        if joined.endswith(":"):
            return count if _ATTRIBUTION.match(joined) else 0
    return 0


def _quoted_follows(lines: list[str], at: int) -> bool:
    following = next((line for line in lines[at : at + 4] if line.strip()), "")
    return _is_quoted(following)


def _starts_original(lines: list[str], at: int) -> bool:
    """Whether an unmarked older mail begins here: a named divider, or a block of header lines."""
    line = lines[at][:200]
    if _DIVIDER.match(line):
        return bool(_NAMED_DIVIDER.search(line)) or _header_block(lines, at + 1) > 0
    return _header_block(lines, at) > 0


def _header_block(lines: list[str], at: int) -> int:
    """How many lines from here are a client's copy of a header: From first, then at least two others."""
    while at < len(lines) and not lines[at].strip():
        at += 1
    names: list[str] = []
    for line in lines[at : at + 12]:
        found = _HEADER_LINE.match(line[:400])
        if not found:
            if names and line.strip() and not line[:1].isspace() and len(names) < 3:
                break
            if not line.strip() and names:
                break
            if not names:
                return 0
            continue
        names.append(found.group("name").lower())
    is_block = len(names) >= 3 and names[0] in _FROM_NAMES and bool(_SUBJECT_NAMES.intersection(names))
    return len(names) if is_block else 0
