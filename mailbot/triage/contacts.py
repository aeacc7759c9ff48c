"""Telephone numbers in a letter, and the one to call first. E-mail addresses are the parser's; nothing is called here.

A linear search for runs of digits comes first, so that a letter without numbers costs next to nothing; only short
runs are given to `phonenumbers` (ITU-T E.164, region BE unless the number says otherwise).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from mailbot.model import Evidence
from mailbot.triage import contacts_context as context
from mailbot.triage.quoting import own_words

MAX_TEXT = 16_000
MAX_RUNS = 60
PUBLIC_NUMBERS = frozenset({"+3216272772", "+3280014689", "+32112", "+32101", "+321700", "+321712", "+321733"})

# What may not stand before a number is looked at after its first sign, for then the search leaps from sign to sign.
_RUN = re.compile(
    r"[+(0O](?<![\w@].)(?<!\w[./-].)(?:(?<=[+0])|(?<=\()[+0]|(?<=O)(?=4\d\d))"
    r"[\d\u00a0 \t./()\\|·•_–—‑-]{7,30}(?![\w@])"
)
_SPELLED = re.compile(
    r"\b(?:nul|zero|zéro|null)\b(?:[ ,.\t-]+(?:nul|een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|zero|zéro|un|deux|"
    r"trois|quatre|cinq|six|sept|huit|neuf|one|two|three|four|five|seven|eight|nine|null|eins|zwei|drei|fünf|sechs|"
    r"sieben|neun|\d{1,3})){6,12}\b",
    re.I,
)
_DIGIT_WORDS = {
    word: str(number)
    for words in (
        "nul een twee drie vier vijf zes zeven acht negen", "zero één deux trois quatre cinq six sept huit neuf",
        "zéro un two three four five six seven eight nine", "null eins zwei drei vier fünf sechs sieben acht neun",
    )
    for number, word in enumerate(words.split())
}  # fmt: skip
_BELGIAN = re.compile(r"(?:4[5-9]\d{7}|(?!4[5-9])[1-9]\d{7})$")
_NOT_DIGIT = re.compile(r"\D")
_MASKED = re.compile(r"^(?:[xX#•…]|[ ./-]{0,3}(?:\*|_{2,}))")
_DATE = re.compile(r"^0[1-9][./-](?:0?[1-9]|1[0-2])[./-](?:19|20)\d\d(?!\d)|^0\d\.\d{2}\.\d{2}-")


@dataclass(frozen=True, slots=True)
class Phones:
    """`first` is the number to call first, `all` every number a person may be called on, best first; E.164."""

    first: str | None = None
    all: tuple[str, ...] = ()
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number with the place it stands in the text."""

    number: str
    start: int
    end: int


def find(text: str, *, subject: str = "", own_numbers: frozenset[str] = frozenset(), forwarded: str = "") -> Phones:
    """The telephone numbers of a letter: an explicit wish first, then the writer's, then the helped person's.

    `text` is the letter's new text; `forwarded`, the letter inside a forward, counts where the new text and the
    subject have no number. `own_numbers` (E.164) are the desk's and never given.
    """
    bait = PUBLIC_NUMBERS | own_numbers
    for part in (own_words(text), subject[:300], own_words(forwarded)):
        found = _ranked(part, bait)
        if found:
            return found
    return Phones()


def _ranked(text: str, bait: frozenset[str]) -> Phones | None:
    spots = [spot for spot in candidates(text) if spot.number not in bait]
    starts = tuple(spot.start for spot in spots)
    weighed = [(spot, context.weigh(text, spot.start, spot.end, starts)) for spot in spots]
    kept = sorted(((spot, weight) for spot, weight in weighed if weight is not None), key=lambda each: -each[1])
    if not kept:
        return None
    best = kept[0][0]
    line = text[max(0, best.start - 60) : best.end + 30].strip()
    numbers = tuple(dict.fromkeys(spot.number for spot, _ in kept))
    return Phones(best.number, numbers, Evidence("phone", best.number, "the number to call first", line))


def candidates(text: str) -> Iterator[Candidate]:
    """Every telephone number in a text, in order; numbers of other kinds by their form left out."""
    spelled = _SPELLED.finditer(text[:MAX_TEXT]) if _may_be_spelled(text) else ()
    runs = [(match.start(), match.end(), match.group()) for match in _RUN.finditer(text[:MAX_TEXT])][:MAX_RUNS]
    runs += [(match.start(), match.end(), _digits_of(match.group())) for match in spelled]
    for start, end, run in runs:
        if _MASKED.match(text[end : end + 6]) or _DATE.match(run):
            continue
        for number, offset, length in _numbers(run, text[max(0, start - 200) : start]):
            yield Candidate(number, start + offset, min(end, start + offset + length))


def _may_be_spelled(text: str) -> bool:
    low = text[:MAX_TEXT].lower()
    return "nul " in low or "zero" in low or "zéro" in low or "null " in low


def _digits_of(words: str) -> str:
    return "".join(_DIGIT_WORDS.get(word.lower(), word) for word in re.split(r"[ ,.\t-]+", words))


def _numbers(run: str, before: str) -> Iterator[tuple[str, int, int]]:
    """The number of a run, or the numbers of a run that holds two with only a stroke or a space between."""
    whole = _e164(run, before)
    if whole:
        yield whole, 0, len(run.rstrip(" \t./(-|"))
        return
    for match in re.finditer(r"(?:\+32|0032|0)(?:[ ./()\-]*\d){8,9}(?!\d)", run):
        number = _e164(match.group(), before)
        if number:
            yield number, match.start(), len(match.group())


def _e164(run: str, before: str) -> str | None:
    digits = _NOT_DIGIT.sub("", run.replace("O", "0"))
    if run.lstrip("( ").startswith("+"):
        digits = "+" + digits
    elif digits.startswith("00"):
        digits = "+" + digits[2:]
    if not 9 <= len(digits) <= 16:
        return None
    return _foreign_or_belgian(digits, context.region(digits, before))


@lru_cache(maxsize=1024)
def _foreign_or_belgian(digits: str, region: str) -> str | None:
    import phonenumbers  # 30 ms, and most letters of a quiet day need it not

    try:
        number = phonenumbers.parse(digits.replace("+320", "+32"), region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    national = str(number.national_number)
    if number.country_code == 32 and not _BELGIAN.match(national):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
