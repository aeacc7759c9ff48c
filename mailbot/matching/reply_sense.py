"""What one own line of a reply is: commands, courtesy that needs nobody, or something for a person. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mailbot.matching.reply_asks import asked_about, requests_in
from mailbot.matching.reply_called import by_number, rows_told_of, without_labels
from mailbot.matching.reply_clause import Clause
from mailbot.matching.reply_courtesy import is_harmless
from mailbot.matching.reply_doubt import corrects_vaguely, introduces, may_limit, takes_back
from mailbot.matching.reply_grammar import SO, read_bare, read_sentence
from mailbot.matching.reply_lines import Line, Place
from mailbot.matching.reply_rows import Scope, mentioned
from mailbot.matching.reply_tokens import Token, cleaned, tokens_of
from mailbot.matching.reply_verbs import verb_at
from mailbot.matching.reply_words import (
    ALL,
    ARTICLES,
    BAD_NEWS,
    CONDITION,
    CONTRAST,
    CORRECTION,
    COURTESY,
    DOUBT,
    LIMITING,
    NEEDS_EYES,
    NEGATION,
    OK,
    PREPOSITIONS,
    REST,
    ROW_NAMES,
    SOFT_YES,
    listed,
)

_NOTE = re.compile(r"^\W*(?:opgelet|let op|p\.?s\.?|nota|opmerking|attention|remarque|note)\W*:\W*", re.I)
_HOW_ARE_YOU = re.compile(
    r"\W*(?:alles (?:goed|ok|oké|wel)|hoe gaat het|hoe is het|hoe is 't|(?:comment )?ça va|how are you)"
    r"(?: (?:met|bij|chez|with|nog)(?: \w+){1,2}| daar| hier| thuis)?\s*\?+\W*",
    re.I,
)
_SENTENCES = re.compile(
    r"(?<=[^\W\d_]{2})\s?[.!]+\s+(?=[^\W_])|(?<=\d)\.\s+(?=[^\W\d_])|(?<=\w\?)\s+(?=[^\W_])"
    r"|(?<=\d)\.\s+(?=\d{1,2}, \d{1,2}(?:, \d{1,2})* (?:en|et|and|&) \d)"
    r"|(?<=(?:en|et) \d)\.\s+(?=\d)|(?<=and \d)\.\s+(?=\d)|(?<=[?!])\s+\.\s+(?=[^\W_])"
)
_COMMAS = re.compile(r"\s*[,;]\s+")
_UNSETTLING = BAD_NEWS | NEEDS_EYES | NEGATION | LIMITING | CONDITION | CONTRAST | CORRECTION | DOUBT
_DEFERRING = listed(
    "heb ik moet nog niet bekeken bekijk gezien gelezen kunnen bekijken volgt later straks morgen is voor kijk na"
    " je n'ai pas encore vu regarde not looked at yet i have haven't will follow follows tomorrow suit demain dat"
)
_THEY = listed("hij zij ze he she il elle")
_STANDING = frozenset({"nee", "ander", "stop", "later"})
_OTHERS = REST | ALL
_OF_ALL_ALIKE = (CONDITION | CORRECTION | ALL | DOUBT) | listed("ook aussi too also either zelfde meme same")
MOST_SENTENCES, MOST_DEFERRING = 12, 8


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


def hear(line: Line, scope: Scope) -> Heard:
    """Judge one line; the same line always means the same."""
    text = cleaned(line.text)
    tokens = tokens_of(text)
    if line.place is Place.ORIGINAL:
        return Heard(line, unclear=_seems_an_answer(text, tokens, scope))
    if line.place is Place.SIGNATURE:
        return _in_signature(line, text, tokens, scope)
    asks = asked_about(tokens, scope.missing) if line.sure else frozenset()
    if asks:
        return Heard(line, asks=asks)
    return replace(_with_names(line, text, scope), names=requests_in(tokens))


def _with_names(line: Line, text: str, scope: Scope) -> Heard:
    """The line with rows for the names in it, where that gives all the commands it has without, and more."""
    text = without_labels(text)
    plain, numbered = _judged(line, text, scope), by_number(text, scope.copy)
    if numbered == text:
        return plain
    named = _judged(line, numbered, scope)
    without, within = _commands(plain), _commands(named)
    is_single = len({row for row, _verb in within}) == len(within)
    return named if set(without) < set(within) and is_single and plain.shakes >= named.shakes else plain


def _commands(heard: Heard) -> list[tuple[int, str]]:
    return [(row, clause.verb) for clause in heard.clauses for row in clause.rows]


def _judged(line: Line, text: str, scope: Scope) -> Heard:
    tokens = tokens_of(text)
    if line.row is None:
        return _by_itself(line, text, tokens, scope)
    return _under_row(line, text, tokens, scope, line.row)


def _under_row(line: Line, text: str, tokens: tuple[Token, ...], scope: Scope, row: int) -> Heard:
    spoken = read_sentence(text, tokens, scope)
    if spoken and line.sure and {each for clause in spoken.clauses for each in clause.rows} == {row}:
        return Heard(line, spoken.clauses, unclear=_notes(spoken.clauses))
    clause = read_bare(text, tokens, scope, row)
    if clause and line.sure:
        return Heard(line, (clause,), unclear=clause.noted, bare=True)
    if clause is None and spoken is None and is_harmless(text, tokens, scope):
        return Heard(line)
    return Heard(line, left_alone=mentioned(tokens, scope) | {row}, unclear=True, bare=clause is not None)


def _by_itself(line: Line, text: str, tokens: tuple[Token, ...], scope: Scope) -> Heard:
    spoken = read_sentence(text, tokens, scope)
    if spoken and not line.sure:
        return Heard(
            line, left_alone=mentioned(tokens, scope), unclear=True, shakes=any(c.rest for c in spoken.clauses)
        )
    if spoken:
        spared = frozenset(row for clause in spoken.clauses for row in clause.spared)
        is_told = bool(spoken.left_alone | spared) or _notes(spoken.clauses)
        return Heard(line, spoken.clauses, spoken.left_alone | spared, unclear=is_told)
    parted = _by_sentences(line, text, scope) or _by_segments(line, text, scope)
    if parted is not None:
        return parted
    alone = _for_the_only_row(line, text, tokens, scope)
    if alone is not None:
        return alone
    return Heard(line) if is_harmless(text, tokens, scope) else _strange(line, text, tokens, scope)


def _strange(line: Line, text: str, tokens: tuple[Token, ...], scope: Scope) -> Heard:
    """A line for a person, and what it could do to the commands beside it."""
    if _HOW_ARE_YOU.fullmatch(text):
        return Heard(line, unclear=True)
    if _defers_the_rest(tokens):
        return Heard(line, unclear=True, defers=True)
    named, told = mentioned(tokens, scope), rows_told_of(tokens, scope.copy)
    is_about_some = bool(named or requests_in(tokens))
    shakes = corrects_vaguely(tokens, named) if is_about_some else takes_back(text, tokens)
    is_unsettling = any(token.word in _UNSETTLING for token in tokens) and not (_NOTE.match(text) or "?" in text)
    return Heard(
        line,
        left_alone=named | told if is_unsettling else named,
        unclear=True,
        shakes=shakes and (bool(named) or not told or may_limit(text, tokens)),
        bare=verb_at(tokens, 0) is not None,
        introduces=introduces(text),
    )


def _defers_the_rest(tokens: Sequence[Token]) -> bool:
    """`De rest heb ik nog niet bekeken`, `voor de anderen ken ik niemand`: no row that is named is meant."""
    said = [token.word for token in tokens if token.kind == "word" and token.word not in ARTICLES]
    if not said or any(token.kind in ("number", "match", "ordinal") for token in tokens):
        return False
    if said[0] in REST and len(said) <= MOST_DEFERRING and set(said[1:]) <= _DEFERRING:
        return True
    about = said[1:] if said[0] in PREPOSITIONS | {"van"} else said
    return about[:1] != [] and about[0] in REST and not set(about) & _OF_ALL_ALIKE


def _by_sentences(line: Line, text: str, scope: Scope) -> Heard | None:
    """`Akkoord met 1 en 2. Rij 4 weiger ik.`: sentences of one line, each with its own rows.

    None where one of them could limit or take back another. What names no row is left to a person, beside them.
    """
    parts = _SENTENCES.split(text)
    if not 1 < len(parts) <= MOST_SENTENCES:
        return None
    parts = _with_what_follows([without_labels(part) for part in parts], scope)
    heard = _about_who_was_named([_by_itself(line, part, tokens_of(part), scope) for part in parts], parts)
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
    stands = bool(verbs) and verbs <= _STANDING
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


def _by_segments(line: Line, text: str, scope: Scope) -> Heard | None:
    """`Yes to 1 and 6, no to 8, the rest later`: pieces between commas, each a whole command of other rows."""
    pieces = _COMMAS.split(text)
    if not 1 < len(pieces) <= MOST_SENTENCES:
        return None
    clauses = _segmented(pieces, scope)
    rows = [row for clause in clauses for row in clause.rows]
    if not clauses or len(set(rows)) < len(rows) or sum(clause.rest for clause in clauses) > 1:
        return None
    return Heard(line, clauses, unclear=_notes(clauses))


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
    bare = _NOTE.sub("", sentence)
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


def _for_the_only_row(line: Line, text: str, tokens: tuple[Token, ...], scope: Scope) -> Heard | None:
    """A digest of one row needs no number; a bare `stop` may mean the matchmaker himself, so it goes to a person."""
    if scope.only is None or line.early:
        return None
    clause = read_bare(text, tokens, scope, scope.only)
    if clause is None:
        return None
    is_thanks = tokens[0].word in SOFT_YES | OK and any(token.word in COURTESY for token in tokens[1:])
    if clause.verb == "stop" or is_thanks or not line.sure or (line.place is Place.BETWEEN and not line.apart):
        return Heard(line, left_alone=frozenset({scope.only}), unclear=True)
    return Heard(line, (clause,), unclear=clause.noted)


def _notes(clauses: Sequence[Clause]) -> bool:
    return any(clause.noted for clause in clauses)


def _in_signature(line: Line, text: str, tokens: tuple[Token, ...], scope: Scope) -> Heard:
    """A signature says nothing; what looks like a command in it is shown, and its rows stay as they are."""
    spoken = read_sentence(text, tokens, scope)
    if spoken:
        return Heard(line, left_alone=mentioned(tokens, scope), unclear=True)
    words = {token.word for token in tokens}
    takes_back = (
        bool(words & (CORRECTION - {"test"})) and len(tokens) <= 12 and bool(words & (NEGATION | NEEDS_EYES | {"toch"}))
    )
    return Heard(line, unclear=bool(words & NEEDS_EYES) or takes_back, left_alone=frozenset(), shakes=takes_back)


def _seems_an_answer(text: str, tokens: tuple[Token, ...], scope: Scope) -> bool:
    """A line after the heading of an unmarked original that reads as somebody's answer between its lines."""
    if len(tokens) > 30 or not tokens or text.startswith("["):
        return False
    return (
        read_sentence(text, tokens, scope) is not None
        or read_bare(text, tokens, scope, scope.rows[0] if scope.rows else 0) is not None
    )
