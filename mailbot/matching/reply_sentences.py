"""A line of several sentences, or of pieces between commas, each with rows and a command of its own. Pure.

How one sentence is judged is told by whoever asks: `reply_sense`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mailbot.matching.reply_called import without_labels
from mailbot.matching.reply_clause import Clause
from mailbot.matching.reply_courtesy import is_harmless
from mailbot.matching.reply_doubt import may_limit
from mailbot.matching.reply_grammar import SO, read_sentence
from mailbot.matching.reply_lines import Line
from mailbot.matching.reply_rows import Scope, mentioned
from mailbot.matching.reply_tokens import Token, tokens_of
from mailbot.matching.reply_verbs import verb_at
from mailbot.matching.reply_words import (
    ALL,
    ARTICLES,
    CONDITION,
    CORRECTION,
    HERE,
    OK,
    PREPOSITIONS,
    REST,
    ROW_NAMES,
    SOFT_YES,
    listed,
)

NOTE = re.compile(r"^\W*(?:opgelet|let op|p\.?s\.?|nota|opmerking|attention|remarque|note)\W*:\W*", re.I)
_SENTENCES = re.compile(
    r"(?<=[^\W\d_]{2})\s?[.!]+\s+(?=[^\W_])|(?<=\d)\.\s+(?=[^\W\d_])|(?<=\w\?)\s+(?=[^\W_])"
    r"|(?<=\d)\.\s+(?=\d{1,2}, \d{1,2}(?:, \d{1,2})* (?:en|et|and|&) \d)"
    r"|(?<=\d)\.\s+(?=\d{1,2} (?:ja|nee|neen|yes|no|oui|non|ok|later|ander|klaar|loopt|gebeld|stop)\b)"
    r"|(?<=[^\W\d_]\))\.\s+(?=[^\W_])"
    r"|(?<=(?:en|et) \d)\.\s+(?=\d)|(?<=and \d)\.\s+(?=\d)|(?<=[?!])\s+\.\s+(?=[^\W_])"
)
_BUT = re.compile(r"^(?:maar|mais|but)\s+(?=\w)", re.IGNORECASE)
_COMMAS = re.compile(r"\s*[,;]\s+")
_THEY = listed("hij zij ze he she il elle")
STANDING = frozenset({"nee", "ander", "stop", "later"})
_OTHERS = REST | ALL
_GOOD = SOFT_YES | OK | {"in", "orde"}
MOST_SENTENCES = 12


@dataclass(frozen=True, slots=True)
class Heard:
    """One line judged.

    `unclear`: a person must see it. `left_alone`: rows it leaves as they are. `shakes`: it may take back or limit
    what other lines say, so that no command beside it counts. `asks`: the requests about which it has volunteers
    asked; `names`: those that it speaks of otherwise. `follows`: it goes on about the people of the sentence before.
    """

    line: Line
    clauses: tuple[Clause, ...] = ()
    left_alone: frozenset[int] = frozenset()
    unclear: bool = False
    shakes: bool = False
    bare: bool = False
    introduces: bool = False
    asks: frozenset[int] = frozenset()
    names: frozenset[int] = frozenset()
    defers: bool = False
    follows: bool = False


Judge = Callable[[Line, str, tuple[Token, ...], Scope], Heard]


def by_sentences(line: Line, text: str, scope: Scope, judge: Judge) -> Heard | None:
    """`Akkoord met 1 en 2. Rij 4 weiger ik.`: sentences of one line, each with its own rows.

    None where one of them could limit or take back another. What names no row is left to a person, beside them.
    """
    parts = _SENTENCES.split(text)
    if not 1 < len(parts) <= MOST_SENTENCES:
        return None
    parts = _with_what_follows([without_labels(part) for part in parts], scope)
    parts, heard = _one_by_one(line, parts, scope, judge)
    heard = _about_who_was_named(heard, parts)
    strange = [
        (part, each.left_alone)
        for part, each in zip(parts, heard, strict=True)
        if each.unclear and not (each.defers or each.clauses or each.follows)
    ]
    verbs = {clause.verb for each in heard for clause in each.clauses}
    is_shaken = any(each.shakes for each in heard) or any(_turns_on(part, named) for part, named in strange)
    if not verbs or (is_shaken and verbs != {"later"}):
        return None
    put_off = frozenset(row for each in heard for clause in each.clauses for row in clause.rows)
    return Heard(
        line,
        tuple(clause for each in heard for clause in each.clauses),
        frozenset(row for each in heard for row in each.left_alone) - (put_off if verbs == {"later"} else frozenset()),
        unclear=any(each.unclear for each in heard),
        defers=any(each.defers for each in heard),
    )


def _one_by_one(line: Line, parts: Sequence[str], scope: Scope, judge: Judge) -> tuple[list[str], list[Heard]]:
    """The sentences judged; a `maar` at the beginning turns on the sentence before, which may speak of no row."""
    told: list[str] = []
    heard: list[Heard] = []
    for part in parts:
        is_on_its_own = bool(heard) and not (heard[-1].clauses or heard[-1].left_alone or heard[-1].shakes)
        plain = _BUT.sub("", part) if is_on_its_own else part
        told.append(plain)
        heard.append(_without_praise(judge(line, plain, tokens_of(plain), scope), plain))
    return told, heard


def _without_praise(heard: Heard, part: str) -> Heard:
    """`Alles goed nu.` among sentences with commands says nothing of their rows; a person sees it."""
    return replace(heard, left_alone=frozenset(), shakes=False) if _praises(part) and not heard.clauses else heard


def _praises(part: str) -> bool:
    said = {token.word for token in tokens_of(part) if token.kind == "word"}
    return bool(said & ALL and said & _GOOD) and said <= ALL | _GOOD | HERE and "?" not in part


def _about_who_was_named(heard: Sequence[Heard], parts: Sequence[str]) -> list[Heard]:
    """`4 stop. Elle a de la fièvre.`: what a sentence tells of *her* is about the rows of the sentence before it.

    A refusal stands beside such news; a yes or a report does not: `1 gebeld. Ze nam niet op.`
    """
    told: list[Heard] = []
    for each, part in zip(heard, parts, strict=True):
        goes_on = bool(told) and each.unclear and not (each.clauses or each.left_alone) and _is_of_them(part)
        told.append(_going_on(each, told[-1]) if goes_on else each)
    return told


def _going_on(each: Heard, before: Heard) -> Heard:
    rows, verbs = _rows_spoken_of(before), {clause.verb for clause in before.clauses}
    stands = bool(verbs) and verbs <= STANDING
    return replace(each, left_alone=frozenset() if stands else rows, shakes=False, follows=True) if rows else each


def _rows_spoken_of(heard: Heard) -> frozenset[int]:
    return heard.left_alone.union(*(clause.rows for clause in heard.clauses))


def _is_of_them(part: str) -> bool:
    words = [token.word for token in tokens_of(part)]
    return bool(words) and words[0] in _THEY and "?" not in words and not set(words) & (CORRECTION | REST | ALL)


def _with_what_follows(parts: Sequence[str], scope: Scope) -> list[str]:
    """`Nr 8: ik ken Denise. Iemand anders dus.`: what is told of a row, put together with the bare command after it."""
    joined: list[str] = []
    for part in parts:
        whole = f"{joined[-1]}. {part}" if joined else part
        is_bare = joined and not read_sentence(joined[-1], tokens_of(joined[-1]), scope)
        is_bare = is_bare and not mentioned(tokens_of(part), scope) and _follows(part)
        joined[-1:] = [whole] if is_bare and _whole_command(whole, scope) else [*joined[-1:], part]
    return joined


def _follows(part: str) -> bool:
    """`Dus ja`, `nee dus`: a command alone that draws a conclusion."""
    return bool({token.word for token in tokens_of(part)} & SO)


def by_segments(line: Line, text: str, scope: Scope) -> Heard | None:
    """`Yes to 1 and 6, no to 8, the rest later`: pieces between commas, each a whole command of other rows."""
    pieces = _COMMAS.split(text)
    if not 1 < len(pieces) <= MOST_SENTENCES:
        return None
    greeted = next((at for at, piece in enumerate(pieces) if not is_harmless(piece, tokens_of(piece), scope)), 0)
    pieces = pieces[greeted:]
    plain = [piece for piece in pieces if not _praises(piece)]
    clauses = _segmented(plain, scope)
    rows = [row for clause in clauses for row in clause.rows]
    if not clauses or len(set(rows)) < len(rows) or sum(clause.rest for clause in clauses) > 1:
        return None
    return Heard(line, clauses, unclear=notes(clauses) or plain != pieces)


def _segmented(pieces: Sequence[str], scope: Scope) -> tuple[Clause, ...]:
    """The commands of pieces put together again where a comma stands in a list; none where a piece is left over.

    From the last piece back, so that no run of pieces is read twice, whatever somebody writes.
    """
    told: dict[int, tuple[Clause, ...]] = {len(pieces): ()}
    for start in range(len(pieces) - 1, -1, -1):
        for end in range(len(pieces), start, -1):
            clauses = _whole_command(", ".join(pieces[start:end]), scope) if end in told else ()
            if clauses:
                told[start] = (*clauses, *told[end])
                break
    return told.get(0, ())


def _whole_command(text: str, scope: Scope) -> tuple[Clause, ...]:
    spoken = read_sentence(text, tokens_of(text), scope)
    is_plain = spoken is not None and not spoken.left_alone and not any(clause.spared for clause in spoken.clauses)
    return spoken.clauses if spoken and is_plain else ()


def _turns_on(sentence: str, named: frozenset[int]) -> bool:
    """Whether a sentence without a command could say something of the others on its line."""
    bare = NOTE.sub("", sentence)
    tokens = tokens_of(bare)
    if not tokens or (named and _begins_with_rows(tokens)):
        return False
    return may_limit(bare, tokens, named)


def _begins_with_rows(tokens: Sequence[Token]) -> bool:
    """`Rij 8 past toch niet`, `4 ja als Claire kan, anders niet`: of its own rows, and no other can be meant."""
    start = 1 if tokens[0].word in PREPOSITIONS else 0
    at = next((at for at in range(start, len(tokens)) if tokens[at].word not in ROW_NAMES | ARTICLES), len(tokens))
    is_about = at < start + 3 and at < len(tokens) and tokens[at].kind in ("number", "match", "ordinal")
    words = {token.word for token in tokens}
    is_limited = verb_at(tokens, at + 1) is not None
    return is_about and not words & (_OTHERS | (frozenset() if is_limited else CONDITION))


def notes(clauses: Sequence[Clause]) -> bool:
    """Whether a person should read what is told with a command."""
    return any(clause.noted for clause in clauses)
