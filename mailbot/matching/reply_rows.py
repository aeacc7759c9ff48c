"""Which rows a few words of a reply name: `1`, `rij 2 en 3`, `1 t/m 4`, `M-214`, `alles behalve 3`, `de rest`."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mailbot.matching.reply_commands import VERBS
from mailbot.matching.reply_tokens import Token
from mailbot.matching.reply_words import (
    ALL,
    ALL_NOUNS,
    ARTICLES,
    BAD_NEWS,
    BOTH,
    CHOICE,
    CONDITION,
    CONJUNCTIONS,
    CONTRAST,
    CORRECTION,
    COURTESY,
    DOUBT,
    EXCEPT,
    FILLERS,
    LAST,
    MARKERS,
    NEEDS_EYES,
    NEGATION,
    RANGES,
    REST,
    ROW_NAMES,
    SPELLED,
    SPELLED_AFTER_MARKER,
    STATES,
    TO_DO,
)

_SMALL = frozenset(["de", "den", "der", "van", "la", "le", "du", "het", "ten", "ter"])
_ADVERBS = frozenset(["first", "second", "third"])  # `First, no news yet` names no row
_FIRSTS = frozenset({"eerste", "first", "premiers", "premieres"})
_MAY_FOLLOW = (
    CONJUNCTIONS | RANGES | EXCEPT | ALL | BOTH | ARTICLES | NEGATION | DOUBT | CONDITION | CONTRAST | CORRECTION
    | CHOICE | COURTESY | NEEDS_EYES | BAD_NEWS | STATES | TO_DO
    | frozenset({"ook", "idem", "aussi", "too", "mag", "mogen", "aan"})
) - {"va"}  # `tout va bien`
_ALL_OF = frozenset(["alle", "all", "tout", "tous", "toutes"])  # `all meals`, `tout le monde`
_ROW_NOUNS = frozenset(
    ["nummers", "nrs", "rijen", "lijnen", "voorstellen", "matches", "rows", "numbers", "ones", "lignes", "propositions"]
)
MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Copy:
    """The digest's copy under a reply: rows by match id, and the rows that folded words call, people's and others."""

    matches: Mapping[str, int] = field(default_factory=dict)
    people: Mapping[tuple[str, ...], frozenset[int]] = field(default_factory=dict)
    things: Mapping[tuple[str, ...], frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reply may speak of: the digest's rows in order, their match ids, whom rows may go to by name.

    `missing` are the requests without a candidate whose question it showed; `copy` says what its rows are called.
    """

    rows: tuple[int, ...]
    matches: Mapping[str, int] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    missing: frozenset[int] = frozenset()
    copy: Copy = Copy()

    @property
    def only(self) -> int | None:
        return self.rows[0] if len(self.rows) == 1 else None


@dataclass(frozen=True, slots=True)
class Named:
    """Rows as named, in order; `sound` is False where one does not exist or the words leave a choice."""

    rows: tuple[int, ...]
    end: int
    sound: bool = True
    rest: bool = False
    spared: tuple[int, ...] = ()
    marked: bool = False


def people_by_name(addresses: Iterable[str], but: str) -> dict[str, str]:
    """Addresses by every name that points at exactly one of them; `but` is the writer, to whom nothing is passed."""
    named = [(name, address) for address in {each.strip(): 0 for each in addresses} for name in set(names_of(address))]
    counts = Counter(name for name, _address in named)
    return {
        name: bare_address(address)
        for name, address in named
        if counts[name] == 1 and bare_address(address).casefold() != but.casefold()
    }


def bare_address(written: str) -> str:
    """`An Peeters <an@leuven.example>` without the name."""
    found = re.search(r"<([^<>]+)>", written)
    return (found.group(1) if found else written).strip()


def names_of(written: str) -> Iterator[str]:
    """Every way to name who has an address, folded: `an`, `peeters`, `an peeters`, `anpeeters`."""
    address = bare_address(written)
    yield plain(address)
    shown = written.split("<", maxsplit=1)[0] if "<" in written else ""
    for text in (address.partition("@")[0], shown):
        parts = [part for part in re.split(r"[\s._+-]+", plain(text)) if part]
        for start in range(len(parts)):
            for end in range(start + 1, len(parts) + 1):
                told = parts[start:end]
                if told[-1] not in _SMALL and (len(told) > 1 or len(told[0]) > 1):
                    yield from {" ".join(told), "".join(told)}


