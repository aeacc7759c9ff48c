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

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

CHANNELS = ("phone", "form", "outreach")
FIELDS = ("need", "wish", "name", "phone", "email", "place", "on_behalf", "language", "consent")


class FormsPolicy(BaseModel):
    """The section `forms:` of rules.yaml: the heads of each field in an export or a form's mail, folded.

    `senders` are the addresses or domains whose form mails are believed; empty: any that reads no answers itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    senders: tuple[str, ...] = ()
    need: tuple[str, ...] = ("vraag", "uw vraag", "bericht", "hulpvraag", "omschrijving", "question", "message", "need")
    wish: tuple[str, ...] = ("ik wil", "ik zoek hulp met", "ik kan helpen met", "je souhaite", "i would like")
    name: tuple[str, ...] = ("naam", "uw naam", "voornaam en naam", "nom", "name")
    phone: tuple[str, ...] = ("telefoon", "telefoonnummer", "gsm", "tel", "telephone", "phone")
    email: tuple[str, ...] = ("e-mail", "email", "e-mailadres", "mail", "courriel")
    place: tuple[str, ...] = ("gemeente", "deelgemeente", "plaats", "adres", "woonplaats", "commune", "place")
    on_behalf: tuple[str, ...] = ("voor wie", "namens", "pour qui", "on behalf", "for whom")
    language: tuple[str, ...] = ("taal", "langue", "language")
    consent: tuple[str, ...] = ("toestemming", "akkoord", "consentement", "consent")

    @field_validator("senders")
    @classmethod
    def _addresses(cls, senders: tuple[str, ...]) -> tuple[str, ...]:
        for each in senders:
            if not re.fullmatch(r"(?:[^\s@]+@)?[a-z0-9-]+(?:\.[a-z0-9-]+)+", each.lower()):
                raise ValueError(f"{each!r} is neither an address nor a domain")
        return tuple(each.lower() for each in senders)

    @field_validator(*FIELDS)
    @classmethod
    def _each_head_once(cls, heads: tuple[str, ...], read: ValidationInfo) -> tuple[str, ...]:
        """A head that stands for two fields, or for none, would put a telephone number where a name belongs."""
        taken = {fold(head): name for name in FIELDS for head in read.data.get(name, ())}
        for head in heads:
            if not re.search(r"\w", fold(head)):
                raise ValueError(f"{head!r} is no head of a form")
            if fold(head) in taken:
                raise ValueError(f"the head {head!r} stands under `{taken[fold(head)]}` too; keep one")
        return heads


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
    names = heads_of(policy)
    found: dict[str, str] = {}
    for column in columns:
        field = names.get(fold(column))
        if field and field not in found.values():
            found[column] = field
    return found


def heads_of(policy: FormsPolicy) -> dict[str, str]:
    """The field of every head, folded; the first field that names a head has it."""
    return {fold(head): field for field in reversed(FIELDS) for head in getattr(policy, field)}


def fold(head: str) -> str:
    """A head without case, accents, colons and double spaces."""
    bare = unicodedata.normalize("NFKD", head.casefold())
    return re.sub(r"[\s:*?]+", " ", "".join(each for each in bare if not unicodedata.combining(each))).strip()


def told_by_row(row: Mapping[str, str | None], columns: Mapping[str, str], channel: str, reporter: str) -> Told:
    """A row as what somebody told us. Raises ValueError where it says nothing to act on."""
    values = {field: " ".join((row.get(column) or "").split()) for column, field in columns.items()}
    asked = {field: (column, (row.get(column) or "").strip()) for column, field in columns.items()}
    wish, need = asked.get("wish", ("", "")), asked.get("need", ("", ""))[1]
    need = "\n".join(part for part in (f"{wish[0]}: {wish[1]}" if wish[1] else "", need) if part)
    if not need:
        raise ValueError("nothing is asked or offered in it")
    if values.get("email") and values["email"].count("@") != 1:
        raise ValueError(f"{values['email']!r} is not an e-mail address")
    consent = agrees(values.pop("consent", ""))
    values = {field: value for field, value in values.items() if field not in ("need", "wish")}
    return Told(channel, need, **values, consent=consent, reporter=reporter)


def agrees(answer: str) -> bool:
    """Whether what stands in a consent field is a yes."""
    return fold(answer).partition(" ")[0].strip(",.") in {"ja", "yes", "oui", "x", "1", "true", "akkoord", "d'accord"}


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
