"""What one own line of a reply is: commands, courtesy that needs nobody, or something for a person. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from mailbot.matching.reply_asks import asked_about, requests_in
from mailbot.matching.reply_called import by_number, rows_told_of, without_labels
from mailbot.matching.reply_courtesy import is_harmless
from mailbot.matching.reply_doubt import corrects_vaguely, introduces, may_limit, takes_back
from mailbot.matching.reply_grammar import read_bare, read_sentence
from mailbot.matching.reply_lines import Line, Place
from mailbot.matching.reply_rows import Scope, mentioned
from mailbot.matching.reply_sentences import NOTE, Heard, by_segments, by_sentences, notes
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
    SOFT_YES,
    listed,
)

_HOW_ARE_YOU = re.compile(
    r"\W*(?:alles (?:goed|ok|oké|wel)|hoe gaat het|hoe is het|hoe is 't|(?:comment )?ça va|how are you)"
    r"(?: (?:met|bij|chez|with|nog)(?: \w+){1,2}| daar| hier| thuis)?\s*\?+\W*",
    re.I,
)
_UNSETTLING = BAD_NEWS | NEEDS_EYES | NEGATION | LIMITING | CONDITION | CONTRAST | CORRECTION | DOUBT
_DEFERRING = listed(
    "heb ik moet nog niet bekeken bekijk gezien gelezen kunnen bekijken volgt later straks morgen is voor kijk na"
    " je n'ai pas encore vu regarde not looked at yet i have haven't will follow follows tomorrow suit demain dat"
)
_OF_ALL_ALIKE = (CONDITION | CORRECTION | ALL | DOUBT) | listed("ook aussi too also either zelfde meme same")
MOST_DEFERRING = 8


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
        return Heard(line, spoken.clauses, unclear=notes(spoken.clauses))
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
        is_told = bool(spoken.left_alone | spared) or notes(spoken.clauses)
        return Heard(line, spoken.clauses, spoken.left_alone | spared, unclear=is_told)
    parted = by_sentences(line, text, scope, _by_itself) or by_segments(line, text, scope)
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
    is_unsettling = any(token.word in _UNSETTLING for token in tokens) and not (NOTE.match(text) or "?" in text)
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
