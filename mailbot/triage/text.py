"""Text as triage reads it: folded, cut into sentences and words, bounded in length. Knows nothing of meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from mailbot.model import Letter

MAX_TEXT = 8_000
MAX_SENTENCE = 500
MAX_SENTENCES = 80
MAX_WORD = 24
MAX_QUOTED = 2_000

_TOKEN = re.compile(r"[^\W_]+|[?!@€%]")
_END = re.compile(r"(?<=[.!?…;])[\"')\]]*\s+|(?<=[a-z][?!])(?=[A-Z])")
_MARK = re.compile(r"[.!?…;]")  # without one before its last sign, a line is one sentence
_SHORT = r"[a-z]|dhr|mevr|mvr|mr|mrs|dr|prof|nr|tel|bv|bvb|ca|resp|incl|excl|st|o\.a|e\.g|i\.e|a\.u\.b|z\.b"
_ABBREVIATION = re.compile(rf"(?:^|[\s(])(?:{_SHORT})\.$", re.I)
_PREFIX = re.compile(r"^\s*(?:(?:re|fw|fwd|tr|antw|aw|wg|doorst|betreft)\s*:\s*)+", re.I)
_ITEM = re.compile(r"\s*(?:[-*•–>|#]|\d{1,2}[.)]\s|[^\s:]{2,25}:\s)")
_DIGITS = re.compile(r"\d")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a letter. `where` is subject, body or forward; `tokens` are folded words and ? ! @ € %."""

    text: str
    where: str
    tokens: tuple[str, ...]


def fold(text: str) -> str:
    """Lower case without accents, so that "Één" and "een" are one word; other scripts stay as they are."""
    low = text.lower()
    return low if low.isascii() else _NOT_ASCII.sub(_bare, low)


def _bare(sign: re.Match[str]) -> str:
    return _bare_sign(sign[0])


@lru_cache(maxsize=1 << 12)
def _bare_sign(sign: str) -> str:
    bare = "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
    return bare.replace("ß", "ss").replace("’", "'")


def tokens(text: str) -> tuple[str, ...]:
    """The folded words of a text and the signs that carry meaning; every digit becomes 0."""
    found = _TOKEN.findall(_DIGITS.sub("0", fold(text)))
    return tuple(word if len(word) <= MAX_WORD else word[:MAX_WORD] for word in found)


def bare_subject(subject: str) -> str:
    """The subject without Re:, Fwd: and their Dutch, French and German kin."""
    return _PREFIX.sub("", subject[:MAX_SENTENCE]).strip()


def sentences(letter: Letter) -> tuple[Sentence, ...]:
    """Subject, new text and forwarded text as sentences, in that order; at most `MAX_SENTENCES` of each.

    A letter of any size costs no more than one of `MAX_TEXT` characters.
    """
    found = [Sentence(subject, "subject", tokens(subject)) for subject in (bare_subject(letter.subject),) if subject]
    found += [Sentence(each, "body", tokens(each)) for each in split(letter.new_text)]
    if letter.forward is not None:
        found += [Sentence(each, "forward", tokens(each)) for each in split(letter.forward.text)]
    return tuple(found)


def quoted(letter: Letter) -> str:
    """What stands in the letter beside its writer's new text, at most `MAX_QUOTED` characters of it."""
    if letter.forward is not None or len(letter.text) <= len(letter.new_text):
        return ""
    own = {line.strip() for line in letter.new_text[:MAX_TEXT].splitlines()}
    rest = (line for line in letter.text[: MAX_TEXT + MAX_QUOTED].splitlines() if line.strip() not in own)
    return "\n".join(rest)[:MAX_QUOTED]


def split(text: str) -> list[str]:
    """Cut a text into sentences of at most `MAX_SENTENCE` characters; lines broken by a mail client are joined."""
    found: list[str] = []
    for line in _lines(text[:MAX_TEXT]):
        found.extend(_pieces(line))
        if len(found) >= MAX_SENTENCES:
            break
    return found[:MAX_SENTENCES]


def _lines(text: str) -> Iterator[str]:
    held = ""
    for line in text.splitlines():
        if held and line.strip() and _runs_on(held, line):
            held = f"{held} {line.strip()}"
            continue
        if held:
            yield held
        held = line.strip()
    if held:
        yield held


def _runs_on(held: str, line: str) -> bool:
    return len(held) % 80 >= 55 and held[-1] not in ".!?:;" and len(held) < MAX_SENTENCE and not _ITEM.match(line)


def _pieces(line: str) -> Iterator[str]:
    if not _MARK.search(line, 0, len(line) - 1):
        yield from _bounded(line)
        return
    held = ""
    for piece in _END.split(line):
        held = f"{held} {piece}" if held else piece
        if held[-1:] == "." and _ABBREVIATION.search(held[-12:]):
            continue
        yield from _bounded(held)
        held = ""
    yield from _bounded(held)


def _bounded(sentence: str) -> Iterator[str]:
    sentence = sentence.strip()
    if 0 < len(sentence) <= MAX_SENTENCE:
        yield sentence
        return
    for start in range(0, len(sentence), MAX_SENTENCE):
        yield sentence[start : start + MAX_SENTENCE]
