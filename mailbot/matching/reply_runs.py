"""Rows and commands in one run without stops, `1 ja 2 nee te ver 3 later`, to the end of the line. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.matching.reply_clause import Clause
from mailbot.matching.reply_commands import SIGNS
from mailbot.matching.reply_remarks import Remark, is_decoration, weigh_remark
from mailbot.matching.reply_rows import Named, name_rows
from mailbot.matching.reply_rows_first import MOST_CLAUSES, SEPARATORS, initial
from mailbot.matching.reply_verbs import Line, Verb, verb_after

ENDS = frozenset({".", "!", ",", ";", ":", ")", "-", "_"})


def rows_and_verbs(line: Line, at: int) -> tuple[Clause, ...] | None:
    """`1 ja 2 nee 3 later`: rising rows, each with its command and nothing else in the whole line."""
    clauses: list[Clause] = []
    last = 0
    while at < len(line.tokens) and len(clauses) < MOST_CLAUSES:
        named = name_rows(line.tokens, at, line.scope)
        if named is None or not is_plain(named) or not _goes_on(named, last, clauses):
            return None
        told = line.skip(named.end, ENDS | {"="})
        found = verb_after(line, told) or initial(line, told)
        if found is None:
            return None
        end = _past_brackets(line, found)
        end = _past_reason(line, found, (*clauses, Clause(named.rows, found.verb))) if end == found.end else end
        if end is None:
            return None
        clauses.append(Clause(named.rows, found.verb, to=found.to))
        last, at = named.rows[-1], _past_faces(line, line.skip(end, SEPARATORS | {"-", "–", "|"}), found.verb)
    return tuple(clauses) if len(clauses) > 1 and at >= len(line.tokens) else None


def is_plain(named: Named) -> bool:
    """Whether the words name rows that there are, with no rest and no exception."""
    return named.sound and bool(named.rows) and not named.rest and not named.spared


def _past_faces(line: Line, at: int, verb: str) -> int:
    """`1 ja 👌 2 ja`: the first place from `at` on that is no smiling face and no sign of the same command."""
    while at < len(line.tokens) and (is_decoration(line.tokens[at]) or SIGNS.get(line.tokens[at].raw) == verb):
        at += 1
    return line.skip(at, SEPARATORS)


def _past_brackets(line: Line, found: Verb) -> int | None:
    """`4 no (language) 5 yes`: where the reason in brackets ends; None where it unsettles the command."""
    if line.word(found.end) != "(":
        return found.end
    end = next((at + 1 for at in range(found.end, len(line.tokens)) if line.word(at) == ")"), None)
    is_safe = end and weigh_remark(found.verb, found.word, line.tokens[found.end : end], line.scope) is Remark.SAFE
    return end if is_safe else None


def _past_reason(line: Line, found: Verb, before: Sequence[Clause]) -> int | None:
    """`4 ja 5 nee Lien is ziek 6 ja`: where the reason of a refusal ends and a further row with its command begins."""
    if found.verb not in ("nee", "ander"):
        return found.end
    for end in range(found.end, len(line.tokens)):
        named = name_rows(line.tokens, end, line.scope) if line.tokens[end].kind == "number" else None
        if named and is_plain(named) and _goes_on(named, before[-1].rows[-1], before):
            is_told = verb_after(line, line.skip(named.end, ENDS | {"="}))
            weight = weigh_remark(found.verb, found.word, line.tokens[found.end : end], line.scope)
            return end if is_told and weight is Remark.SAFE else None
    weight = weigh_remark(found.verb, found.word, line.tokens[found.end :], line.scope)
    return len(line.tokens) if len(before) > 1 and weight is Remark.SAFE else found.end


def _goes_on(named: Named, last: int, before: Sequence[Clause]) -> bool:
    """Rows in their order; a list may come later than it would, `1+2+5 ja 3+4 nee`, where it repeats none."""
    is_new = not {row for clause in before for row in clause.rows} & set(named.rows)
    is_listed = len(named.rows) > 1 or len(before) > 1  # `2 ja 1 nee` may count votes
    return named.rows[0] > last or (is_listed and is_new)
