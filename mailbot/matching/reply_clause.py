"""One command of a reply made: rows, verb and what is said with it, where nothing unsettles it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.matching.reply_remarks import Remark, weigh_remark
from mailbot.matching.reply_rows import Named, name_rows
from mailbot.matching.reply_tokens import Token
from mailbot.matching.reply_verbs import Line, Verb, past_fillers, verb_after
from mailbot.matching.reply_words import (
    ALL,
    COURTESY,
    EXCEPT,
    HERE,
    SOFT_YES,
)

_OF_THOSE = frozenset({",", "(", ":", "daar", "die", "dat", "voor", "want", "zou", "ik", "wil", "graag", "liever"})
_KNOWS = frozenset({"ken", "kennen", "know", "connais"})


@dataclass(frozen=True, slots=True)
class Clause:
    """One command on some rows. `rest` means all rows that the reply says nothing else about; `spared` are excepted.

    `noted`: something is told with it that a person should read.
    """

    rows: tuple[int, ...]
    verb: str
    reason: str = ""
    to: str | None = None
    rest: bool = False
    spared: tuple[int, ...] = ()
    noted: bool = False


def made_clause(
    line: Line, named: Named, found: Verb, end: int, remark: int | None = None, *, needs_stop: bool = False
) -> Clause | None:
    """The command with what is said after it, from `remark` or its end on up to `end`; None where that unsettles it."""
    start = found.end if remark is None else remark
    told = line.tokens[start:end]
    if not named.sound or _is_idiom(line, named, found) or _knows_nobody(named, found, told):
        return None
    weight = weigh_remark(found.verb, found.word, told, line.scope, needs_stop=needs_stop)
    if weight is Remark.UNSAFE:
        return None
    noted = weight is Remark.TOLD
    return Clause(named.rows, found.verb, _reason(line.text, told), found.to, named.rest, named.spared, noted)


def excepted(line: Line, named: Named, found: Verb, end: int) -> tuple[Clause, ...]:
    """`alles ja behalve 3`: the exception after the command, which must end the line; none where it is unsettled.

    What is told of the excepted rows, `behalve 4: iemand anders`, is a command of its own.
    """
    plain = made_clause(line, named, found, end)
    return (plain,) if plain else _with_exception(line, named, found)


def with_spared_told(line: Line, named: Named, found: Verb) -> tuple[Clause, ...]:
    """`ok voor alles behalve 4 (nee, te ver)`: the command, and the other one of the rows that it excepts."""
    told = _told_of_those(line, Named(named.spared, named.end)) if named.spared and named.sound else ()
    is_plain = bool(told and named.rows) and not _is_idiom(line, named, found)
    return (Clause(named.rows, found.verb, to=found.to), *told) if is_plain else ()


def _with_exception(line: Line, named: Named, found: Verb) -> tuple[Clause, ...]:
    spared = _spared_after(line, found.end)
    if spared is None or not spared.sound or named.rest or not set(spared.rows) <= set(named.rows):
        return ()
    kept = tuple(row for row in named.rows if row not in spared.rows)
    if not (kept and named.sound) or _is_idiom(line, named, found):
        return ()
    told = _told_of_those(line, spared)
    if told:
        return (Clause(kept, found.verb, to=found.to), *told)
    tells_why = weigh_remark("nee", "nee", line.tokens[spared.end :], line.scope) is not Remark.UNSAFE
    return (Clause(kept, found.verb, to=found.to, spared=spared.rows),) if tells_why else ()


def _told_of_those(line: Line, spared: Named) -> tuple[Clause, ...]:
    """What an exception is to be instead: `behalve 4, daar iemand anders`, `sauf 3: non`."""
    found = verb_after(line, past_fillers(line, line.skip(spared.end, _OF_THOSE)))
    if found is None or found.verb == "ja":
        return ()
    clause = made_clause(line, spared, found, len(line.tokens))
    return (clause,) if clause else ()


def _spared_after(line: Line, at: int) -> Named | None:
    start = line.skip(at, frozenset({","}))
    if line.word(start) not in EXCEPT:
        return None
    return name_rows(line.tokens, line.skip(start + 1, frozenset({"voor", "pour", "for"})), line.scope)


def _is_idiom(line: Line, named: Named, found: Verb) -> bool:
    """`alles goed`, `all done`, `alles in orde hier`: said of the day as often as of every row."""
    is_all = named.rows == line.scope.rows and len(named.rows) > 1 and any(
        token.word in ALL for token in line.tokens[: named.end]
    )
    is_of_the_day = found.word in SOFT_YES or found.verb in ("klaar", "loopt") or line.word(found.end) in HERE
    return is_all and is_of_the_day


def _knows_nobody(named: Named, found: Verb, told: Sequence[Token]) -> bool:
    """`de rest nee, die ken ik niet` leaves them to others, and refuses nobody."""
    return found.verb == "nee" and named.rest and not {token.word for token in told}.isdisjoint(_KNOWS)


def _reason(text: str, told: Sequence[Token]) -> str:
    kept = [token for token in told if token.word not in COURTESY or token.word in {"dag", "morgen", "heel", "erg"}]
    if not [token for token in kept if token.kind != "mark"]:
        return ""
    said = text[told[0].start : told[-1].end].strip(" ,;:.-–—!")
    return said[1:-1].strip() if said.startswith("(") and said.endswith(")") else said.strip("( )")
