"""How a record grows from a ticket, and how a later correction of the ticket reaches it. Pure; reads no letter.

Triage said what help, where and for whom; what it did not say stays open for an operator (`mailbot match
complete`) and gets the widest meaning: any time, the town's centre of the postcode, one task a week.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from mailbot.matching.playbook import Playbook
from mailbot.matching.records import ANY_TIME, DAYS, PARTS, slots_of
from mailbot.matching.states import Need, Readiness

MOST_PLACES = 200
_PART_WORDS = {
    "morning": r"voormiddag|ochtend|morgen\b|'s morgens|matin|morning|vormittag|morgens",
    "afternoon": r"namiddag|middag\b|apres-midi|après-midi|afternoon|nachmittag",
    "evening": r"avond|soir|evening|abend",
    "night": r"nacht|nuit|night",
}
_DAY_WORDS = {
    "mon": r"maandag|lundi|monday|montag",
    "tue": r"dinsdag|mardi|tuesday|dienstag",
    "wed": r"woensdag|mercredi|wednesday|mittwoch",
    "thu": r"donderdag|jeudi|thursday|donnerstag",
    "fri": r"vrijdag|vendredi|friday|freitag",
    "sat": r"zaterdag|samedi|saturday|samstag|weekend|week-end|wochenende",
    "sun": r"zondag|dimanche|sunday|sonntag|weekend|week-end|wochenende",
}
_RECURS = r"\belke?\b|iedere?\b|wekelijks|dagelijks|every|weekly|chaque|toutes les|hebdo|jede[nsr]?\b|wöchentlich"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A place as the map knows it. `precision` is street, postcode, municipality, or empty where none is known."""

    latitude: float | None = None
    longitude: float | None = None
    precision: str = ""
    postcode: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True)
class Seed:
    """What a ticket says that matters here; `needs` are texts by the names of `model.Verdict.needs`."""

    ticket: int
    kinds: tuple[str, ...]
    urgent: bool
    language: str
    is_organisation: bool
    on_behalf: bool
    since: datetime
    where: Whereabouts = field(default_factory=Whereabouts)
    needs: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The seed as plain JSON values, to be compared with a later one."""
        where = {f"where_{name}": value for name, value in asdict(self.where).items()}
        plain = {name: getattr(self, name) for name in ("urgent", "language", "is_organisation", "on_behalf")}
        return {**plain, "kinds": list(self.kinds), "needs": dict(self.needs), **where}


def new_request(seed: Seed, playbook: Playbook, now: datetime) -> dict[str, Any]:
    """The columns of the help request that a ticket becomes."""
    columns = _common(seed, now) | _of_request(seed)
    return columns | {"state": first_need(columns, playbook), "family": [], "since": seed.since, "for_profit": False}


def new_offer(seed: Seed, now: datetime) -> dict[str, Any]:
    """The columns of the help offer that a ticket becomes."""
    columns = _common(seed, now) | {"vehicle": _says_yes(seed.needs.get("vehicle", ""))}
    return columns | {"state": Readiness.READY, "waiting_since": seed.since, "confirmed_at": seed.since}


def corrected(stored: Mapping[str, Any], seed: Seed, *, is_request: bool, now: datetime) -> dict[str, Any]:
    """The columns that change because the ticket now says something else; what an operator completed stays."""
    before, after = stored["seed"], seed.as_json()
    changed = {name for name in after if before.get(name) != after[name]}
    if not changed:
        return {}
    fresh = _common(seed, now) | (_of_request(seed) if is_request else {})
    wanted = {"seed", "updated_at"} | {column for name in changed for column in _COLUMNS_OF.get(name, (name,))}
    if any(name.startswith("where_") for name in changed) and not stored["street"]:
        wanted |= {"latitude", "longitude", "precision", "postcode", "district"}
    return {name: value for name, value in fresh.items() if name in wanted}


_COLUMNS_OF: Mapping[str, tuple[str, ...]] = {
    "language": ("languages",),
    "needs": ("slots", "places", "day", "recurs", "languages"),
    "is_organisation": ("places",),
}


def first_need(columns: Mapping[str, Any], playbook: Playbook) -> Need:
    """Open where somebody could be proposed; to clarify where the kind of help or the place is not known."""
    kinds = columns["kinds"]
    is_remote = set(kinds) <= set(playbook.limits.remote_kinds)
    return Need.OPEN if kinds and (is_remote or columns["precision"]) else Need.TO_CLARIFY


def slots_in(text: str) -> int:
    """The parts of the week that a few words name; any time where they name none."""
    told = text.casefold()
    parts = [part for part in PARTS if re.search(_PART_WORDS[part], told)]
    days = [day for day in DAYS if re.search(_DAY_WORDS[day], told)]
    return slots_of(parts or PARTS, days or DAYS) if parts or days else ANY_TIME


def recurs_in(text: str) -> bool:
    """Whether a few words speak of help again and again."""
    return bool(re.search(_RECURS, text.casefold()))


def _common(seed: Seed, now: datetime) -> dict[str, Any]:
    where = {name: getattr(seed.where, name) for name in Whereabouts.__slots__}
    return {
        "ticket": seed.ticket,
        "kinds": [kind for kind in seed.kinds if kind != "other"],
        "slots": slots_in(seed.needs.get("availability", "")),
        "languages": _languages(seed),
        "seed": seed.as_json(),
        "updated_at": now,
        **where,
    }


def _of_request(seed: Seed) -> dict[str, Any]:
    return {
        "urgent": seed.urgent,
        "on_behalf": seed.on_behalf,
        "places": _headcount(seed) if seed.is_organisation else 1,
        "recurs": recurs_in(seed.needs.get("availability", "")),
        "day": _day(seed.needs.get("deadline", "")),
    }


def _languages(seed: Seed) -> list[str]:
    spoken = re.findall(r"\b[a-z]{2}\b", seed.needs.get("languages", "").casefold())
    return list(dict.fromkeys([seed.language, *spoken]))


def _headcount(seed: Seed) -> int:
    found = re.search(r"\d{1,4}", seed.needs.get("headcount", ""))
    return max(1, min(int(found.group()), MOST_PLACES)) if found else 1


def _says_yes(text: str) -> bool:
    return bool(text.strip()) and text.strip().casefold() not in {"no", "nee", "non", "false", "0"}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
