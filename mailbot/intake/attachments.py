"""The attachments of a stored message with their octets, for whoever asks to save one. Opens and runs nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from mailbot.intake.body import is_text, octets_of, walk
from mailbot.intake.headers import read_fields, split, unfolded
from mailbot.intake.parse import MAX_ATTACHMENTS, MAX_OCTETS, safe_name
from mailbot.model import Attachment

_MARKS = (b"filename", b"name=", b"application/", b"image/", b"audio/", b"video/", b"message/")


def may_have_any(raw: bytes) -> bool:
    """Whether it is worth reading the parts of a message: no mail without one of these marks has an attachment."""
    folded = raw.lower()
    return any(mark in folded for mark in _MARKS)


def attachments_of(raw: bytes) -> Iterator[tuple[Attachment, bytes]]:
    """Every part that is not the writer's text, in the order of the message, with its decoded octets."""
    head, body = split(raw[:MAX_OCTETS])
    found = walk(read_fields(unfolded(head)), body)
    for part in [each for each in found.parts if not is_text(each)][:MAX_ATTACHMENTS]:
        octets = octets_of(part, MAX_OCTETS)
        yield Attachment(safe_name(part.filename, part.type), part.type[:100], len(octets)), octets
