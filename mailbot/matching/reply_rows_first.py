"""Lines whose rows stand first, `1 ja, 2 nee te ver`; a clause that only doubts leaves its own row alone. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.matching.reply_called import rows_told_of
from mailbot.matching.reply_clause import Clause, excepted
from mailbot.matching.reply_rows import Named, mentioned, name_rows
from mailbot.matching.reply_verbs import Line, Verb, hands_on, past_fillers, permits, taken_over, verb_after, verb_at
from mailbot.matching.reply_words import (
    ALL,
    BOTH,
    CONDITION,
    CORRECTION,
    COURTESY,
    DOUBT,
    NEGATION,
    REASON_STARTS,
    REST,
    UNSETTLES,
    listed,
)

SEPARATORS = frozenset({",", ";", ".", "en", "et", "and", "&", "/", "+", "!", "und"})
_BETWEEN = SEPARATORS | {"maar", "mais", "but"}
TOO = frozenset({"ook", "idem", "eveneens", "aussi", "too", "ditto"})
_TOO_MUCH = listed("ver druk zwaar groot laat vroeg moeilijk oud jong loin tard grand far late big busy")
_OF_OTHERS = ALL | BOTH | REST | listed("ze zij hen hun andere anderen they them ils elles eux vorige eerste niet")
_LEADERS = frozenset({"…"})  # `1 ... ja`
_THAT = frozenset({"dat", "die", ".", ":", ",", "-"})
_WHEN = frozenset({"morgen", "overmorgen", "vanavond", "vanmiddag", "morgenvroeg", "demain", "tomorrow", "tonight"})
_WILL_LOOK = frozenset(
    {":", ",", "-", "is", "voor", "i'll", "i", "will", "do", "look", "at", "doe", "bekijk", "ik", "je", "regarde"}
)
_INITIALS = {"j": "ja", "y": "ja", "n": "nee"}
MOST_CLAUSES, MOST_NAMES, LOOK_AHEAD = 40, 3, 3


@dataclass(frozen=True, slots=True)
class Sentence:
    """The clauses of one line, and the rows that it speaks of without a command that counts."""

    clauses: tuple[Clause, ...] = ()
    left_alone: frozenset[int] = frozenset()


def rows_first(line: Line, at: int) -> Sentence | None:
    """`1 ja, 2 nee te ver`; a clause that only doubts its own row leaves that row alone and the others count."""
    clauses: list[Clause] = []
    left_alone: frozenset[int] = frozenset()
    while len(clauses) < MOST_CLAUSES:
        named, found = _also(line, at, clauses) or (name_rows(line.tokens, at, line.scope), None)
        if named is None:
            return None
        found = found or _command_of(line, named, clauses)
        end, after = _next_rows_first(line, found.end if found else named.end)
        if found is None:
            if named.rest or not _only_doubts(line, named.end, end) or (after is None and not clauses):
                return None
            left_alone |= frozenset(named.rows) & frozenset(line.scope.rows)
        else:
            told = excepted(line, named, found, end)
            stays = _is_denied(line, named, found, end) or _limits_itself(line, named, found, end)
            if not told and (named.rest or not stays):
                return None
            clauses += told
            left_alone |= frozenset() if told else frozenset(named.rows) & frozenset(line.scope.rows)
        if after is None:
            return Sentence(tuple(clauses), left_alone) if clauses else None
        at = after
    return None


def _command_of(line: Line, named: Named, before: Sequence[Clause]) -> Verb | None:
    """The command after the rows, in whichever of the ways people have."""
    at = after_rows(line, named)
    found = verb_after(line, at) or permits(line, line.skip(named.end, _THAT)) or initial(line, at)
    found = found or (_put_off(line, named.end) if named.rest else None)
    return found or hands_on(line, named.end) or taken_over(line, named.end) or _the_same(line, named, before)


def _put_off(line: Line, at: int) -> Verb | None:
    """`de rest morgen`, `le reste demain`: when the writer will look at them."""
    at = line.skip(at, _WILL_LOOK)
    is_whole = line.word(at) in _WHEN and line.word(at + 1) in SEPARATORS | {"", "pas", "-"}
    return Verb("later", at + 1, "later") if is_whole else None


def initial(line: Line, at: int) -> Verb | None:
    """`1 j, 2 n`: a letter alone, before the next row or the end."""
    verb, follows = _INITIALS.get(line.word(at)), line.word(at + 1)
    ends = {"", ",", ";", "/"} | (REASON_STARTS - {"-", "("} if verb == "nee" else frozenset())
    is_whole = follows in ends or follows.isdecimal() or (follows == "." and at + 2 == len(line.tokens))
    return Verb(verb, at + 1, line.word(at)) if verb and is_whole else None


def _also(line: Line, at: int, before: Sequence[Clause]) -> tuple[Named, Verb] | None:
    """`1 in orde en ook 2`: the command of the clause before it, for further rows."""
    named = name_rows(line.tokens, at + 1, line.scope) if before and line.word(at) in TOO else None
    is_whole = named is not None and line.word(named.end) in SEPARATORS | {""}
    return (named, Verb(before[-1].verb, named.end, "ook", before[-1].to)) if named and is_whole else None


def _the_same(line: Line, named: Named, before: Sequence[Clause]) -> Verb | None:
    """`1 ja en 4 ook`: the command of the clause before it on the line."""
    end = named.end + 1
    is_whole = line.word(named.end) in TOO and (end >= len(line.tokens) or line.word(end) in SEPARATORS)
    return Verb(before[-1].verb, end, "ook", before[-1].to) if before and is_whole else None


def after_rows(line: Line, named: Named) -> int:
    """Where the command after the rows begins: `2 heb ik`, `7 en 8 allebei`, `2 beide` before a report of two calls."""
    at = _past_names(line, past_fillers(line, line.skip(named.end, _LEADERS)))
    beyond = line.skip(at, BOTH)
    found = verb_at(line.tokens, beyond) if beyond > at else None
    return beyond if found and (found[0] == "gebeld" or len(named.rows) == 2) else at


def _past_names(line: Line, at: int) -> int:
    """`2 (Rosa D.) ja`: who asks or helps in a row may be named behind its number; a matchmaker's name may not."""
    start = line.skip(at, frozenset({"("}))
    end = start
    while end < len(line.tokens) and end < start + MOST_NAMES and _names_other(line, end):
        end = line.skip(end + 1, frozenset({"."}))
    beyond = past_fillers(line, end)
    return beyond if end > start and verb_at(line.tokens, beyond) else at


