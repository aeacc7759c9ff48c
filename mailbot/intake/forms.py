"""What comes by another door than mail: a call, a web form's row, a neighbourhood worker's note. Pure.

Each becomes a letter like any other, so that it is classified, searched, kept and counted as mail is.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from pydantic import BaseModel, ConfigDict

CHANNELS = ("phone", "form", "outreach")
FIELDS = ("need", "name", "phone", "email", "place", "on_behalf", "language", "consent")


class FormsPolicy(BaseModel):
    """The section `forms:` of rules.yaml: under which heads a form exports each field; case and accents count not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    need: tuple[str, ...] = ("vraag", "uw vraag", "bericht", "hulpvraag", "omschrijving", "question", "message", "need")
    name: tuple[str, ...] = ("naam", "uw naam", "voornaam en naam", "nom", "name")
    phone: tuple[str, ...] = ("telefoon", "telefoonnummer", "gsm", "tel", "telephone", "phone")
    email: tuple[str, ...] = ("e-mail", "email", "e-mailadres", "mail", "courriel")
    place: tuple[str, ...] = ("gemeente", "deelgemeente", "plaats", "adres", "woonplaats", "commune", "place")
    on_behalf: tuple[str, ...] = ("voor wie", "namens", "pour qui", "on behalf", "for whom")
    language: tuple[str, ...] = ("taal", "langue", "language")
    consent: tuple[str, ...] = ("toestemming", "akkoord", "consentement", "consent")


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody told us. `on_behalf` names the other person; `reporter` is the colleague who brought it."""

    channel: str
    need: str
    name: str = ""
    phone: str = ""
    email: str = ""
    place: str = ""
    on_behalf: str = ""
    language: str = ""
    consent: bool = False
    reporter: str = ""


def heads(policy: FormsPolicy, columns: list[str]) -> dict[str, str]:
    """Which column holds which field, for the columns that the town's forms are known to have."""
    names = {fold(head): field for field in FIELDS for head in getattr(policy, field)}
    found: dict[str, str] = {}
    for column in columns:
        field = names.get(fold(column))
        if field and field not in found.values():
            found[column] = field
    return found


def fold(head: str) -> str:
    """A head without case, accents, colons and double spaces."""
    bare = unicodedata.normalize("NFKD", head.casefold())
    return re.sub(r"[\s:*?]+", " ", "".join(each for each in bare if not unicodedata.combining(each))).strip()


def told_by_row(row: Mapping[str, str | None], columns: Mapping[str, str], channel: str, reporter: str) -> Told:
    """A row as what somebody told us. Raises ValueError where it says nothing to act on."""
    values = {field: " ".join((row.get(column) or "").split()) for column, field in columns.items()}
    need = (row.get(next((c for c, f in columns.items() if f == "need"), "")) or "").strip()
    if not need:
        raise ValueError("nothing is asked or offered in it")
    if values.get("email") and values["email"].count("@") != 1:
        raise ValueError(f"{values['email']!r} is not an e-mail address")
    consent = fold(values.pop("consent", "")) in {"ja", "yes", "oui", "x", "1", "true", "akkoord"}
    values.pop("need", None)
    return Told(channel, need, **values, consent=consent, reporter=reporter)


def written_down(told: Told, host: str, once: str) -> bytes:
    """The octets of what was told, as a letter. The same words with the same `once` are the same letter."""
    key = hashlib.sha256(f"{told} {once}".encode()).hexdigest()[:24]
    message = EmailMessage(policy=SMTP.clone(max_line_length=900))
    message["Subject"] = " ".join(told.need.split())[:70]
    if told.email and told.email.isascii():
        message["From"] = told.email
    message["Message-ID"] = f"<{told.channel}.{key}@{host}>"
    message.set_content("\n".join([told.need.strip(), "", *_lines(told)]) + "\n", charset="utf-8", cte="base64")
    return message.as_bytes()


def _lines(told: Told) -> list[str]:
    facts = {
        "Naam": told.name,
        "Telefoon": told.phone,
        "Plaats": told.place,
        "Voor": told.on_behalf,
        "Taal": told.language,
        "Gemeld door": told.reporter,
        "Toestemming": "ja" if told.consent else "niet gevraagd",
    }
    return [f"{name}: {value}" for name, value in facts.items() if value]
