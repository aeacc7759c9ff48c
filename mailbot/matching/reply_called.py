"""Rows called by who or what stands in them: `Sofie: ja`, `de hond ook`, `boodschappen Heverlee ok`. Pure.

What a row is called is read in the digest's copy under the reply (`reply_copy`), so that a reply without one knows rows
by number only. A name that fits two rows, or a matchmaker, is nobody's; one counts only where a number could stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from mailbot.matching.reply_commands import LONGEST_VERB
from mailbot.matching.reply_rows import Copy
from mailbot.matching.reply_tokens import Token, tokens_of
from mailbot.matching.reply_verbs import verb_at
from mailbot.matching.reply_words import ARTICLES, EXCEPT, SOFT_YES, UNSETTLES, listed

_LINKS = frozenset({"en", "et", "and", "und", "&", "+", "/", ","})
_OPENS = frozenset({"-", "*", "•", "–", "dus", "en", "et", "and", "maar", "verder", "zet", "mets", "put"})
_STOPS = frozenset({",", ".", ";", "!"})
# not `van`: `een ja van Sofie` is what she said
_BEFORE = frozenset({"voor", "bij", "met", "pour", "chez", "avec", "for", "with", "aan", "wat", "aangaande"})
_WITHIN = frozenset({"van", "in", "te", "voor", "met", "bij", "naar", "de", "du", "a", "pour", "for", "(", "-", "–"})
_MARKED = frozenset({":", "=", "-", "–", "→", ">"})
_ALONE = frozenset({"ook", "aussi", "too", "idem", "mag", "mogen"})
_AFTER = _MARKED | listed("is mag mogen ook zeker graag voor mij aussi too betreft zijn het dat zeg ik op ) → '")
_OF_PEOPLE = frozenset({"ja", "nee", "ander", "door", "gebeld", "loopt", "klaar", "later"})
_OF_THINGS = _OF_PEOPLE - {"gebeld"}  # `apotheek gebeld` is a call to the chemist's
_LABELLED = re.compile(
    r"(?:^|(?<=[,;.] ))(?P<label>[^\d()\[\],;:!?]{2,60})"
    r"[(\[](?:(?:rij|nr|nummer|row|ligne|n°|voorstel|r)[. ]{0,2})?(?P<row>\d{1,2})[)\]](?=[\s:,.]|$)",
    re.IGNORECASE,
)
_IN_LABELS = frozenset({"voor", "met", "en", "van"})
_VISITS = frozenset({"zeker", "gerust", "ook", "naar", "bij", "voor", "met"})
MOST_BETWEEN, LONGEST_LABEL = 3, 9


@dataclass(frozen=True, slots=True)
class _Called:
    """Words that name rows: where they begin and end, which rows they fit, and the commands that may be said of them.

    `person`: somebody's name, of whom `top` is praise and no yes.
    """

    start: int
    end: int
    rows: frozenset[int]
    person: bool

    @property
    def verbs(self) -> frozenset[str]:
        return _OF_PEOPLE if self.person else _OF_THINGS


def without_labels(text: str) -> str:
    """`Voor Maria V. (rij 1): ja` with the number alone, where nothing but names and nouns stands before it."""
    return _LABELLED.sub(lambda found: found["row"] if _is_label(found["label"]) else found.group(), text)


def _is_label(label: str) -> bool:
    tokens = tokens_of(label)
    is_plain = all(token.kind in ("word", "mark") and token.word not in UNSETTLES - _IN_LABELS for token in tokens)
    is_one = not re.search(r"[^\W\d_]{2}\.\s", label) and len(tokens) <= LONGEST_LABEL
    return is_plain and is_one and not any(verb_at(tokens, at) for at in range(len(tokens)))


def by_number(text: str, copy: Copy) -> str:
    """The line with row numbers for the names that stand where a row's number could; else as it is.

    `Bij Sofie zeg ik ja` and `ok voor de hond` name rows; `Sofie is ziek` and `1 ja, ik ken Sofie` do not.
    """
    text = _with_visits(text, copy)
    tokens = tokens_of(text)
    for run in reversed(_runs(_found(tokens, copy), tokens)):
        if _stands_for_rows(run, tokens):
            for each in reversed(_by_row(run)):
                first, last = tokens[each.start], tokens[each.end - 1]
                text = f"{text[: first.start]}{min(each.rows)}{text[last.end :]}"
    return text


def _with_visits(text: str, copy: Copy) -> str:
    """`Karel mag naar Rosa`, the two of one row, as that row's `mag`."""
    tokens = tokens_of(text)
    found = _found(tokens, copy)
    for helper, asker in reversed(list(pairwise(found))):
        between = [token.word for token in tokens[helper.end : asker.start]]
        is_alone = helper.start == 0 or tokens[helper.start - 1].word in _STOPS | _OPENS
        end = next((at for at in range(asker.end, len(tokens)) if tokens[at].word not in {"gaan", "."}), len(tokens))
        is_pair = helper.person and asker.person and len(helper.rows) == 1 and helper.rows == asker.rows
        if is_pair and is_alone and between[:1] == ["mag"] and set(between[1:]) <= _VISITS and _is_end(tokens, end):
            last = tokens[asker.end - 1].end
            text = f"{text[: tokens[helper.start].start]}{min(helper.rows)} mag{text[last:]}"
    return text


