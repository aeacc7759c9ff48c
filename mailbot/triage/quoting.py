"""The writer's own words in a text: without quoted lines, older mail below, and lines a telephone adds; and flat text.

Parsing has cut most of this already; here the same is done on bare text, for the finders of triage, in linear time.
"""

from __future__ import annotations

import re
from functools import lru_cache

MAX_TEXT = 16_000

_BELOW = re.compile(
    r"^[ \t>]*(?:"
    r"-{2,}[^\n]{0,60}(?:message|bericht|nachricht|messaggio|mensaje|forwarded|doorgestuurd|transf)[^\n]{0,60}$"
    r"|_{10,}[ \t]*$"
    r"|(?:op|on|le|am|el) [^\n]{6,120}(?:schreef|wrote|écrit|ecrit|schrieb|escribió)[^\n]{0,60}:[ \t]*$"
    r"|(?:van|from|de|von)[ \t]*:[^\n]{1,200}\n[ \t>*]*(?:verzonden|sent|envoyé|gesendet|aan|to|à|an|datum|date)[ \t]*:"
    r")",
    re.I | re.M,
)
_QUOTED = re.compile(r"^[ \t]*>[^\n]*$", re.M)
_ADDED = re.compile(
    r"^[ \t]*(?:(?:verzonden|verstuurd) (?:vanaf|met|via)|sent (?:from|with) |envoyé (?:de|depuis|à partir)|"
    r"von mei?nem |gesendet (?:von|mit) |get outlook|télécharger outlook|outlook voor |enviado "
    r"desde|inviato da)[^\n]{0,80}$",
    re.I | re.M,
)
_HINTS = (
    ">",
    "-----",
    "____",
    "schreef",
    "wrote",
    "écrit",
    "schrieb",
    "escribió",
    "\nvan:",
    "\nfrom:",
    "\nde:",
    "\nvon:",
)


def own_words(text: str) -> str:
    """The first `MAX_TEXT` characters without quotes; all of them where the writer added nothing of his own."""
    return _own_words(text[:MAX_TEXT])


@lru_cache(maxsize=8)
def _own_words(text: str) -> str:
    low = text.lower()
    if any(hint in low for hint in _HINTS):
        text = _without_quotes(text)
    return _ADDED.sub("", text)


def _without_quotes(text: str) -> str:
    bare = _QUOTED.sub("", text)
    below = _BELOW.search(bare)
    above = bare[: below.start()] if below else bare
    return above if above.strip() else text


_BARE = {
    ord(sign): bare
    for signs, bare in (
        ("àáâãäå", "a"), ("èéêëęė", "e"), ("ìíîïı", "i"), ("òóôõöø", "o"), ("ùúûü", "u"), ("çćč", "c"), ("ñń", "n"), (
            "ýÿ",
            "y"),
        ("șşś", "s"), ("țţ", "t"), ("ğ", "g"), ("ł", "l"), ("žżź", "z"), ("œ", "o"), ("ß", "s"), ("’‘´`", "'"), (
            "\u00a0\u202f",
            " "),
    )
    for sign in signs
}  # fmt: skip


def flat(text: str) -> str:
    """Small letters without accents, sign for sign, so that a place in it is the same place in the text."""
    return _flat(text[:MAX_TEXT])


@lru_cache(maxsize=8)
def _flat(text: str) -> str:
    low = text.lower()
    if low.isascii():
        return low
    if len(low) != len(text):
        low = "".join(sign.lower()[:1] or " " for sign in text)
    return low.translate(_BARE)
