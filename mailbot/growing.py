"""Records of help grown from tickets: when a letter opens one, when a ticket is corrected, when one is closed.

Meets here: the ticket's row, the map of triage, and the record of matching. What a record says is in
`matching.growth`; how it lies in the database in `matching.records_store`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from mailbot.desk import Desk
from mailbot.matching import growth, records_store
from mailbot.matching.growth import Seed, Whereabouts
from mailbot.matching.states import Need, Readiness
from mailbot.model import Audience, Intent
from mailbot.triage import places
from mailbot.triage.gazetteer import Gazetteer, words_of

Row = Mapping[str, Any]


def grow(connection: Connection, rows: Sequence[Row], desk: Desk, now: datetime) -> None:
    """Bring the records of these tickets in step with them: new, corrected, or withdrawn. Twice is the same."""
    if not rows:
        return
    numbers = [row["id"] for row in rows]
    words = records_store.own_words(connection, numbers)
    for intent in records_store.TABLES:
        known = records_store.stored(connection, intent, numbers)
        mine = [row for row in rows if row["intent"] == intent]
        seeds = [_seed(row, words.get(row["id"], ("", "")), desk) for row in mine if _is_alive(row)]
        records_store.add(
            connection, intent, [_new(intent, seed, desk, now) for seed in seeds if seed.ticket not in known]
        )
        for seed in seeds:
            if seed.ticket in known:
                _correct(connection, intent, known[seed.ticket], seed, desk, now)
        alive = {seed.ticket for seed in seeds}
        for number in known.keys() - alive:
            _withdraw(connection, intent, known[number], now)


def grow_late(connection: Connection, desk: Desk, now: datetime) -> None:
    """Records for what came by telephone or form, and for tickets that a person corrected or closed since."""
    grow(connection, records_store.out_of_step(connection), desk, now)


def _is_alive(row: Row) -> bool:
    return row["status"] not in records_store.FINISHED and row["merged_into"] is None


def _new(intent: Intent, seed: Seed, desk: Desk, now: datetime) -> dict[str, Any]:
    if intent is Intent.HELP_REQUEST:
        return growth.new_request(seed, desk.policy.playbook, now)
    return growth.new_offer(seed, now)


def _correct(connection: Connection, intent: Intent, stored: Row, seed: Seed, desk: Desk, now: datetime) -> None:
    is_request = intent is Intent.HELP_REQUEST
    changed = growth.corrected(stored, seed, is_request=is_request, now=now)
    after = {**stored, **changed}
    if is_request and (stored["state"] in _MAY_CHANGE.get(bool(changed), ()) or _is_another(stored, changed)):
        changed["state"] = growth.first_need(after, desk.policy.playbook)
    records_store.alter(connection, intent, seed.ticket, {"updated_at": now, **changed})


# The states that a ticket's correction (True), or only that it is alive again (False), brings to what they now are.
_MAY_CHANGE = {True: (Need.TO_CLARIFY, Need.NO_ANSWER, Need.WITHDRAWN), False: (Need.WITHDRAWN,)}


def _is_another(stored: Row, changed: Row) -> bool:
    """Whether what was passed on turns out to be about another kind of help, which volunteers may do."""
    return bool(stored["state"] == Need.PASSED_ON and changed.get("kinds", stored["kinds"]) != stored["kinds"])


def _withdraw(connection: Connection, intent: Intent, stored: Row, now: datetime) -> None:
    """The ticket is finished, merged, or no longer about this: nobody is proposed for it or with it any more."""
    over = Need.WITHDRAWN if intent is Intent.HELP_REQUEST else Readiness.WITHDRAWN
    stays = stored["state"] in (Need.HELPED, Need.PASSED_ON, over)
    columns = {"updated_at": now} if stays else {"updated_at": now, "state": over}
    records_store.alter(connection, intent, stored["ticket"], columns)


def _seed(row: Row, words: tuple[str, str], desk: Desk) -> Seed:
    return Seed(
        ticket=row["id"],
        kinds=tuple(row["categories"]),
        urgent=row["urgent"],
        language=row["language"],
        is_organisation=row["audience"] == Audience.ORGANISATION,
        on_behalf=row["on_behalf"],
        since=row["created_at"],
        where=whereabouts(words, row["place"], desk.rules.gazetteer, is_request=row["intent"] == Intent.HELP_REQUEST),
        needs={name: str(value) for name, value in row["needs"].items()},
    )


def whereabouts(
    words: tuple[str, str], place: str | None, gazetteer: Gazetteer | None, *, is_request: bool
) -> Whereabouts:
    """Where a ticket's help is needed or offered, from subject and text, else from the place on the ticket."""
    if gazetteer is None:
        return Whereabouts()
    subject, text = words
    found = places.find(text, gazetteer, subject=subject, is_request=is_request)
    named = place_named(place, gazetteer) if place else Whereabouts()
    if found.coordinates is None or (found.name and place and found.name != place):
        return named
    latitude, longitude = found.coordinates
    district = found.name or _district(found.postcode or "", gazetteer)
    return Whereabouts(latitude, longitude, found.precision or "", found.postcode or "", district)


def place_named(name: str, gazetteer: Gazetteer) -> Whereabouts:
    """A place or street of the map by its name or postcode; empty where the map does not know it."""
    if name.strip() in gazetteer.postcodes:
        place = gazetteer.postcodes[name.strip()]
        return Whereabouts(*place.point, "postcode", place.postcode, place.name)
    for found in places.mentions(name, gazetteer):
        where = found.what
        if isinstance(where, places.Place):
            return Whereabouts(*where.point, "municipality", where.postcode, where.name)
    return Whereabouts()


def street_named(name: str, gazetteer: Gazetteer) -> Whereabouts:
    """A street of the map by its name; empty where the map does not know it."""
    words = words_of(name)
    for rest, what in gazetteer.names.get(words[0], ()) if words else ():
        if isinstance(what, places.Street) and tuple(words[1 : 1 + len(rest)]) == tuple(rest):
            return Whereabouts(*what.point, "street", what.postcode, _district(what.postcode, gazetteer))
    return Whereabouts()


def _district(postcode: str, gazetteer: Gazetteer) -> str:
    place = gazetteer.postcodes.get(postcode)
    return place.name if place else ""
