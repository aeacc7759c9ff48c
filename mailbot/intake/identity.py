"""What makes two deliveries one message: its Message-ID and its text, found without parsing it.

Message-IDs alone collide and are forged, so a repeated one with other text is another message; trace headers
differ from mailbox to mailbox (RFC 5321 §4.4), so they do not count.
"""

from __future__ import annotations

import hashlib
import re

_HEADER_LIMIT = 262_144
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_KEYED = re.compile(rb"^(message-id|from|subject|date):[ \t]*((?:[^\n]|\n[ \t])*)", re.IGNORECASE | re.MULTILINE)
_SPACE = re.compile(rb"\s+")


def content_key(octets: bytes) -> str:
    """A 64-digit key that is the same for the same letter in two mailboxes; linear in the letter's size."""
    cut = _BLANK_LINE.search(octets, 0, _HEADER_LIMIT)
    header, body = (octets[: cut.start()], octets[cut.end() :]) if cut else (octets[:_HEADER_LIMIT], b"")
    found: dict[bytes, bytes] = {}
    for name, value in _KEYED.findall(header):
        found.setdefault(name.lower(), _SPACE.sub(b" ", value).strip())
    digest = hashlib.sha256(b"\0".join(found.get(name, b"") for name in (b"message-id", b"from", b"subject", b"date")))
    digest.update(b"\0" + (body.rstrip() if cut else octets))
    return digest.hexdigest()