def rows_told_of(tokens: Sequence[Token], copy: Copy) -> frozenset[int]:
    """The rows of which a line speaks by name, wherever in it: `Karel is ziek` is about his row."""
    return frozenset(row for each in _found(tokens, copy) if len(each.rows) == 1 for row in each.rows)


def _by_row(run: Sequence[_Called]) -> list[_Called]:
    """`Rosa en Karel` of one row are one name."""
    told: list[_Called] = []
    for each in run:
        if told and told[-1].rows == each.rows:
            told[-1] = replace(told[-1], end=each.end)
        else:
            told.append(each)
    return told


def _found(tokens: Sequence[Token], copy: Copy) -> list[_Called]:
    """Names in order; those that hang together, `boodschappen in Heverlee`, are one, of the rows that fit both."""
    found: list[_Called] = []
    at = 0
    while at < len(tokens):
        each = _called_at(tokens, at, copy)
        if each and found and found[-1].rows & each.rows and _hangs_on(tokens[found[-1].end : each.start]):
            each = replace(each, start=found[-1].start, rows=found[-1].rows & each.rows)
            found.pop()
        found += [each] if each else []
        at = each.end if each else at + 1
    return found


def _hangs_on(between: Sequence[Token]) -> bool:
    return len(between) <= MOST_BETWEEN and all(token.word in ARTICLES | _WITHIN for token in between)


def _called_at(tokens: Sequence[Token], at: int, copy: Copy) -> _Called | None:
    for length in (4, 3, 2, 1):
        words = tuple(token.word for token in tokens[at : at + length])
        if len(words) == length and words in copy.people:
            return _Called(at, at + length, copy.people[words], person=True)
        if len(words) == length and words in copy.things:
            return _Called(at, at + length, copy.things[words], person=False)
    return None


def _runs(found: Sequence[_Called], tokens: Sequence[Token]) -> list[list[_Called]]:
    """Names in one list, `Sofie, Tom en de hond`."""
    runs: list[list[_Called]] = []
    for each in found:
        last = runs[-1][-1].end if runs else 0
        between = [token.word for token in tokens[last : each.start] if token.word not in ARTICLES | _BEFORE]
        if runs and len(between) == 1 and between[0] in _LINKS:
            runs[-1].append(each)
        else:
            runs.append([each])
    return runs


def _stands_for_rows(run: Sequence[_Called], tokens: Sequence[Token]) -> bool:
    if any(len(each.rows) > 1 for each in run):
        return False
    allowed = frozenset.intersection(*(each.verbs for each in run))
    return _leads(run, tokens, allowed) or _follows(run, tokens, allowed)


def _leads(run: Sequence[_Called], tokens: Sequence[Token], allowed: Set[str]) -> bool:
    """At the beginning of a clause, and the command right after: `Sofie: ja`, `met de hond is het ok`, `Tom ook`."""
    start = run[0].start
    while start > 0 and tokens[start - 1].word in ARTICLES | _BEFORE:
        start -= 1
    if start > 0 and tokens[start - 1].word not in _STOPS | _OPENS:
        return False
    end = run[-1].end
    if end < len(tokens) and tokens[end].word in _ALONE and _is_end(tokens, end + 1):
        return True
    at = _command_after(tokens, end)
    between = {token.word for token in tokens[end:at]}
    found = verb_at(tokens, at)
    if found is None:
        return False
    if between & _MARKED:
        return found[0] in allowed | {"stop"}
    return found[0] in allowed and not _tells_of_them(run[-1].person, found[0], tokens[at], between)


def _tells_of_them(person: bool, verb: str, word: Token, between: Set[str]) -> bool:
    """`Karel is klaar`, `Karel top` and `de maaltijden zijn klaar` say how it stands with them; not `Karel gebeld`."""
    if not person:
        return verb == "klaar"
    is_said = bool(between & {"is", "zijn"}) and not between & {"het", "dat"} and verb != "gebeld"
    return is_said or word.word in SOFT_YES | {"akkoord", "accord", "agreed", "d'accord"}


def _command_after(tokens: Sequence[Token], at: int) -> int:
    """Where a command may begin after a name."""
    while at < len(tokens) and tokens[at].word in _AFTER and verb_at(tokens, at) is None:
        at += 1
    return at


def _follows(run: Sequence[_Called], tokens: Sequence[Token], allowed: Set[str]) -> bool:
    """After a command and a preposition or a colon, and at the end of a clause: `ok voor de hond`."""
    start = run[0].start
    while start > 0 and tokens[start - 1].word in ARTICLES:
        start -= 1
    if start < 2 or not _is_end(tokens, run[-1].end):
        return False
    before = tokens[start - 1].word
    return before in EXCEPT or (before in _BEFORE | {":"} and bool(_commands_up_to(tokens, start - 1) & allowed))


def _commands_up_to(tokens: Sequence[Token], end: int) -> set[str]:
    starts = range(max(0, end - LONGEST_VERB), end)
    return {found[0] for at in starts if (found := verb_at(tokens, at)) and found[1] == end}


def _is_end(tokens: Sequence[Token], at: int) -> bool:
    return at >= len(tokens) or tokens[at].word in _STOPS | _OPENS | {"("} or ord(tokens[at].raw[0]) >= 0x1F300
