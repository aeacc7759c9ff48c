"""Whether a strange line that names no row could take back, limit or doubt the commands around it. Pure.

When in doubt it could: a command left to a person costs a minute, one that was not meant costs trust. What may
stand beside commands without harm are longer lines about something else: a question, a fall, a day off.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from mailbot.matching.reply_tokens import Token
from mailbot.matching.reply_verbs import verb_at
from mailbot.matching.reply_words import (
    CHOICE,
    CONDITION,
    CONTRAST,
    CORRECTION,
    DOUBT,
    LIMITING,
    NEEDS_EYES,
    NEGATION,
    PENDING,
    REST,
    listed,
)

_QUESTION_WORDS = listed(
    "wanneer when quand hoe wie waar wat waarom hoeveel welke how who where what why which comment"
    " qui ou"
)
_YES_OR_NO = listed("ja nee neen oui non yes no nope stop")
_CORRECTS = listed("moest moesten bedoelde bedoelden devait meant")
_POINTING = listed("dit dat het zo er this that it c'est ca cela ceci ce es das")
_OPINIONS = listed("opinion comment comments remarks preference")  # `no opinion on 4`
_INLINE = listed("hieronder tussenin ertussen tussen below inline ci-dessous rood rouge red blauw")
_OTHERS = REST | listed("andere anderen")
_ABOUT_THE_ANSWER = re.compile(
    r"\b(?:bevestig|confirm|definitie|afwacht|klad|voorlopig|tijdelijk|reserve|inverse|omgekeerd|omgewissel|"
    r"gewisseld|tbc|nvm|forget|scrap|laiss|tomber|tromp[eé]|bovenstaand|hierboven|above|ci-dessus|précédent|"
    r"opnieuw|nieuwe mail|another mail|vorige mail|van (?:gedacht|mening|idee)|changed|mind\b|chang[ée]|"
    r"gezegd|zei|zegt|said|says|"
    r"(?:a|ai) dit|hierop|erop terug|kom (?:\w+ ){1,3}terug|schreef|schrijft|wrote|"
    r"antwoordde|kreeg|ontving|stuurde|er nog niet|vervolgd|akkoord|overleg|navrag|na te vragen|"
    r"checken|"
    r"nakijk|uitzoek|bekijk|doorvoer|uitvoer|dit (?:is|zijn|waren|was)|geldt|gelden|versie)",
    re.IGNORECASE,
)
_OWN_WORDS = re.compile(
    r"(?:^|[.!,] |\bhier(?:bij)? (?:zijn |is )?|\bvoici |\bhere (?:are|is) )"
    r"(?:mijn|mes|ma|my|onze|our) (?:antwoord(?:en)?|keuzes?|reactie|feedback|r[ée]ponses?|choix|answers?|choices)\s?:$"
    r"|(?:in antwoord op [^.!?]{1,60} )?\b(?:kan|wil|mag) ik (?:(?:u|je|jullie|graag|hierbij|het volgende) ){0,4}"
    r"(?:meedelen|laten weten)\s?:$",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"\bantwoord", re.IGNORECASE)
_OPINION = listed("denk denkt vind vindt vinden jij jullie penses pensez think ok oke goed juist")
_DETAILS = listed("nummer adres naam gsm telefoon telefoonnummer gsm-nummer mailadres e-mailadres straat")
_TURNS = CONDITION | CONTRAST | CORRECTION | CHOICE
_THEIR_ANSWER = listed("mijn vorige vorig eerste eerst laatste volgt volgen onder van nieuw nieuwe nog my votre leur")
_DENIALS = NEGATION - {"nog"}
_TELLS_OF_ONESELF = listed("ik we wij sorry i j'ai nous thuis")
SHORT = 3


def takes_back(text: str, tokens: Sequence[Token]) -> bool:
    """Whether an unclear line without a row could change what the lines around it say."""
    own = _OWN_WORDS.search(text)
    tokens = [token for token in tokens if own is None or token.end <= own.start()]
    text = text[: own.start()] if own else text
    words = [token.word for token in tokens if token.kind != "mark" or token.word in {"?", "…"}]
    if not words:
        return False
    if set(words) & _DETAILS:
        words = [word for word in words if word != "klopt"]
    said = set(words)
    if said & CORRECTION or "klopt" in said:
        return True
    if "?" in said:
        asked = words.index("?") + 1
        rest = tokens[next(n for n, token in enumerate(tokens) if token.word == "?") + 1 :]
        return _asks_back(text, words[:asked]) or (asked < len(words) and _opens_or_denies(rest, words[asked:]))
    return _opens_or_denies(tokens, words) or _is_about_the_answer(text, words)


def may_limit(text: str, tokens: Sequence[Token], named: frozenset[int] = frozenset()) -> bool:
    """Whether a sentence could say something of the others on its line: it turns on them, points at them, or quotes.

    One that names rows of its own, `named`, may turn: `nog te bellen: 6`.
    """
    words = {token.word for token in tokens}
    pending = frozenset() if named or "?" in words else PENDING
    of_its_own = (CONTRAST | {"dan"} | ({"wacht", "wachten"} - {tokens[0].word})) if named else frozenset()
    if tokens[0].word in _TELLS_OF_ONESELF and not words & NEGATION and not named:
        of_its_own = frozenset({"maar", "mais", "but"})  # `ik was ziek maar voel me beter`
    turns = words & ((_TURNS | pending) - of_its_own - (frozenset() if words & _DENIALS else {"nog"}))
    is_about_others = tokens[0].word in _POINTING or _is_of_answers(text, words)
    is_about_others = is_about_others or ("?" in words and bool(words & _OPINION) and not named)
    return is_about_others or bool(turns) or (":" in words and not named)


def corrects_vaguely(tokens: Sequence[Token], named: frozenset[int]) -> bool:
    """`dat moest 3 zijn`, `die laatste was fout`: a correction that names one row and speaks of another."""
    words = {token.word for token in tokens}
    has_number = any(token.kind in ("number", "match", "ordinal") for token in tokens)
    return (len(named) == 1 and bool(words & _CORRECTS)) or (not has_number and bool(words & CORRECTION))


def introduces(text: str) -> bool:
    """A strange line that ends in a colon may tell whose words follow: `Jan stuurde mij dit:`.

    `Mijn antwoorden:` at its end are the writer's own.
    """
    return text.endswith(":") and not _OWN_WORDS.search(text)


def _asks_back(text: str, words: Sequence[str]) -> bool:
    """A question about the answers themselves, or too short to be about anything else."""
    if words[0] in CONTRAST | CHOICE | LIMITING and list(words[:2]) != ["nog", "een"]:
        return True
    is_about_this = bool(set(words) & _POINTING) and len(words) <= 7
    asks = words[0] in _QUESTION_WORDS
    return not asks and (len(words) <= 4 or is_about_this or _is_of_answers(text, set(words)))


def _opens_or_denies(tokens: Sequence[Token], words: Sequence[str]) -> bool:
    said = set(words)
    has_number = any(token.kind in ("number", "match") for token in tokens)
    opens = words[0] in (CONDITION - _QUESTION_WORDS) | CONTRAST | CHOICE | LIMITING | NEGATION
    points = words[0] in _POINTING and not said & _DETAILS
    denies = bool(said & {"niet", "not", "pas", "nog"}) and (len(words) <= 4 or points)
    refuses = verb_at(tokens, 0) in {("nee", 1), ("stop", 1)} and not _OPINIONS & set(words[1:2])
    is_alike = bool(said & _OTHERS and said & NEGATION and said & {"ook", "aussi", "either", "neither", "evenmin"})
    if opens or denies or refuses or is_alike:
        return True
    return bool((said & _YES_OR_NO and not has_number) or said & (CONDITION | DOUBT - {"…"}) or words[0] == "…")


def _is_about_the_answer(text: str, words: Sequence[str]) -> bool:
    said = set(words)
    if said & _INLINE or (said & _OTHERS and not said & NEGATION):
        return False
    is_curt = len(words) <= SHORT and not said & NEEDS_EYES and not any(word.isdecimal() for word in words)
    return is_curt or "hangt" in said or _is_of_answers(text, said)


def _is_of_answers(text: str, said: Set[str]) -> bool:
    """Whether it speaks of what was answered; `antwoord kan even duren` tells of none."""
    is_told = _ANSWER.search(text) is not None and bool(said & (_THEIR_ANSWER | _POINTING | NEGATION))
    return is_told or bool(_ABOUT_THE_ANSWER.search(text))
