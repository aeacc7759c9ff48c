"""Rows called by who or what stands in them: `Sofie: ja`, `de hond ook`, `boodschappen Heverlee ok`. Pure.

What a row is called is read in the digest's copy under the reply, so that a reply without one knows rows by number
only. A name that fits two rows, or a matchmaker, is nobody's; one counts only where a row's number could stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from mailbot.matching.reply_lines import row_number
from mailbot.matching.reply_original import unquote
from mailbot.matching.reply_rows import Copy, names_of, plain
from mailbot.matching.reply_tokens import Token, tokens_of
from mailbot.matching.reply_verbs import verb_at
from mailbot.matching.reply_words import ARTICLES, EXCEPT, LONGEST_VERB, SOFT_YES, listed

_MATCH = re.compile(r"\bM-0*(\d{1,9})\b")
_PERSON = re.compile(r"\b([^\W\d_][^\W\d_'’-]{1,15}(?:['’-][^\W\d_]{1,15})?) ([^\W\d_])\.")
_NUMBERED = re.compile(r"\b[HA]-\d{1,9}\s+[^\W\d_]")
_PARTY = re.compile(r"\b[HA]-\d{1,9}\s+(?=[^\W\d_a-z])([^\W\d_]{2,16}(?:['’-][^\W\d_]{1,15})?)\b")
_DISTRICT = re.compile(r"\b[1-9]\d{3}\s+([^\W\d_][\w-]{2,30})")
_KINDS = tuple(
    listed(each)
    for each in (
        "boodschappen boodschap courses groceries shopping einkaufe",
        "apotheek apotheker medicijnen medicatie medicamenten pharmacie medicaments pharmacy medicines apotheke"
        " medikamente",
        "maaltijden maaltijd repas meals mahlzeiten",
        "hond hondje huisdieren huisdier chien animaux dog pets haustiere",
        "vervoer transport rit ritje fahrten",
        "telefoongesprek telefoongesprekken babbel babbeltje praatje compagnie",
        "brieven brief kaartjes lettres letters briefe",
        "kinderopvang oppas childcare kinderbetreuung",
        "huiswerkbegeleiding huiswerk devoirs homework hausaufgaben",
        "klusjes klusje karweitjes errands besorgungen",
        "mondmaskers masques masks masken",
        "vertalen vertaling traduction translation ubersetzung",
    )
)
_LINKS = frozenset({"en", "et", "and", "und", "&", "+", "/", ","})
_OPENS = frozenset({"-", "*", "•", "–", "dus", "en", "et", "and", "maar", "verder"})
_STOPS = frozenset({",", ".", ";", "!"})
_BEFORE = frozenset({"voor", "bij", "met", "pour", "chez", "avec", "for", "with", "van", "wat", "aangaande"})
_WITHIN = frozenset(
    {"van", "in", "te", "voor", "met", "bij", "naar", "de", "du", "a", "pour", "for", "of", "(", "-", "–"}
)
_MARKED = frozenset({":", "=", "-", "–", "→", ">"})
_ALONE = frozenset({"ook", "aussi", "too", "idem", "mag", "mogen"})
_AFTER = _MARKED | listed("is mag mogen ook zeker graag voor mij aussi too betreft zijn het dat zeg ik ) → '")
_OF_PEOPLE = frozenset({"ja", "nee", "ander", "door", "gebeld", "loopt", "klaar", "later"})
_OF_THINGS = _OF_PEOPLE - {"gebeld"}  # `apotheek gebeld` is a call to the chemist's
MOST_COPY, LONGEST_COPIED, MOST_BETWEEN = 2_000, 400, 3
MOST_OF_A_ROW, MOST_OF_A_HEAD = 8, 4  # lines


def copy_of(text: str, rows: Sequence[int], matches: Mapping[str, int], matchmakers: Iterable[str]) -> Copy:
    """What the copy of the digest in a reply calls its rows; nothing where it is not the copy of these `rows`.

    `matches` are the rows by match id as sent, where they are known: a copy that has others is of another digest.
    """
    shown: dict[str, int] = {}
    people: dict[tuple[str, ...], set[int]] = {}
    things: dict[tuple[str, ...], set[int]] = {}
    for row, match, head, lines in _blocks(text, frozenset(rows)):
        if shown.setdefault(match, row) != row or (matches and matches.get(match) != row):
            return Copy()
        for name in _people([head, *lines]):
            people.setdefault(name, set()).add(row)
        for name in _things(head):
            things.setdefault(name, set()).add(row)
    if len(set(shown.values())) < len(shown):
        return Copy()
    taken = {name for each in matchmakers for name in _names_of_matchmaker(each)}
    return Copy(shown, _without(people, taken), _without(things, taken | people.keys()))


def _blocks(text: str, rows: frozenset[int]) -> Iterator[tuple[int, str, str, list[str]]]:
    """Each copied row: its number, its match id, what stands before that, and the lines after it."""
    blocks: list[tuple[int, list[str]]] = []
    for line in text.split("\n")[:MOST_COPY]:
        depth, said = unquote(line[:LONGEST_COPIED])
        said = said.replace("*", "").strip()
        if depth > 1 or not said:
            continue
        number = row_number(said, rows)
        if number is not None:
            blocks.append((number, [said]))
        elif blocks and len(blocks[-1][1]) < MOST_OF_A_ROW:
            blocks[-1][1].append(said)
    for number, lines in blocks:
        at = next((at for at, line in enumerate(lines[:MOST_OF_A_HEAD]) if _MATCH.search(line)), None)
        found = _MATCH.search(lines[at]) if at is not None else None
        if at is not None and found:
            head = " ".join([*lines[:at], lines[at][: found.start()]])
            yield number, f"m-{found.group(1)}", head, lines[at + 1 :]


def _people(lines: Sequence[str]) -> Iterator[tuple[str, ...]]:
    named = [lines[0], *(line for line in lines[1:] if _NUMBERED.search(line))]
    yield from (_words(first) for line in named for first in _PARTY.findall(line))
    for first, initial in (each for line in named for each in _PERSON.findall(line)):
        name = _words(first)
        yield name
        yield (*name, plain(initial))
        yield (*name, plain(initial), ".")


def _things(line: str) -> Iterator[tuple[str, ...]]:
    said = {token.word for token in tokens_of(line)}
    yield from ((word,) for kind in _KINDS if kind & said for word in kind)
    yield from map(_words, _DISTRICT.findall(line))


def _words(name: str) -> tuple[str, ...]:
    return tuple(token.word for token in tokens_of(name))


def _names_of_matchmaker(address: str) -> Iterator[tuple[str, ...]]:
    """`jan`, `claes` and `jan c` of Jan Claes; `Jan P.` may be somebody else."""
    for name in names_of(address):
        parts = name.split()
        yield from ((part,) for part in parts)
        yield from ((first, last[0]) for first, last in pairwise(parts))


def _without(
    named: Mapping[tuple[str, ...], set[int]], taken: Set[tuple[str, ...]]
) -> dict[tuple[str, ...], frozenset[int]]:
    return {name: frozenset(rows) for name, rows in named.items() if name not in taken and name[:2] not in taken}


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


def by_number(text: str, copy: Copy) -> str:
    """The line with row numbers for the names that stand where a row's number could; else as it is.

    `Bij Sofie zeg ik ja` and `ok voor de hond` name rows; `Sofie is ziek` and `1 ja, ik ken Sofie` do not.
    """
    tokens = tokens_of(text)
    for run in reversed(_runs(_found(tokens, copy), tokens)):
        if _stands_for_rows(run, tokens):
            for each in reversed(_by_row(run)):
                first, last = tokens[each.start], tokens[each.end - 1]
                text = f"{text[: first.start]}{min(each.rows)}{text[last.end :]}"
    return text


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
