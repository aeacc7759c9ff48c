"""How people are named in a digest: a first name and an initial, and nothing that could be something else. Pure.

A name field holds whatever somebody typed there: an address, a telephone number, an illness. Only what looks like
a name and like nothing else is shown; of anything else not a letter.
"""

from __future__ import annotations

import re

NOBODY = "…"
MOST_LETTERS = 16
_NAME = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+){0,2}")
_SMALL = frozenset(["de", "den", "der", "van", "von", "la", "le", "du", "het", "ten", "ter", "el", "al", "ben", "da"])
_TITLE_WORDS = "mevrouw mevr mw meneer heer hr dhr dr dokter prof ing ir madame mme monsieur mr mrs ms miss frau herr"
_TITLES = frozenset(_TITLE_WORDS.split())
_NO_NAME = re.compile(
    r"str(?:aat|asse|aße|eet)\b|laan\b|weg\b|plein\b|dreef\b|lei\b|steenweg|avenue|chauss|rue\b|place\b|road\b|allee"
    r"|jaar|jarig|\bans?\b|years?\b|jahre?|jong|oud\b|senior|baby|kind"
    r"|ziek|kank|cancer|krebs|diabet|dement|astma|asthma|corona|covid|virus|hart|reuma|dialys|chemo|insulin|depress"
    r"|maladi|krank|alzheimer|parkinson|epilep|patient|patiënt|handicap|rolstoel|hiv|aids|zwanger|besmet|koorts"
    r"|gsm|tel\b|mail|www|http|huis|gemeente|stad|centrum|vzw|bvba|dringend|urgent|help|hulp|vraag|aanbod",
    re.IGNORECASE,
)


def shown_name(written: str) -> str:
    """`Maria V.` of `Maria Vermeulen` or `VERMEULEN, Maria`; `…` where the field is no plain name."""
    last, comma, first = written.partition(",")
    words = [word for word in re.split(r"[\s.]+", f"{first} {last}" if comma else written) if word]
    words = [word for word in words if word.casefold() not in _TITLES]
    names = [word for word in words if word.casefold() not in _SMALL]
    if not 1 <= len(names) <= 4 or not all(_is_name(word) for word in words):
        return NOBODY
    initial = f" {names[-1][0].upper()}." if len(names) > 1 else ""
    return f"{_capital(names[0])}{initial}"


def first_name(written: str) -> str:
    """The first name alone, as one is greeted and introduced; empty where the field is no plain name."""
    shown = shown_name(written)
    return "" if shown == NOBODY else shown.partition(" ")[0]


def _is_name(word: str) -> bool:
    return len(word) <= MOST_LETTERS and bool(_NAME.fullmatch(word)) and not _NO_NAME.search(word)


def _capital(word: str) -> str:
    return word if word[0].isupper() and not word.isupper() else word.title()
