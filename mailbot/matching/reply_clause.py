"""One command of a reply made: rows, verb and what is said with it, where nothing unsettles it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.matching.reply_remarks import Remark, weigh_remark
from mailbot.matching.reply_rows import Named, name_rows
from mailbot.matching.reply_tokens import Token
from mailbot.matching.reply_verbs import Line, Verb, verb_after
from mailbot.matching.reply_words import (
    ALL,
    COURTESY,
    EXCEPT,
    SOFT_YES,
)


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
    if not named.sound or _is_idiom(line, named, found):
        return None
    weight = weigh_remark(found.verb, found.word, told, line.scope, needs_stop=needs_stop)
    if weight is Remark.UNSAFE:
        return None
    noted = weight is Remark.TOLD
    return Clause(named.rows, found.verb, _reason(line.text, told), found.to, named.rest, named.spared, noted)


def excepted(line: Line, named: Named, found: Verb, end: int) -> Clause | None:
    """`alles ja behalve 3`: the exception after the command, which must end the line."""
    return made_clause(line, named, found, end) or _with_exception(line, named, found)


def _with_exception(line: Line, named: Named, found: Verb) -> Clause | None:
    spared = _spared_after(line, found.end)
    if spared is None or not spared.sound or named.rest or not set(spared.rows) <= set(named.rows):
        return None
    kept = tuple(row for row in named.rows if row not in spared.rows)
    if not (kept and named.sound) or _is_idiom(line, named, found):
        return None
    return None if not _tells_of_those(line, spared.end) else Clause(kept, found.verb, to=found.to, spared=spared.rows)


def _tells_of_those(line: Line, at: int) -> bool:
    """What follows an exception tells why, `behalve 4 (te ver)`, or what to do: `behalve 4, daar iemand anders`."""
    found = verb_after(line, line.skip(at, frozenset({",", "daar", "die", "dat", "voor", "want"})))
    verb, word, start = (found.verb, found.word, found.end) if found else ("nee", "nee", at)
    return verb != "ja" and weigh_remark(verb, word, line.tokens[start:], line.scope) is not Remark.UNSAFE


def _spared_after(line: Line, at: int) -> Named | None:
    start = line.skip(at, frozenset({","}))
    if line.word(start) not in EXCEPT:
        return None
    return name_rows(line.tokens, line.skip(start + 1, frozenset({"voor", "pour", "for"})), line.scope)


def _is_idiom(line: Line, named: Named, found: Verb) -> bool:
    """`alles goed`, `all done`, `alles loopt`: said of the day as often as of every row."""
    is_all = named.rows == line.scope.rows and len(named.rows) > 1 and any(
        token.word in ALL for token in line.tokens[: named.end]
    )
    return is_all and (found.word in SOFT_YES or found.verb in ("klaar", "loopt"))


def _reason(text: str, told: Sequence[Token]) -> str:
    kept = [token for token in told if token.word not in COURTESY or token.word in {"dag", "morgen", "heel", "erg"}]
    if not [token for token in kept if token.kind != "mark"]:
        return ""
    said = text[told[0].start : told[-1].end].strip(" ,;:.-–—!")
    return said[1:-1].strip() if said.startswith("(") and said.endswith(")") else said.strip("( )")
