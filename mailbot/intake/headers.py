"""Header fields as values that are safe to print, to store and to write again (RFC 5322, 2047, 2231). Pure.

This is the border: behind it no subject, name or address holds a line break, a control or a direction trick.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import getaddresses, parseaddr, parsedate_to_datetime
from urllib.parse import unquote_to_bytes

import mailparser

from mailbot.intake.charset import clean, decode
from mailbot.model import Address

HEADER_OCTETS = 262_144
MAX_FIELDS = 1_000
MAX_VALUE = 16_384
MAX_ADDRESSES = 100
_FIELD = re.compile(rb"^([!-9;-~]{1,100})[ \t]*:(.*)$", re.DOTALL)
_ENCODED = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(\?=)\s+(=\?)")
# Direction marks and overrides, invisible joiners that hide text, and the byte order mark.
_TRICKS = re.compile(r"[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPACE = re.compile(r"\s+")
_EMAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_ONE_ADDRESS = re.compile(r'\s*(?:"(?:[^"\\]|\\.)*"\s*|[^<>"]*)<\s*([^<>\s]+)\s*>\s*|\s*([^<>\s"(),;:]+)\s*')
_HARD = re.compile(r"[\"()\\,;:]")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
_PARAMETER = re.compile(r';\s*([\w*.-]{1,60})\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)')

Fields = Mapping[str, tuple[str, ...]]


def read_fields(head: bytes) -> Fields:
    """Header fields by lower-case name, each with its values in order, decoded and on one line."""
    fields: dict[str, list[str]] = {}
    for name, value in _unfolded(head[:HEADER_OCTETS]):
        fields.setdefault(name, []).append(one_line(decoded(decode(value))))
    return {name: tuple(values) for name, values in fields.items()}


def raw_values(head: bytes, name: str) -> list[str]:
    """The values of one field as written, encoded words and all."""
    return [one_line(decode(value)) for found, value in _unfolded(head[:HEADER_OCTETS]) if found == name]


def _unfolded(head: bytes) -> Iterator[tuple[str, bytes]]:
    lines: list[bytes] = []
    count = 0
    for line in [*head.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"), b""]:
        if line[:1] in {b" ", b"\t"} and lines:
            lines.append(line)
            continue
        found = _FIELD.match(b" ".join(lines)[:MAX_VALUE]) if lines else None
        if found:
            yield found.group(1).decode("ascii").lower(), found.group(2)
            count += 1
        if count >= MAX_FIELDS:
            return
        lines = [line]


def decoded(value: str) -> str:
    """Encoded words decoded (RFC 2047); neighbours in one charset are joined before, as they may cut a character."""
    if "=?" not in value:
        return value
    joined = _BETWEEN.sub(r"\1\2", value)
    out: list[str] = []
    at, pending, charset = 0, b"", ""
    for found in _ENCODED.finditer(joined):
        if found.start() > at or found.group(1).lower() != charset:
            out.append(decode(pending, charset))
            pending = b""
        out.append(joined[at : found.start()])
        charset = found.group(1).lower()
        pending += _octets(found.group(2), found.group(3))
        at = found.end()
    return "".join([*out, decode(pending, charset), joined[at:]])


def _octets(way: str, text: str) -> bytes:
    octets = text.encode("utf-8", "replace")
    if way in "qQ":
        return binascii.a2b_qp(octets, header=True)
    try:
        return base64.b64decode(octets + b"=" * (-len(octets) % 4))
    except (binascii.Error, ValueError):
        return octets


def one_line(text: str) -> str:
    """Text as one line: no control, no direction trick, white space folded."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return _SPACE.sub(" ", _TRICKS.sub("", clean(text))).strip()


def addresses(values: Sequence[str]) -> tuple[Address, ...]:
    """Every address in the values that can be written to, at most `MAX_ADDRESSES`."""
    short = [value[:MAX_VALUE] for value in values[:20]]
    pairs = getaddresses(short)[: MAX_ADDRESSES * 4]
    found = (made for name, email in pairs if (made := address(email, name)))
    return tuple(found)[:MAX_ADDRESSES]


def address(email: str, name: str = "") -> Address | None:
    """An address that can stand in a header and in SMTP, its domain in lower case; None for any other."""
    email = email.strip()
    if not _EMAIL.fullmatch(email) or ".." in email or len(email) > 254:
        return None
    local, _, domain = email.rpartition("@")
    return Address(f"{local.lower()}@{domain.lower()}", one_line(decoded(name)).strip("'\" ")[:120])


def sender(head: bytes) -> Address | None:
    """Who wrote, if that is proven: one From field in which two parsers find one and the same address.

    `From: a@bank.test <evil@x.test>` is read as either by different programs, and so proves nobody.
    """
    values = raw_values(head, "from")
    if len(values) != 1:
        return None
    value = values[0]
    strict = _ONE_ADDRESS.fullmatch(value)
    made = address((strict.group(1) or strict.group(2) or "") if strict else "", _display_name(value))
    if made is None:
        return None
    outside_quotes = re.sub(r'"(?:[^"\\]|\\.)*"', "", value)
    named = {each.lower() for each in _EMAIL.findall(outside_quotes)}
    return made if named == {made.email} and _second_opinion(value) == made.email else None


def _display_name(value: str) -> str:
    name = value.rpartition("<")[0].strip()
    return re.sub(r"\\(.)", r"\1", name[1:-1]) if name.startswith('"') and name.endswith('"') else name


def _second_opinion(value: str) -> str:
    """The one address that another parser finds; mail-parser where quotes or comments make it hard."""
    if not _HARD.search(value):
        return parseaddr(value)[1].strip().lower()
    try:
        found = mailparser.parse_from_string(f"From: {value}\n\n").from_
        return str(found[0][1]).strip().lower() if len(found) == 1 else ""
    except (AttributeError, ValueError, LookupError, TypeError, RecursionError):
        return ""


def message_ids(values: Sequence[str]) -> tuple[str, ...]:
    """Every Message-ID in the values, in order (RFC 5322 §3.6.4)."""
    return tuple(found for value in values for found in _MESSAGE_ID.findall(value[:MAX_VALUE]))[:500]


def moment(values: Sequence[str]) -> datetime | None:
    """The Date field as an aware UTC time; None where it cannot be one."""
    try:
        found = parsedate_to_datetime(values[0][:200]) if values else None
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC) if found else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """A structured field as its first token and its parameters, continued and encoded ones joined (RFC 2231)."""
    token = value.partition(";")[0].strip().lower()
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, str]]] = {}
    for name, written in _PARAMETER.findall(value[:MAX_VALUE]):
        text = re.sub(r"\\(.)", r"\1", written[1:-1]) if written.startswith('"') else written
        base, _, order = name.lower().partition("*")
        if not order and not name.endswith("*"):
            plain.setdefault(base, text)
        else:
            digits = order.rstrip("*")
            pieces.setdefault(base, []).append((int(digits) if digits.isdecimal() else 0, text))
    for base, parts in pieces.items():
        plain[base] = _extended("".join(text for _, text in sorted(parts)[:100]))
    return token, plain


def _extended(text: str) -> str:
    charset, _, rest = text.partition("'")
    _, quote, value = rest.partition("'")
    return decode(unquote_to_bytes(value), charset) if quote else decode(unquote_to_bytes(text))
