"""Which matchmaker gets which row: an even share each, by language, district and whom they know already. Pure.

The same exact assignment as for volunteers, with matchmakers in their place and a quota as their capacity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.matching.assign import Demand, Supply, assign
from mailbot.matching.candidates import Candidate
from mailbot.matching.playbook import Matchmaker

KNOWN, DISTRICT, LANGUAGE = 1000, 100, 300


@dataclass(frozen=True, slots=True)
class Row:
    """What matters of one row here: who was at this requester last, where it is, what is spoken, what is urgent."""

    match: int
    district: str
    language: str
    known_to: str = ""
    urgent: bool = False


def allot(rows: Sequence[Row], matchmakers: Sequence[Matchmaker]) -> dict[int, str]:
    """The address of a matchmaker for every match; empty where there is no matchmaker.

    Nobody gets more than the even share, rounded up; within it language weighs more than district, and a
    requester who is known stays with whom they know.
    """
    if not matchmakers or not rows:
        return {}
    quota = -(-len(rows) // len(matchmakers))
    pairs = [
        Candidate(row.match, place, _points(row, one), -1) for row in rows for place, one in enumerate(matchmakers)
    ]
    demands = [Demand(row.match, urgent=row.urgent) for row in rows]
    found = assign(pairs, demands, [Supply(place, quota) for place in range(len(matchmakers))], price=1)
    return {each.request: matchmakers[each.offer].address for each in found.pairs}


def _points(row: Row, one: Matchmaker) -> int:
    known = KNOWN if row.known_to and row.known_to.casefold() == one.address.casefold() else 0
    district = DISTRICT if row.district in one.districts else 0
    spoken = LANGUAGE if row.language in one.languages else 0
    return known + district + spoken
