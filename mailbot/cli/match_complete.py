"""`match complete`: what an operator fills in of a request or an offer. What it means is in `matching.growth`."""

from __future__ import annotations

import getpass
import re
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from mailbot.cli import where
from mailbot.cli.match_desk import named
from mailbot.model import Intent, Permanent


def register(nouns: typer.Typer) -> None:
    nouns.command("complete")(complete)


Ticket = Annotated[str, typer.Argument(help="A ticket of a request or an offer, such as 231, H-231 or A-88.")]
Street = Annotated[str | None, typer.Option(help="Street and number; the map gives the place.")]
Place = Annotated[str | None, typer.Option(help="Postcode or district.")]
When = Annotated[str | None, typer.Option(help="Parts of the week: `wednesday afternoon`, `elke avond`, `any`.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of the help.")]
Kinds = Annotated[list[str] | None, typer.Option("--kind", help="Kind of help, the main one first; repeatable.")]
Languages = Annotated[list[str] | None, typer.Option("--language", help="Language code, own first; repeatable.")]
People = Annotated[int | None, typer.Option(min=1, max=200, help="Request: how many people.")]
Family = Annotated[list[str] | None, typer.Option(help="Request: an offer of their own family, A-88.")]
ForProfit = Annotated[bool | None, typer.Option("--for-profit/--not-for-profit", help="Request.")]
Range = Annotated[float | None, typer.Option("--range", min=0.1, max=100, help="Offer: km they go.")]
Capacity = Annotated[int | None, typer.Option(min=0, max=20, help="Offer: tasks a week.")]
Vehicle = Annotated[bool | None, typer.Option("--vehicle/--no-vehicle", help="Offer.")]
Minor = Annotated[bool | None, typer.Option("--minor/--adult", help="Offer: younger than 16.")]
Consent = Annotated[bool | None, typer.Option("--consent/--no-consent", help="Offer: a parent agrees.")]
RiskGroup = Annotated[bool | None, typer.Option("--risk-group/--no-risk-group", help="Offer.")]
Ill = Annotated[bool | None, typer.Option("--ill/--well", help="Offer: ill or in quarantine.")]


def complete(
    context: typer.Context,
    ticket: Ticket,
    street: Street = None,
    place: Place = None,
    when: When = None,
    day: Day = None,
    kinds: Kinds = None,
    languages: Languages = None,
    people: People = None,
    family: Family = None,
    for_profit: ForProfit = None,
    reach_km: Range = None,
    capacity: Capacity = None,
    vehicle: Vehicle = None,
    minor: Minor = None,
    consent: Consent = None,
    risk_group: RiskGroup = None,
    ill: Ill = None,
) -> None:
    """Fill in what a letter did not say, of a request or an offer.

    Examples: `mailbot match complete H-231 --street "Diestsestraat 12" --when "woensdag namiddag"`,
    `mailbot match complete A-88 --range 3 --capacity 2 --language nl --language tr`.
    """
    plain = {"reach_km": reach_km, "capacity": capacity, "vehicle": vehicle, "minor": minor, "consent": consent}
    plain |= {"risk_group": risk_group, "ill": ill, "for_profit": for_profit, "places": people}
    told: dict[str, Any] = {**plain, "kinds": kinds, "day": day and day.date()}
    told["languages"] = languages and [each.casefold() for each in languages]
    told["family"] = family and [named(each)[1] for each in family]
    given = {name: value for name, value in told.items() if value is not None}
    _complete(context, _ticket(ticket), given | _where(street, place) | _times(when))


def _complete(context: typer.Context, number: int, given: dict[str, Any]) -> None:
    from mailbot.matching import records_store
    from mailbot.policy import load_policy
    from mailbot.settings import load_settings

    if not given:
        raise typer.BadParameter("nothing to fill in; see `mailbot match complete --help`")
    folder = where.folder(context)
    playbook = load_policy(folder / load_settings(folder).rules).playbook
    with where.database(context) as database, database.begin() as connection:
        if records_store.intent_of(connection, number) is Intent.HELP_OFFER:
            given.pop("recurs", None)
        row = records_store.complete(connection, number, given, getpass.getuser(), playbook, datetime.now(UTC))
    typer.echo(f"#{number}: {', '.join(sorted(given))} filled in; it is {row['state'].replace('_', ' ')}")


def _ticket(written: str) -> int:
    plain = written.strip().lstrip("#")
    return int(plain) if plain.isdecimal() and len(plain) <= 15 else named(written)[1]


def _where(street: str | None, place: str | None) -> dict[str, Any]:
    """Coordinates from the map: of the street where it is known, else of the postcode or district."""
    from dataclasses import asdict

    from mailbot.growing import place_named, street_named
    from mailbot.triage.places_store import load_gazetteer

    if street is None and place is None:
        return {}
    gazetteer = load_gazetteer()
    found = street_named(street, gazetteer) if street else None
    if not (found and found.precision):
        found = place_named(place, gazetteer) if place else None
    if not (found and found.precision):
        told = " and ".join(repr(each) for each in (street, place) if each)
        raise Permanent(f"the map does not know {told}; add --place with a postcode such as 3010")
    return {**asdict(found), **({"street": street} if street else {})}


def _times(when: str | None) -> dict[str, Any]:
    from mailbot.matching.growth import recurs_in, slots_in
    from mailbot.matching.records import ANY_TIME

    if when is None:
        return {}
    slots = slots_in(when)
    if slots == ANY_TIME and not re.search(r"any|altijd|om het even|toujours|jederzeit", when.casefold()):
        raise typer.BadParameter(f"{when!r} names no part of the week; write such as `wednesday afternoon`, or `any`")
    return {"slots": slots, "recurs": recurs_in(when)}
