"""The writer's own words in a text: without quoted lines, older mail below, and lines a telephone adds.

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
    r"von mei?nem |gesendet (?:von|mit) |get outlook|télécharger outlook|outlook voor |enviado desde|inviato da)[^\n]{0,80}$",
    re.I | re.M,
)
_HINTS = (">", "-----", "____", "schreef", "wrote", "écrit", "schrieb", "escribió", "\nvan:", "\nfrom:", "\nde:", "\nvon:")


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
