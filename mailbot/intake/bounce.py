"""Delivery reports: whose mail came back, why, and which mail of ours it was (RFC 3464, and what servers write).

Says what a report says; whether it is believed depends on the Message-ID it quotes, and that is not decided here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailbot.intake.body import Walk, octets_of
from mailbot.intake.charset import decode
from mailbot.intake.headers import Fields, message_ids, read_head, split
from mailbot.model import Bounce

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_CODE = re.compile(r"\b(4\d\d|5[0-7]\d)[ -]")
_RECIPIENT = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}")
_FINAL = re.compile(
    r"^(?:final|original)-recipient\s*:\s*(?:rfc822|x-\w+)?\s*;?\s*<?([^\s<>;]+@[^\s<>;]+)>?", re.I | re.M
)
_ACTION = re.compile(r"^action\s*:\s*([a-z-]+)", re.I | re.M)
_REPORT_STATUS = re.compile(r"^status\s*:\s*(\d\.\d{1,3}\.\d{1,3})", re.I | re.M)
_OUR_ID = re.compile(r"^\s*message-id\s*:\s*(<[^<>\s]{1,900}>)", re.I | re.M)
_FAILED_TO = re.compile(
    r"(?i)(?:<([^<>\s]+@[^<>\s]+)>\s*:|(?:recipient|ontvanger|destinataire|empfänger)s?\W{1,20}<?([^\s<>]+@[^\s<>,;]+))"
)
_PERMANENT = re.compile(
    r"(?i)user unknown|no such user|does(?:n.t| not) exist|unknown user|mailbox unavailable|address rejected|"
    r"recipient rejected|not found|invalid recipient|account (?:is )?disabled|permanent|host unknown|onbestelbaar|"
    r"niet (?:worden )?bezorgd|bestaat niet|n.existe pas|unbekannt"
)
_SOFT = re.compile(
    r"(?i)mailbox (?:is )?full|over quota|quota exceeded|try again|temporar|postvak (?:is )?vol|timed? out"
)
MAX_TEXT = 100_000


@dataclass(frozen=True, slots=True)
class Report:
    """A report as read: the bounce it tells of, or None for a delay or a success, and what it was."""

    bounce: Bounce | None
    action: str


def read_report(found: Walk) -> Report | None:
    """Read the machine part of a delivery report; None where the message has none."""
    machine = next((part for part in found.parts if part.type == "message/delivery-status"), None)
    if machine is None:
        return None
    written = decode(octets_of(machine, MAX_TEXT))
    actions = {action.lower() for action in _ACTION.findall(written)}
    action = "failed" if "failed" in actions else next(iter(sorted(actions)), "failed")
    if action != "failed":
        return Report(None, action)
    status = next(iter(_REPORT_STATUS.findall(written)), "") or _written_status(written)
    recipients = tuple(dict.fromkeys(each.lower() for each in _FINAL.findall(written)))
    return Report(Bounce(recipients, status, not status.startswith("4"), _returned_ids(found)), action)


def read_free_text(text: str, fields: Fields, found: Walk) -> Bounce:
    """Read what a server wrote in words: recipients, status, and the identifiers of the mail it returns."""
    named = [*fields.get("x-failed-recipients", ())]
    recipients = [each for value in named for each in _RECIPIENT.findall(value)]
    recipients = recipients or [one or two for one, two in _FAILED_TO.findall(text[:MAX_TEXT])]
    status = _written_status(text[:MAX_TEXT])
    soft = status.startswith("4") or (
        not status and bool(_SOFT.search(text[:5000])) and not _PERMANENT.search(text[:5000])
    )
    quoted = tuple(_OUR_ID.findall(text[:MAX_TEXT]))
    ids = tuple(dict.fromkeys((*_returned_ids(found), *quoted, *message_ids(fields.get("in-reply-to", ())))))
    return Bounce(tuple(dict.fromkeys(each.lower().rstrip(".") for each in recipients))[:50], status, not soft, ids)


def _written_status(text: str) -> str:
    enhanced = _STATUS.search(text)
    if enhanced and enhanced.group(1) != "2":
        return enhanced.group()
    plain = _CODE.search(text)
    return f"{plain.group(1)[0]}.0.0" if plain else ""


def _returned_ids(found: Walk) -> tuple[str, ...]:
    """Message-IDs of the mail that a report returns, whole or by its headers."""
    ids: list[str] = []
    for part in found.parts:
        if part.type in {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"}:
            head, _ = split(octets_of(part, MAX_TEXT))
            ids += message_ids(read_head(head).get("message-id", ()))
    return tuple(dict.fromkeys(ids))
