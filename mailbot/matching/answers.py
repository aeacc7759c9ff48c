"""A citizen's or volunteer's answer to a question of ours: one word, in four languages, or a person reads it. Pure."""

from __future__ import annotations

import re

from mailbot.matching.reply_rows import plain

WORDS = {
    "yes": "ja jawel jazeker oui yes ok oke okay",
    "no": "nee neen non no nein",
    "not_yet": "nog niet;pas encore;not yet;noch nicht",
    "pause": "pauze pause pausieren",
    "stop": "stop stoppen arreter arretez",
}
MEANING = {
    phrase: meaning
    for meaning, told in WORDS.items()
    for phrase in (told.split(";") if ";" in told else told.split())
}
_COURTESY = re.compile(
    r"^(?:(?:met )?(?:vriendelijke |hartelijke |lieve |warme )?(?:groeten?|groetjes|groet)\b|mvg\b|bedankt|dank\b"
    r"|dank u|dankuwel|merci|cordialement|bien a vous|kind regards|best regards|regards|thanks|thank you|danke"
    r"|mit freundlichen|viele grusse|verstuurd vanaf|verzonden vanaf|sent from|envoye de|gesendet von|get outlook"
    r"|hallo|dag\b|beste|hi\b|hello|bonjour|goeie?dag|goedemorgen|goedenavond)[^?]{0,40}$"
)
_GLAD = re.compile(
    r"^(?:(?:heel|zeer|hoor|graag(?: gedaan)?|fijn|goed|met plezier|geen probleem|dat is goed|doe ik|super|top|zeker"
    r"|avec plaisir|volontiers|bien sur|pas de probleme|of course|happy to(?: help)?|with pleasure|no problem|sure"
    r"|gern(?:e)?|kein problem|alles goed|helemaal|prima|sorry|helaas|jammer genoeg|desole|unfortunately|leider)\b ?)+$"
)
_NAME = re.compile(r"^[^\W\d_]+(?:[ '’.-][^\W\d_]*){0,3}$")
_NEGATING = "niet maar als indien tenzij alleen enkel pas mais si seulement but if only unless aber wenn nur"
_NEGATED = frozenset(_NEGATING.split())


def one_word(new_text: str, subject: str) -> str | None:
    """`yes`, `no`, `not_yet`, `pause` or `stop`; None where a person has to read it.

    The answer is the first line by itself; what follows may be a greeting, thanks and a name, and nothing else. A
    mail without words of its own is a one-tap answer, and then its subject is the word.
    """
    lines = [cleaned for line in _own(new_text).split("\n") if (cleaned := _clean(line))]
    if lines and _COURTESY.match(lines[0]) and len(lines) > 1:
        lines = lines[1:]
    first, rest = (lines[0], lines[1:]) if lines and not _is_only_courtesy(lines) else (_clean(subject), lines)
    meaning = _meaning(first)
    return meaning if meaning and all(_is_harmless(line) for line in rest) else None


def _own(text: str) -> str:
    """The text above a signature's mark (RFC 3676 §4.3)."""
    return re.split(r"(?m)^-- ?$", text, maxsplit=1)[0]


def _clean(line: str) -> str:
    return " ".join(re.sub(r"[!.,;:*\"“”„_👍✅-]+", " ", plain(line)).split())


def _meaning(line: str) -> str | None:
    if line in MEANING:
        return MEANING[line]
    word, _, rest = line.partition(" ")
    is_kind = bool(_COURTESY.match(rest) or _GLAD.match(rest)) and not set(rest.split()) & _NEGATED
    return MEANING[word] if word in MEANING and is_kind else None


def _is_only_courtesy(lines: list[str]) -> bool:
    return all(_COURTESY.match(line) for line in lines)


def _is_harmless(line: str) -> bool:
    if set(line.split()) & _NEGATED or _meaning(line):
        return False
    return bool(_COURTESY.match(line) or _GLAD.match(line) or (_NAME.fullmatch(line) and len(line) <= 40))
