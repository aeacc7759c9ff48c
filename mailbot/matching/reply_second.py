"""Whether the words after a command hold another command, so that the line has two. Pure; `reply_remarks` asks."""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.matching.reply_tokens import Token
from mailbot.matching.reply_verbs import verb_at
from mailbot.matching.reply_words import SOFT_YES

OPEN = frozenset({"nee", "ander", "door", "later", "stop"})
REPORTS = frozenset({"gebeld", "loopt", "klaar"})
_SURE = frozenset({"absoluut", "uiteraard", "natuurlijk"})
_HAPPENED = frozenset({"afgelopen", "lopen", "gedaan", "dicht", "begonnen", "gestart"})  # `dat is slecht afgelopen`
_SOFT = SOFT_YES | {"straks"}
_DENIES = frozenset({"niet", "pas", "not"})
_THANKS = frozenset({"thanks", "thank"})


def gives_another(words: Sequence[Token], verb: str) -> bool:
    """Whether another command than `verb` stands in its remark, or the same one denied."""
    at = 0
    while at < len(words):
        found = verb_at(words, at)
        if found and found[0] != verb and not _is_part_of_the_story(words, at, found, verb):
            return True
        at = found[1] if found else at + 1
    return False


def _is_part_of_the_story(words: Sequence[Token], at: int, found: tuple[str, int], verb: str) -> bool:
    """A command's word that gives none here, as in `nee, niet goed` or `1 gebeld, beiden akkoord`."""
    other, length, word = found[0], found[1] - at, words[at].word
    if other == "door":
        return verb in OPEN or (verb in REPORTS and length == 1)
    if other == "ja" and verb == "nee":
        return word in SOFT_YES | _SURE and length == 1 and _is_denied(words, at)
    if verb in ("nee", "ander"):
        return (word in _HAPPENED and at > 0) or (word == "no" and _goes_with(words, at + 1)) or word in _SOFT
    is_talk = verb == "ja" and other == "gebeld" and length > 2  # `heb haar al aan de lijn gehad`
    is_consent = verb in REPORTS and other == "ja"  # both sides said yes
    return is_talk or is_consent or word in _SOFT


def _is_denied(words: Sequence[Token], at: int) -> bool:
    around = {words[at - 1].word if at else "", words[at + 1].word if at + 1 < len(words) else ""}
    return not around.isdisjoint(_DENIES)


def _goes_with(words: Sequence[Token], at: int) -> bool:
    """`she has no more time`: the word before is none of its own."""
    return at < len(words) and words[at].kind == "word" and words[at].word not in _THANKS
