"""Requests and offers in a town's own workbook: which column is what, and what each row says. Pure; stores nothing.

Towns began with a spreadsheet. Its heads may be Dutch, French, English or German, in any order; a column that
nobody knows is left out. A row that cannot be used is told by its number, and the others count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from mailbot.matching.matchfile import Sheet
from mailbot.model import Intent

HEADS: Mapping[str, str] = {
    "first": r"voornaam|prenom|first name|vorname",
    "name": r"naam|nom|name|voornaam.*naam|contactpersoon|achternaam|familienaam|last name|nachname",
    "email": r"e ?mail.*|mail|courriel|mailadres",
    "phone": r"tel.*|gsm.*|phone.*|mobile|numero|nummer|handy",
    "kinds": r"soort.*|wat|hulp.*|type.*|categor.*|aide.*|help|kind.*|art|aanbod|vraag",
    "street": r"straat.*|adres|address|adresse|rue|street|strasse",
    "postcode": r"post ?code|code postal|zip.*|plz|postnummer",
    "town": r"gemeente|stad|deelgemeente|commune|ville|town|city|plaats|woonplaats|ort|district|wijk",
    "languages": r"taal|talen|langue.*|language.*|sprache.*",
    "when": r"wanneer|beschikbaar.*|dag.*|quand|disponib.*|when|availab.*|moment.*|wann",
    "urgent": r"dringend|urgent.*|spoed|dringlich",
    "places": r"aantal.*|nombre.*|number of.*|places|anzahl",
    "since": r"datum.*|date.*|tijdstip|timestamp|ontvangen.*",
    "sort": r"vraag of aanbod|vraag/aanbod|demande ou offre|request or offer",
}
KINDS: Mapping[str, str] = {
    "groceries": r"boodschap|winkel|courses|grocer|shopping|einkauf",
    "pharmacy": r"apothe|medic|pharmac|medikament",
    "meals": r"maaltijd|koken|eten|repas|meal|cook|essen",
    "pets": r"hond|kat\b|dier|huisdier|chien|chat\b|dog|pet\b|pets|hund",
    "transport": r"vervoer|rijden|transport|chauffeur|fahr",
    "social_call": r"babbel|praatje|telefoon|bellen|gezelschap|appel|parler|call|chat|gesprach",
    "letters": r"brief|brieven|kaartje|lettre|letter|postcard",
    "tutoring": r"huiswerk|bijles|devoirs|homework|tutor|nachhilfe",
    "sewing_masks": r"mondmask|naaien|masque|mask|sew",
    "digital_help": r"computer|digita|internet|tablet|ordinateur",
    "translation": r"vertal|tolk|tradu|translat|interpret",
    "admin_help": r"administr|papier|formulier|paperwork",
    "childcare": r"kinderopvang|babysit|kinderen opvangen|garde d'enfant|childcare",
    "care_nursing": r"verzorg|verpleeg|soins|nursing|pflege",
    "errands": r"klus|boodschapje|post\b|commissions|errand",
}
LANGUAGES = {
    "nl": r"nl\b|ned|neer|dutch|flam", "fr": r"fr", "en": r"en\b|eng|angl", "de": r"de\b|dui|all|ger|deut",
    "tr": r"tr\b|tur", "ar": r"ar\b|ara", "pl": r"pl\b|poo|pol", "es": r"es\b|spa|esp",
}  # fmt: skip
_REQUEST_SHEET = re.compile(r"vra|demand|request|need|anfrage|hulpvra", re.IGNORECASE)
_OFFER_SHEET = re.compile(r"aanbod|aanbied|vrijwillig|offr|offer|volunt|benevol|angebot", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s<>\"',;]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """One usable row: what it is, who it is of and what is wanted or offered. `row` counts as Excel does."""

    sheet: str
    row: int
    intent: Intent
    name: str = ""
    email: str = ""
    phone: str = ""
    kinds: tuple[str, ...] = ()
    street: str = ""
    place: str = ""
    languages: tuple[str, ...] = ("nl",)
    when: str = ""
    urgent: bool = False
    places: int = 1
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a workbook holds: rows to take, problems by sheet and row, doubles with what they double."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[str, ...] = ()
    doubles: tuple[str, ...] = ()
    unknown: tuple[str, ...] = field(default=())


def read_sheets(sheets: Sequence[Sheet], known: Mapping[tuple[Intent, str], int]) -> Reading:
    """Read every sheet. `known` are the tickets there are, by intent and e-mail address or telephone number."""
    entries: list[Entry] = []
    problems: list[str] = []
    doubles: list[str] = []
    unknown: list[str] = []
    seen: dict[tuple[Intent, str], str] = {key: f"ticket #{number}" for key, number in known.items()}
    for sheet in sheets:
        columns = {n: name for n, head in enumerate(sheet.head) if (name := column_of(head))}
        unknown += [f"{sheet.title}: {head}" for n, head in enumerate(sheet.head) if head and n not in columns]
        for number, row in enumerate(sheet.rows, start=2):
            found = _entry(sheet.title, number, _cells(row, columns))
            if isinstance(found, str):
                problems += [f"{sheet.title} row {number}: {found}"] if found else []
                continue
            double = next((seen[key] for key in _keys(found) if key in seen), None)
            if double:
                doubles.append(f"{sheet.title} row {number}: same person as {double}")
                continue
            seen |= dict.fromkeys(_keys(found), f"{sheet.title} row {number}")
            entries.append(found)
    return Reading(tuple(entries), tuple(problems), tuple(doubles), tuple(unknown))


def column_of(head: str) -> str:
    """What a column is by its head; empty for one that is not known."""
    told = _plain(head)
    return next((name for name, words in reversed(tuple(HEADS.items())) if re.fullmatch(words, told)), "")


def phone_digits(phone: str) -> str:
    """A Belgian telephone number as digits alone, so that `+32 470` and `0470` are one."""
    digits = re.sub(r"\D", "", phone)
    digits = digits.removeprefix("00")
    return f"0{digits[2:]}" if digits.startswith("32") and len(digits) > 9 else digits


def keys_of(intent: Intent, email: str, phone: str, kinds: Sequence[str]) -> Iterator[tuple[Intent, str]]:
    """By what a second row is known as a double: the same person, and for a request the same kinds of help."""
    wanted = "+".join(sorted(kinds)) if intent is Intent.HELP_REQUEST else ""
    for one in (email.casefold(), phone_digits(phone)):
        if one:
            yield intent, f"{one} {wanted}".strip()


def _keys(entry: Entry) -> tuple[tuple[Intent, str], ...]:
    return tuple(keys_of(entry.intent, entry.email, entry.phone, entry.kinds))


def _plain(text: str) -> str:
    low = unicodedata.normalize("NFKD", str(text).casefold())
    return re.sub(r"[^a-z/ ]+", " ", "".join(c for c in low if not unicodedata.combining(c))).strip()


def _cells(row: Sequence[Any], columns: Mapping[int, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for n, name in columns.items():
        if n < len(row) and row[n] not in (None, ""):
            found.setdefault(name, row[n])
    return found


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value if value is not None else "").split())[:LONGEST]


def _entry(title: str, number: int, cells: Mapping[str, Any]) -> Entry | str:
    """The row as an entry, or what is wrong with it; an empty string for an empty row."""
    if not cells:
        return ""
    intent = _intent(title, _text(cells.get("sort")))
    if intent is None:
        return "neither request nor offer; name the sheet so, or add a column `vraag of aanbod`"
    email, phone = _text(cells.get("email")), _text(cells.get("phone"))
    if email and not _EMAIL.fullmatch(email):
        return f"{email[:60]!r} is no e-mail address"
    phone = phone if phone.startswith(("0", "+")) or not phone else f"0{phone}"  # Excel drops a leading zero
    if not email and not 8 <= len(phone_digits(phone)) <= 15:
        return "no e-mail address and no telephone number"
    told = _text(cells.get("kinds"))
    kinds = tuple(kind for kind, words in KINDS.items() if re.search(words, _plain(told)))
    if not kinds:
        return f"no kind of help is known by {told[:60]!r}" if told else "no kind of help"
    entry = Entry(title, number, intent, _name(cells), email, phone, kinds)
    return _with_details(entry, cells)


def _name(cells: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (_text(cells.get("first")), _text(cells.get("name")))))


def _with_details(entry: Entry, cells: Mapping[str, Any]) -> Entry | str:
    places = re.fullmatch(r"\d{1,3}", _text(cells.get("places", 1)))
    if places is None or not 1 <= int(places.group()) <= 200:
        return f"{_text(cells['places'])[:20]!r} is no number of places (1 to 200)"
    since = cells.get("since")
    spoken = _plain(_text(cells.get("languages")))
    languages = tuple(code for code, words in LANGUAGES.items() if re.search(rf"\b(?:{words})", spoken))
    return replace(
        entry,
        street=_text(cells.get("street")),
        place=" ".join(filter(None, (_text(cells.get("postcode")), _text(cells.get("town"))))),
        languages=languages or ("nl",),
        when=_text(cells.get("when")),
        urgent=_plain(_text(cells.get("urgent"))) in {"ja", "x", "oui", "yes", "true", "dringend", "urgent"},
        places=int(places.group()),
        since=since.date() if isinstance(since, datetime) else since if isinstance(since, date) else None,
    )


def _intent(title: str, sort: str) -> Intent | None:
    for told in (sort, title):
        if _OFFER_SHEET.search(told):
            return Intent.HELP_OFFER
        if _REQUEST_SHEET.search(told):
            return Intent.HELP_REQUEST
    return None
