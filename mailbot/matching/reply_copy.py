"""What a digest's rows are called in its copy under a reply: who asks, who helps, the kinds, the district. Pure.

Only a whole copy of the digest that is answered counts: of a part it could not be told whether a name fits one row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import pairwise

from mailbot.matching.reply_lines import row_number
from mailbot.matching.reply_original import unquote
from mailbot.matching.reply_rows import Copy, names_of, plain
from mailbot.matching.reply_tokens import tokens_of
from mailbot.matching.reply_words import listed

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
        "telefoongesprek telefoongesprekken telefoontjes babbel babbeltje praatje compagnie",
        "brieven brief kaartjes lettres letters briefe",
        "kinderopvang oppas childcare kinderbetreuung",
        "huiswerkbegeleiding huiswerk devoirs homework hausaufgaben",
        "klusjes klusje karweitjes errands besorgungen",
        "mondmaskers masques masks masken",
        "vertalen vertaling traduction translation ubersetzung",
    )
)
MOST_COPY, LONGEST_COPIED = 2_000, 400
MOST_OF_A_ROW, MOST_OF_A_HEAD = 8, 4  # lines


def copy_of(text: str, rows: Sequence[int], matches: Mapping[str, int], matchmakers: Iterable[str]) -> Copy:
    """What the copy of the digest in a reply calls its rows; nothing where it is not a copy of all these `rows`.

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
    if sorted(shown.values()) != sorted(rows):
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