def plain(text: str) -> str:
    """Folded to lower case, without accents."""
    low = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in low if not unicodedata.combining(letter))


def name_rows(tokens: Sequence[Token], at: int, scope: Scope) -> Named | None:
    """The rows named from `at` on, as many as hang together; None where no row is named there."""
    first = _from_on(tokens, at, scope) or _all_or_rest(tokens, at, scope) or _one(tokens, at, scope)
    if first is None:
        return None
    named = first
    while not named.rest and len(named.rows) < MOST_ROWS:
        further = _further(tokens, named, scope)
        if further is None:
            break
        named = further
    return but_for(tokens, named, scope)


def _word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].word if at < len(tokens) else ""


def _skip(tokens: Sequence[Token], at: int, words: frozenset[str]) -> int:
    while _word(tokens, at) in words and tokens[at].kind in ("word", "mark"):
        at += 1
    return at


def _all_or_rest(tokens: Sequence[Token], at: int, scope: Scope) -> Named | None:
    start = _skip(tokens, at, MARKERS | ARTICLES | {"al"})
    word = _word(tokens, start)
    is_all_others = word == "andere" and start > at and _word(tokens, at) in {"al", "alle"}  # `al de andere`
    if word in REST or is_all_others:
        return Named((), _skip(tokens, start + 1, _ROW_NOUNS), rest=True)
    if word in BOTH or (word == "deux" and at < start and tokens[start - 1].word == "les"):
        return Named(scope.rows, start + 1, sound=len(scope.rows) == 2)
    if word not in ALL or (word in _ALL_OF and _is_of_something_else(tokens, start + 1)):
        return None
    end = _skip(tokens, start + 1, ALL_NOUNS)
    if _word(tokens, end) in REST:
        return Named((), end + 1, rest=True)
    count = _count(tokens, end)
    if count is not None:
        return Named(scope.rows, _skip(tokens, end + 1, ALL_NOUNS), sound=count == len(scope.rows))
    return Named(scope.rows, end)


def _is_of_something_else(tokens: Sequence[Token], at: int) -> bool:
    """`alle mails`, `tout le monde`, `trois visios`: of what is no row."""
    at = _skip(tokens, at, ARTICLES)
    known = ALL_NOUNS | ROW_NAMES | REST | SPELLED.keys() | FILLERS | _MAY_FOLLOW
    return at < len(tokens) and tokens[at].kind == "word" and tokens[at].word not in known | {each[0] for each in VERBS}


def _from_on(tokens: Sequence[Token], at: int, scope: Scope) -> Named | None:
    """`vanaf 4 alles`, `alles vanaf 4`: that row and all after it."""
    leads = _word(tokens, at) in ALL
    start = at + leads
    first = _one(tokens, start + 1, scope) if _word(tokens, start) in {"vanaf", "from"} else None
    if first is None or not (leads or _word(tokens, first.end) in ALL) or len(first.rows) != 1:
        return None
    rows = tuple(row for row in scope.rows if row >= first.rows[0])
    return Named(rows, first.end if leads else first.end + 1, first.sound and len(rows) > 1)


def _count(tokens: Sequence[Token], at: int) -> int | None:
    if at >= len(tokens):
        return None
    if tokens[at].kind == "number":
        return tokens[at].number
    return SPELLED.get(tokens[at].word) if tokens[at].kind == "word" else None


def _one(tokens: Sequence[Token], at: int, scope: Scope) -> Named | None:
    start = _skip(
        tokens, at, MARKERS | ARTICLES | {"(", "."} if at < len(tokens) and _is_marker(tokens[at]) else ARTICLES
    )
    marked = start > at
    if start >= len(tokens):
        return None
    token = tokens[start]
    if token.word == "no" and start + 1 < len(tokens):
        beyond = _skip(tokens, start + 1, frozenset({"."}))
        return _one(tokens, beyond, scope) if beyond < len(tokens) and tokens[beyond].kind == "number" else None
    if token.kind == "match":
        return _match(token, start, scope)
    first = _first_ones(tokens, start, scope)
    if first is not None:
        return first
    is_called_row = any(each.word in ROW_NAMES for each in tokens[at:start])
    if token.kind == "word" and not is_called_row and _is_of_something_else(tokens, start + 1):
        return None
    return _last(token, start, scope) or _numbered(token, start, scope, marked=marked, called=is_called_row)


