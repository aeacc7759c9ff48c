"""One mail as octets, assembled once and stored as it will leave (RFC 5322, 2045, 2047). Opens nothing.

The standard library's builder takes a millisecond a mail and encodes long Message-IDs, which breaks threads; here
every header is checked and folded by rules of a few lines, and the standard library proves them in the tests.
"""

from __future__ import annotations

import base64
import hashlib
import re
from binascii import b2a_qp
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from mailbot.model import Address, Permanent

MAX_REFERENCES = 20
FOLD_AT = 76
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_ADDRESS = re.compile(r"[^\s<>@\x00-\x20\x7f\"(),:;\[\]\\]+@[^\s<>@\x00-\x20\x7f\"(),:;\\]+")
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]+>")
_PLAIN = bytes(range(127))
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


@dataclass(frozen=True, slots=True)
class Mail:
    """All that one mail says. `auto` is the value of Auto-Submitted (RFC 3834 §5), empty for a person's answer."""

    sender: Address
    to: Address
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    host: str
    reply_to: str = ""
    in_reply_to: str = ""
    references: Sequence[str] = ()
    auto: str = ""
    language: str = ""
    unsubscribe: str = ""


def assemble(mail: Mail) -> bytes:
    """The octets of a mail, CRLF and all, every line at most 998 octets.

    Raises Permanent where an address cannot stand in a header; text is made harmless instead.
    """
    boundary = "=_lh_" + hashlib.sha256(mail.message_id.encode()).hexdigest()[:24]
    head = "".join(f"{name}: {value}\r\n" for name, value in _fields(mail) if value)
    content = f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
    parts = (("plain", mail.text), ("html", mail.html))
    body = b"".join(f"--{boundary}\r\n".encode() + _part(subtype, text) for subtype, text in parts if text)
    return (head + content).encode("ascii") + body + f"--{boundary}--\r\n".encode()


def _fields(mail: Mail) -> Iterable[tuple[str, str]]:
    yield "From", _mailbox(mail.sender)
    yield "To", _mailbox(mail.to)
    yield "Subject", _unstructured(mail.subject, len("Subject: "))
    yield "Date", format_datetime(mail.date)
    yield "Message-ID", mail.message_id
    yield "In-Reply-To", mail.in_reply_to if _MESSAGE_ID.fullmatch(mail.in_reply_to) else ""
    yield "References", "\r\n ".join(_references(mail))
    yield "Reply-To", checked(mail.reply_to) if mail.reply_to else ""
    yield "Auto-Submitted", mail.auto
    yield "X-Auto-Response-Suppress", "All" if mail.auto else ""
    yield "X-Mailbot-Loop", mail.host
    yield "Content-Language", mail.language
    yield "List-Unsubscribe", f"<{mail.unsubscribe}>" if mail.unsubscribe else ""
    yield "MIME-Version", "1.0"


def _references(mail: Mail) -> list[str]:
    """The thread's identifiers, oldest first; the first and the last where there are many (RFC 5322 §3.6.4)."""
    named = [each for each in dict.fromkeys((*mail.references, mail.in_reply_to)) if _MESSAGE_ID.fullmatch(each)]
    short = [each for each in named if len(each) < 900]
    return short if len(short) <= MAX_REFERENCES else [short[0], *short[-(MAX_REFERENCES - 1) :]]


def checked(address: str) -> str:
    """An address that may stand in a header and in an SMTP command. Raises Permanent for any other."""
    if not _ADDRESS.fullmatch(address) or len(address) > 254 or not address.isascii():
        raise Permanent("an address that cannot be written to; correct the ticket's requester")
    return address


def _mailbox(address: Address) -> str:
    name = _CONTROL.sub(" ", address.name).strip()[:120]
    if not name:
        return checked(address.email)
    if _ATOM.fullmatch(name) and "=?" not in name:
        shown = name if len(name) < FOLD_AT and " " not in name else f'"{name}"'
    else:
        shown = _encoded(name, len("From: "))
    return f"{shown}\r\n <{checked(address.email)}>"


def _unstructured(text: str, used: int) -> str:
    clean = _CONTROL.sub(" ", text).strip()[:500]
    plain = clean.isascii() and "=?" not in clean and all(len(word) < FOLD_AT for word in clean.split(" "))
    return _folded(clean, used) if plain else _encoded(clean, used)


def _folded(text: str, used: int) -> str:
    lines, line = [], ""
    for word in text.split(" "):
        if line and used + len(line) + 1 + len(word) > FOLD_AT:
            lines.append(line)
            line, used = word, 1
        else:
            line = f"{line} {word}" if line else word
    return "\r\n ".join([*lines, line])


def _encoded(text: str, used: int) -> str:
    """Encoded words of at most 75 characters (RFC 2047 §2), none of them cutting a character in two."""
    words, chunk, room = [], b"", max(12, (FOLD_AT - used - 12) * 3 // 4)
    for letter in text.encode("utf-8", "replace").decode():
        octets = letter.encode()
        if len(chunk) + len(octets) > room:
            words.append(chunk)
            chunk, room = b"", 42
        chunk += octets
    words.append(chunk)
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode()}?=" for word in words)


def _part(subtype: str, text: str) -> bytes:
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: "
    octets = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
    if len(octets[:4000].translate(None, _PLAIN)) * 6 > min(len(octets), 4000):
        coded = base64.encodebytes(octets.replace(b"\n", b"\r\n"))
        return f"{head}base64\r\n\r\n".encode() + coded.replace(b"\n", b"\r\n") + b"\r\n"
    quoted = b2a_qp(octets, quotetabs=False, istext=True)
    return f"{head}quoted-printable\r\n\r\n".encode() + quoted.replace(b"\n", b"\r\n") + b"\r\n"