def _names_other(line: Line, at: int) -> bool:
    token = line.tokens[at]
    is_known = token.word in line.scope.people or token.word in UNSETTLES | COURTESY or verb_at(line.tokens, at)
    return token.is_name and not is_known


def _next_rows_first(line: Line, at: int) -> tuple[int, int | None]:
    for end in range(at, len(line.tokens)):
        if line.word(end) in _BETWEEN:
            start = line.skip(end, _BETWEEN | {"-"})
            if _begins_clause(line, start):
                return end, start
    return len(line.tokens), None


def _begins_clause(line: Line, at: int) -> bool:
    """Whether other rows begin here with a word of their own; `1 gebeld, alles ok` praises, and speaks of no other."""
    too = line.word(at) in TOO
    named = name_rows(line.tokens, at + too, line.scope)
    if named is None or line.word(at) in ALL | BOTH:
        return False
    beyond = _past_names(line, past_fillers(line, named.end))
    is_told = verb_after(line, beyond) or permits(line, line.skip(named.end, _THAT)) or initial(line, beyond)
    is_same = line.word(named.end) in (SEPARATORS | {""} if too else TOO)
    return bool(is_told) or is_same or _doubts_at(line, beyond)


def _doubts_at(line: Line, at: int) -> bool:
    ahead = [token.word for token in line.tokens[at : at + LOOK_AHEAD]]
    return bool(set(ahead) & (DOUBT | NEGATION)) or _is_too_much(line, at)


def _is_too_much(line: Line, at: int) -> bool:
    """`3 is te ver`: a reason without a command."""
    return line.word(at) in {"te", "trop", "too"} and line.word(at + 1) in _TOO_MUCH


def _is_denied(line: Line, named: Named, found: Verb, end: int) -> bool:
    """`3 doe ik niet` beside clear rows: its own row stays as it is."""
    return line.word(found.end) in NEGATION and _only_doubts(line, named.end, end)


def _limits_itself(line: Line, named: Named, found: Verb, end: int) -> bool:
    """`4 ja maar Claire mag enkel na 17u bellen, 5 ja`: a limit tied to its own row, which stays as it is.

    Tied by `maar`, or by the name of who asks or helps in that row: `6 ja als Tom een masker draagt`.
    """
    told = line.tokens[found.end : end]
    reaches = {token.word for token in told} & (CORRECTION | _OF_OTHERS) or mentioned(told, line.scope)
    is_named = line.word(found.end) in CONDITION and rows_told_of(told, line.scope.copy) == frozenset(named.rows)
    is_tied = is_named or (line.word(found.end) in {"maar", "mais", "but"} and end < len(line.tokens))
    return is_tied and not reaches


def _only_doubts(line: Line, at: int, end: int) -> bool:
    """The row's own words are a doubt or a denial, with nothing that could reach over to another row."""
    words = {token.word for token in line.tokens[at:end]}
    reaches = words & (CONDITION | CORRECTION | _OF_OTHERS - {"niet"})
    doubts = bool(words & (DOUBT | NEGATION)) or any(_is_too_much(line, place) for place in range(at, end))
    return doubts and not reaches and not mentioned(line.tokens[at:end], line.scope)
