"""The command words of one line of a reply: where a verb stands, whom a row goes to. Pure; `reply_grammar` uses it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.matching.reply_commands import LONGEST_VERB, SIGNS, VERBS
from mailbot.matching.reply_rows import Scope
from mailbot.matching.reply_tokens import Token
from mailbot.matching.reply_words import COURTESY, FILLERS

_PERMITS = frozenset({"mag", "mogen"})
_MILD = frozenset({"ook", "zeker", "gerust", "aub", "van", "mij"})
_MAY_TAKE = frozenset({"mag", "laat", "let"})
_GIVING_IT = frozenset({"laat", "ik", "ga", "geef", "even", "zal", "maar"})
_GIVEN = frozenset({"over", "geven", "doorgeven", "door", "overlaten"})
_TAKES = frozenset(
    {"overnemen", "doen", "afhandelen", "opnemen", "opvolgen", "behandelen", "bekijken", "handle", "take", "do"}
)
_CLAUSE_ENDS = frozenset({",", ".", "!", ";", "en", "/"})
_FOR = frozenset({"voor", "for", "pour"})
_PASSES = frozenset({"mag", "mogen", "kan", "kunnen"})  # `4 mag door`, but `4 mag door An`


@dataclass(frozen=True, slots=True)
class Verb:
    """A command and where it ends; `word` is its first word, `to` the address that `door` passes a row on to."""

    verb: str
    end: int
    word: str
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a reply with its tokens, and what it may speak of."""

    text: str
    tokens: tuple[Token, ...]
    scope: Scope

    def word(self, at: int) -> str:
        """The word at a place; empty past the end."""
        return self.tokens[at].word if at < len(self.tokens) else ""

    def skip(self, at: int, words: frozenset[str]) -> int:
        """The first place from `at` on with none of these words."""
        while at < len(self.tokens) and self.tokens[at].word in words:
            at += 1
        return at


def hands_on(line: Line, at: int) -> Verb | None:
    """`3 aan Bart`, `8 -> Bart`, `rest laat ik aan Bart over`: to a matchmaker whose name is known, and no more."""
    start = line.skip(past_fillers(line, at), _GIVING_IT)
    is_shown = line.word(start - 1) in {">", "→", "⇒"} or (line.word(start - 2) == ":" and line.word(start - 1) in _FOR)
    is_told = line.word(start) in {"aan", "to", "a"}
    found = passed_on(line, start + is_told) if is_told or is_shown else None
    if found and line.word(found.end) in _GIVEN:
        found = Verb("door", found.end + 1, "door", found.to)
    is_whole = found is not None and (found.end >= len(line.tokens) or line.word(found.end) in _CLAUSE_ENDS | COURTESY)
    return found if is_whole else None


def taken_over(line: Line, at: int) -> Verb | None:
    """`8 mag Fatima overnemen`: a matchmaker whose name is known, between `mag` and the verb."""
    start = line.skip(at, _MAY_TAKE)
    found = passed_on(line, start) if start > at else None
    return Verb("door", found.end + 1, "door", found.to) if found and line.word(found.end) in _TAKES else None


def past_fillers(line: Line, at: int) -> int:
    """The first place from `at` on with no filler word, or where a command begins with one: `j'ai téléphoné`."""
    while at < len(line.tokens) and line.tokens[at].word in FILLERS and verb_at(line.tokens, at) is None:
        at += 1
    return at


def verb_at(tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    """The command word or sign that stands at `at`, and where it ends; the longest phrase wins."""
    if at < len(tokens) and tokens[at].raw in SIGNS:
        return SIGNS[tokens[at].raw], at + 1
    for length in range(min(LONGEST_VERB, len(tokens) - at), 0, -1):
        verb = VERBS.get(tuple(token.word for token in tokens[at : at + length]))
        if verb:
            return verb, at + length
    return None


def permits(line: Line, at: int) -> Verb | None:
    """`1 mag`, `2 mag ook`: a yes where nothing else stands before the clause ends."""
    if line.word(at) not in _PERMITS:
        return None
    end = line.skip(at + 1, _MILD)
    return Verb("ja", end, "mag") if end >= len(line.tokens) or line.word(end) in _CLAUSE_ENDS else None


def verb_after(line: Line, at: int) -> Verb | None:
    """The command at a place, with whom it passes a row on to; None where none stands there or nobody is known."""
    found = verb_at(line.tokens, at)
    if found is None:
        return None
    verb, end = found
    word = line.word(at)
    if word == "graag" and end == at + 1:
        wished = verb_at(line.tokens, end)
        if wished and wished[0] in ("ander", "later", "stop"):
            return Verb(wished[0], wished[1], line.word(end))
    if word in _PASSES and line.word(end - 1) == "door" and end < len(line.tokens):
        goes = Verb(verb, end, word) if line.word(end) in _CLAUSE_ENDS | COURTESY else None
        return passed_on(line, end) or goes
    return passed_on(line, end) if verb == "door" else Verb(verb, end, word)


def passed_on(line: Line, at: int) -> Verb | None:
    """`door An`: the longest name known, with nothing after it that could belong to another name."""
    for length in range(min(6, len(line.tokens) - at), 0, -1):
        words = [token.word for token in line.tokens[at : at + length] if token.word not in {"-", "."}]
        address = line.scope.people.get(" ".join(words)) or line.scope.people.get("".join(words))
        if not address:
            continue
        end = at + length
        follows = line.tokens[end] if end < len(line.tokens) else None
        is_cut = follows is not None and (follows.is_name or follows.kind in ("number", "mail", "odd", "amount"))
        return None if is_cut and follows and follows.word not in COURTESY else Verb("door", end, "door", address)
    return None
