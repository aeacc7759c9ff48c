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
_SENTENCE_WORDS = (
    "niet geen mijn onze ons uw jouw zijn haar hun ik wij we hij zij het een is ben was heeft hebben ligt staat"
    " komt kan op onder bij in met voor om te en of als aan uit naar over maar ook nog al dat die deze dit er daar"
    " hier man vrouw zoon dochter moeder vader buur buurman buurvrouw je ne pas mon ma mes nous vous il elle est"
    " sous sur dans avec pour my our your his not is on under in with for and or the a an ich wir nicht mein meine"
    " ist auf unter mit"
)
_SENTENCE = frozenset(_SENTENCE_WORDS.split()) - {"an"}
_TITLE_WORDS = "mevrouw mevr mw meneer heer hr dhr dr dokter prof ing ir madame mme monsieur mr mrs ms miss frau herr"
_TITLES = frozenset(_TITLE_WORDS.split())
_NO_NAME = re.compile(
    r"str(?:aat|asse|aße|eet)\b|laan\b|weg\b|plein\b|dreef\b|steenweg|avenue|chauss|\brue\b|\bplace\b|road\b|allee\b"
    r"|\bjaar|jarig|\byears?\b|\bjahre?\b|\bjong|\boud\b|senior|bejaard|\bbaby|\bkind"
    r"|ziek|kanker|cancer|krebs|diabet|dement|astma|asthma|corona|covid|virus|\bhart|reuma|dialys|chemo|insulin|depress"
    r"|maladi|krank|alzheimer|parkinson|epilep|patient|patiënt|handicap|rolstoel|\bhiv\b|\baids\b|zwanger|besmet|koorts"
    r"|\bgsm\b|\btel\b|mail|www|http|\bhuis|gemeente|\bstad\b|centrum|\bvzw|\bbvba|dringend|urgent|\bhelp|\bhulp"
    r"|\bvraag|aanbod",
    re.IGNORECASE,
)


def shown_name(written: str) -> str:
    """`Maria V.` of `Maria Vermeulen` or `VERMEULEN, Maria`; `…` where the field is no plain name."""
    last, comma, first = written.partition(",")
    words = [word for word in re.split(r"[\s.]+", f"{first} {last}" if comma else written) if word]
    words = [word for word in words if word.casefold() not in _TITLES]
    names = [word for word in words if word.casefold() not in _SMALL]
    speaks = len(words) > 1 and any(word.casefold() in _SENTENCE for word in words)
    if not 1 <= len(names) <= 3 or speaks or not all(map(_is_word, words)) or _NO_NAME.search(names[0]):
        return NOBODY
    initial = f" {names[-1][0].upper()}." if len(names) > 1 else ""
    return f"{_capital(names[0])}{initial}"


def first_name(written: str) -> str:
    """The first name alone, as one is greeted and introduced; empty where the field is no plain name."""
    shown = shown_name(written)
    return "" if shown == NOBODY else shown.partition(" ")[0]


def _is_word(word: str) -> bool:
    return len(word) <= MOST_LETTERS and bool(_NAME.fullmatch(word))


def _capital(word: str) -> str:
    return word if word[0].isupper() and not word.isupper() else word.title()
