"""A line of a reply cut into words, row numbers and amounts. `10 uur` and `3000` are amounts, no rows."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_MONTHS = (
    "jan(?=\\.)|feb|maart|mrt|apr|mei|juni|juli|aug|sep|okt|nov|dec|januari|februari|april|augustus"
    "|september|oktober|november|december|janvier|février|mars|avril|mai|juin|juillet|août|octobre"
    "|march|may|june|july|october"
)
_UNITS = (
    "kilometers?|km|meters?|min|minuten|minutes?|dagen|dag|days?|jours?|weken|week|weeks?|maanden"
    "|maand|jaar|jaren|years?"
    "|ans|keer|maal|x|fois|times|mensen|personen|people|personnes|kinderen|kids|enfants|euros?|eur"
    "|vragen|questions?"
    "|uren|uur|u|uhr|heures?|hrs?|hours?|h|o'clock|am|pm|plaatsen|taken|taak|kandidaten|zakken|stuks|kg|m|%|€"
    "|vrijwilligers|volunteers|honden|katten|gesprekken|telefoons|buren|gezinnen|mails?|lijnen"
    "|rijen|voorstellen|anderen"
)
_TOKEN = re.compile(
    rf"""
    (?P<mail>[\w.+-]{{1,64}}@[\w-]+(?:\.[\w-]+){{1,8}})
  | (?P<amount>(?:https?://|www\.)\S{{1,500}}
      | (?<![\w])(?:\+\d|0\d)[\d\ ./()-]{{5,20}}\d
      | \d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}\b | \d{{1,2}}/\d{{1,2}}\b
      | \d{{1,2}}\s(?:{_MONTHS})\b\.?
      | \d{{1,2}}\s?[uh]\s?\d{{2}}\b | \d{{1,2}}[:.]\d{{2}}\b
      | (?:€|eur)\s?\d{{1,6}}(?:[.,]\d+)?
      | \d{{1,6}}(?:[.,]\d{{1,3}})?\s?(?:{_UNITS})(?![\w'])
      | \d{{1,3}}\s(?:van|op|sur)\s(?:de\s|les\s)?\d{{1,3}}\b
      | \d{{1,3}}\.\d{{1,3}}\b | \d{{4,}} | 0\d*)
  | (?P<match>\bm-?\d{{1,9}}\b)
  | (?P<other>\b[a-z]{{1,2}}-\d{{1,9}}\b)
  | (?P<ordinal>\b\d{{1,2}}(?:ste|de|e|ième|ieme|ème|eme|er|ère|st|nd|rd|th)\b)
  | (?P<number>\d{{1,3}}(?![\d]))
  | (?P<word>t\s?/\s?m\b|t\.?e\.?m\b\.?|n°|№|p\.s\.?|[^\W\d_]\w*(?:['’][^\W\d_]\w*)*)
  | (?P<mark>\.\.+|…|[^\s\w]|_)
  | (?P<odd>\w+)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BRACKETED = re.compile(r"^\s*[(\[](\d{1,3})[)\]](?=\s*\S)")
_GLUED = re.compile(r"\b(rij|nr|nummer|lijn|voorstel|row|ligne|r)(\d{1,3})\b", re.IGNORECASE)
_SLASHED = re.compile(  # `1/2/5` are rows, `1/2` may be a day, but not alone behind a command
    r"(?<![\d/.])\d{1,2}(?:/\d{1,2}){2,}(?![\d/])|(?<=\w: )\d{1,2}/\d{1,2}(?=\W*$)"
)
_SMILES = re.compile(r"(?<!\S)[:;]'?-?[)D](?!\S)")  # they end a sentence, and say nothing
_ARROWS = re.compile(r"[-=]{1,2}>")
_LONG = re.compile(r"(\w)\1{2,}")
_SPOKEN = frozenset({"ja", "yes", "oui", "ok", "no", "ne", "non", "jep", "top", "super"})
_JOINERS = dict.fromkeys((0xFE0F, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x20E3, 0xAD, *range(0x1F3FB, 0x1F400)))
_SPELLING = {
    "’": "'",
    "ni": "niet",
    "nie": "niet",
    "mrgn": "morgen",
    "k": "ik",
    "ff": "even",
    "jaa": "ja",
    **dict.fromkeys(("lopt", "lopot", "loopr", "loopy", "looopt", "looptt"), "loopt"),
    **dict.fromkeys(("gebled", "gebedl", "gebelt", "gebelld", "gbeld", "gebld", "gebedld", "egbeld"), "gebeld"),
    **dict.fromkeys(("klar", "kalar", "klaarr", "klara", "kllaar"), "klaar"),
    **dict.fromkeys(("latr", "laetr", "laater", "laterr"), "later"),
    **dict.fromkeys(("andr", "adner", "aander"), "ander"),
    "t.e.m.": "tem",
    "t.e.m": "tem",
    "temp": "temp",
    "№": "n°",
    "p.s.": "ps",
    "p.s": "ps",
    "..": "…",
}


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number, amount or mark: `word` folded and without accents, `start` and `end` in the line."""

    kind: str
    word: str
    raw: str
    start: int
    end: int

    @property
    def number(self) -> int:
        return int("".join(letter for letter in self.raw if letter.isascii() and letter.isdigit()) or 0)

    @property
    def is_name(self) -> bool:
        """Whether it has a name's capital; in a word of capitals only, as `NIET`, that tells nothing."""
        return self.kind == "word" and self.raw[:1].isupper() and (len(self.raw) == 1 or not self.raw.isupper())


def cleaned(line: str) -> str:
    """The line in one form: composed, keycaps and skin tones dropped, emphasis marks gone, plain spaces."""
    composed = _BRACKETED.sub(r"\1 ", unicodedata.normalize("NFC", line).translate(_JOINERS))
    composed = re.sub(r"(?<=\d)['’]s\b", " is", composed)
    composed = _SMILES.sub(".", composed)
    composed = _ARROWS.sub("→", _GLUED.sub(r"\1 \2", composed))
    composed = _SLASHED.sub(lambda found: found.group().replace("/", ", "), composed)
    return " ".join(composed.replace("*", " ").replace("’", "'").split())


def tokens_of(line: str) -> tuple[Token, ...]:
    """The tokens of a cleaned line, in order."""
    return tuple(
        Token(found.lastgroup or "odd", _folded(found.group()), found.group(), found.start(), found.end())
        for found in _TOKEN.finditer(line)
    )


def _drawn_out(word: str) -> str:
    """`jaaa`, `yesss`, `neeee` without what they are drawn out by; `neen` and `ok` stay as they are."""
    once = _LONG.sub(r"\1", word)
    return {"ne": "nee"}.get(once, once) if once != word and once in _SPOKEN else word


@lru_cache(maxsize=4096)
def _folded(raw: str) -> str:
    low = raw.casefold()
    if low == "één":
        return low
    if low.startswith(".."):
        return "…"
    low = _drawn_out(low)
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", low) if not unicodedata.combining(letter))
    squeezed = "".join(bare.split()) if bare.startswith("t") and "/" in bare else bare
    return _SPELLING.get(squeezed, squeezed if raw != "…" else "…")
