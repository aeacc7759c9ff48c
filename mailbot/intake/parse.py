"""From octets to a letter. Never raises, in time linear in the octets, whatever is in them.

What a letter means is not asked here, nor whether a person wrote it; see `screen`.
"""

from __future__ import annotations

import re

from mailbot.intake import newtext
from mailbot.intake.addresses import addresses, author, sender
from mailbot.intake.body import Part, Walk, is_text, octets_of, size_of, text_of, walk
from mailbot.intake.bounce import read_report
from mailbot.intake.forward import find_forward
from mailbot.intake.headers import (
    Fields,
    Pairs,
    message_ids,
    moment,
    parameters,
    raw_values,
    read_fields,
    split,
    unfolded,
)
from mailbot.model import CROSSED_OUT, Attachment, Letter

MAX_OCTETS = 50_000_000
MAX_SUBJECT = 500
MAX_ATTACHMENTS = 200
_STRUCK = re.compile(rb"<(?:s|strike|del)[\s>]|line-through", re.IGNORECASE)
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to")
_UNSAFE_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_RESERVED = re.compile(r"(?i)^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")


def parse(raw: bytes, mailbox: str = "") -> Letter:
    """Read one message. What had to be cut or could not be read is named in `defects`."""
    head, body = split(raw[:MAX_OCTETS])
    pairs = unfolded(head)
    fields = read_fields(pairs)
    written_by = raw_values(pairs, "from")
    found = walk(fields, body)
    text = text_of(found)
    subject = _first(fields, "subject")[:MAX_SUBJECT]
    forward = find_forward(subject, text, found)
    report = read_report(found)
    return Letter(
        mailbox=mailbox,
        message_id=next(iter(message_ids(fields.get("message-id", ()))), ""),
        in_reply_to=message_ids(fields.get("in-reply-to", ())),
        references=message_ids(fields.get("references", ())),
        sender=sender(written_by),
        author=author(written_by),
        reply_to=next(iter(addresses(raw_values(pairs, "reply-to"))), None),
        to=addresses(raw_values(pairs, "to")),
        cc=addresses(raw_values(pairs, "cc")),
        delivered_to=_delivered_to(pairs),
        subject=subject,
        date=moment(fields.get("date", ())),
        text=text,
        new_text=newtext.cut(text),
        forward=forward,
        attachments=tuple(_attachment(part) for part in found.parts if not is_text(part))[:MAX_ATTACHMENTS],
        headers=fields,
        report=report.bounce if report else None,
        content_type=parameters(_first(fields, "content-type") or "text/plain")[0],
        content_parameters=_content_parameters(fields, report.action if report else ""),
        size=len(raw),
        defects=_defects(raw, head, found, fields),
    )


def _first(fields: Fields, name: str) -> str:
    return next(iter(fields.get(name, ())), "")


def _content_parameters(fields: Fields, action: str) -> dict[str, str]:
    named = parameters(_first(fields, "content-type"))[1]
    return named | ({"x-report-action": action} if action else {})


def _delivered_to(pairs: Pairs) -> tuple[str, ...]:
    """Where it was delivered, as far as anybody says; plus-addresses are read from these."""
    return tuple(dict.fromkeys(each.email for each in addresses(raw_values(pairs, *_DELIVERED, "to", "cc"))))


def _attachment(part: Part) -> Attachment:
    return Attachment(safe_name(part.filename, part.type), part.type[:100], size_of(part))


def safe_name(name: str, type_: str) -> str:
    """A file name that can be shown and saved: no path, no control, no disguise, never empty, at most 120 letters."""
    leaf = re.split(r"[/\\]", name)[-1]
    clean = _UNSAFE_NAME.sub("_", leaf).strip(" .")
    if _RESERVED.match(clean):
        clean = f"_{clean}"
    if not clean:
        return (
            "letter.eml"
            if type_ == "message/rfc822"
            else f"unnamed.{re.sub(r'[^a-z0-9]', '', type_.partition('/')[2])[:20]}"
        )
    stem, dot, ending = clean.rpartition(".")
    return clean if len(clean) <= 120 else f"{(stem or ending)[:100]}{dot}{ending[:12]}"


def _defects(raw: bytes, head: bytes, found: Walk, fields: Fields) -> tuple[str, ...]:
    defects = list(found.defects)
    if len(raw) > MAX_OCTETS:
        defects.append("cut at the size limit")
    if not head:
        defects.append("no header")
    if any(part.type == "text/html" and _STRUCK.search(octets_of(part)) for part in found.parts):
        defects.append(CROSSED_OUT)
    if "x-mailbot-truncated" in fields:
        defects.append("too large; only its headers and text were fetched")
    return tuple(defects)