def _last(token: Token, at: int, scope: Scope) -> Named | None:
    return Named(scope.rows[-1:], at + 1) if token.word in LAST else None


def _first_ones(tokens: Sequence[Token], at: int, scope: Scope) -> Named | None:
    """`eerste drie`, `3 premières`."""
    if tokens[at].word in _FIRSTS:
        count = _count(tokens, at + 1)
    else:
        is_told = tokens[at].kind == "number" and at > 0 and tokens[at - 1].word in ARTICLES  # `les 3 premières`
        count = tokens[at].number if is_told and _word(tokens, at + 1) in _FIRSTS else None
    return Named(scope.rows[:count], at + 2, sound=0 < count <= len(scope.rows)) if count is not None else None


def _is_marker(token: Token) -> bool:
    return token.word in MARKERS or token.word in ARTICLES


def _match(token: Token, at: int, scope: Scope) -> Named:
    row = scope.matches.get(f"m-{token.number}")
    return Named((row,), at + 1) if row is not None else Named((), at + 1, sound=False)


def _numbered(token: Token, at: int, scope: Scope, *, marked: bool, called: bool) -> Named | None:
    number: int | None = None
    if token.kind in ("number", "ordinal"):
        number = token.number
    elif token.kind == "word":
        number = SPELLED.get(token.word) or (SPELLED_AFTER_MARKER.get(token.word) if called else None)
    if number is None or (token.word in _ADVERBS and not marked):
        return None
    return Named((number,), at + 1, sound=number in scope.rows, marked=marked)


def _further(tokens: Sequence[Token], named: Named, scope: Scope) -> Named | None:
    """One more row, or the far end of a range; `1 2 3` counts as a list only where it rises."""
    word = _word(tokens, named.end)
    if word in RANGES or (word == "." and _word(tokens, named.end + 1) == "."):
        return _range(tokens, named, scope)
    start = _skip(tokens, named.end, CONJUNCTIONS)
    after = _one(tokens, start, scope)
    if after is None or (start == named.end and not _rises(tokens[start], named, after)):
        return None
    repeated = start == named.end and after.rows == named.rows[-1:]
    rows = named.rows if repeated else (*named.rows, *after.rows)
    return Named(rows, after.end, named.sound and after.sound, marked=named.marked)


def _rises(token: Token, named: Named, after: Named) -> bool:
    if token.kind == "match":
        return after.rows == named.rows[-1:]
    return token.kind == "number" and bool(named.rows) and after.sound and after.rows[0] > named.rows[-1]


def _range(tokens: Sequence[Token], named: Named, scope: Scope) -> Named | None:
    word = _word(tokens, named.end)
    start = _skip(tokens, named.end, RANGES | {"en", "met", "et", "inclus", "&"})
    after = _one(tokens, start, scope) if start < len(tokens) else None
    if after is None or len(after.rows) != 1 or not named.rows:
        return None
    low, high = named.rows[-1], after.rows[0]
    between = tuple(range(low, min(high, low + MOST_ROWS) + 1))
    is_whole = set(between) <= set(scope.rows) and low < high and not (word == "a" and high - low < 2)
    return Named((*named.rows[:-1], *between), after.end, named.sound and after.sound and is_whole)


def but_for(tokens: Sequence[Token], named: Named, scope: Scope) -> Named:
    """The rows less those that an exception right after them takes out, `behalve 3`."""
    start = _skip(tokens, named.end, frozenset({","}))
    if _word(tokens, start) not in EXCEPT:
        return named
    but = _one(tokens, _skip(tokens, start + 1, frozenset({"voor", "pour", "for"})), scope)
    while but is not None and (further := _further(tokens, but, scope)) is not None:
        but = further
    if but is None:
        return Named(named.rows, start + 1, sound=False)
    kept = tuple(row for row in named.rows if row not in but.rows)
    sound = named.sound and but.sound and len(named.rows) > 1 and set(but.rows) <= set(named.rows) and not named.rest
    return Named(kept, but.end, sound, spared=but.rows)


def mentioned(tokens: Sequence[Token], scope: Scope) -> frozenset[int]:
    """Every row that a line could be speaking of, however unclearly."""
    found: set[int] = set()
    at = 0
    while at < len(tokens):
        named = name_rows(tokens, at, scope)
        if named is None:
            at += 1
            continue
        found |= {row for row in (*named.rows, *named.spared) if row in scope.rows}
        at = max(named.end, at + 1)
    return frozenset(found)
