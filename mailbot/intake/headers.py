"""Header fields as values that are safe to print, to store and to write again (RFC 5322, 2047, 2231). Pure.

This is the border: behind it no subject, name or address holds a line break, a control or a direction trick.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from mailbot.intake.charset import clean, decode

HEADER_OCTETS = 262_144
MAX_FIELDS = 1_000
MAX_VALUE = 16_384
MAX_JUNK_LINES = 20
# Possessive, so that a hostile block is read once: a field, and the lines that continue it.
_BLOCK = re.compile(rb"(?:[!-9;-~]{1,100}+[ \t]*+:[^\n]*+(?:\n|\Z)(?:[ \t][^\n]*+(?:\n|\Z))*+)*+")
_FIELD = re.compile(rb"^([!-9;-~]{1,100}+)[ \t]*+:([^\n]*+(?:\n[ \t][^\n]*+)*+)", re.MULTILINE)
_ENCODED = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?(.{0,1000}?)\?=(?!=?[0-9A-F]{2})")
_BETWEEN = re.compile(r"(\?=)\s+(=\?)")
# Direction marks and overrides, invisible joiners that hide text, and the byte order mark.
_TRICKS = re.compile(r"[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPACE = re.compile(r"\s+")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
_BARE_ID = re.compile(r"[^<>\s@\"(),;]{1,400}@[^<>\s@\"(),;]{1,400}")
_PARAMETER = re.compile(r';\s*([\w*.-]{1,60})\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)')
_OPEN_QUOTE = re.compile(r';\s*([\w*.-]{1,60})\s*=\s*"([^";]*)$')

Fields = Mapping[str, tuple[str, ...]]
Pairs = Sequence[tuple[str, bytes]]


def split(octets: bytes) -> tuple[bytes, bytes]:
    """The header block and the body (RFC 5322 §2.1). A letter without headers is all body.

    The block ends at the first empty line, or where text begins that is no field. A stray line between two fields,
    as mail programs leave behind (`>From …`), ends nothing.
    """
    return split_part(_opened(octets))


def split_part(octets: bytes) -> tuple[bytes, bytes]:
    """The same for a part of a message, which begins with its fields or with an empty line."""
    at = start = 0
    for _ in range(MAX_JUNK_LINES):
        found = _BLOCK.match(octets, at)
        end = found.end() if found else at
        if octets.startswith((b"\n", b"\r\n"), end):
            return octets[start:end], octets[octets.find(b"\n", end) + 1 :]
        following = octets.find(b"\n", end) + 1
        if end >= len(octets) or not following or not _FIELD.match(octets, following):
            break
        start = start if end > start else following
        at = following
    return octets[start:end], octets[end:]


def _opened(octets: bytes) -> bytes:
    """Octets with one kind of line end, and without what mailboxes and editors put before the first field."""
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        octets = octets.decode("utf-16", "replace").encode()
    octets = octets.removeprefix(b"\xef\xbb\xbf")
    if b"\r" in octets[:HEADER_OCTETS]:
        if b"\n" not in octets[:HEADER_OCTETS]:
            octets = octets.replace(b"\r", b"\n")
        elif b"\r\r\n" in octets[:HEADER_OCTETS]:
            octets = octets.replace(b"\r\r\n", b"\n")
    octets = octets.lstrip(b"\r\n")
    while octets.startswith((b"From ", b">From ")):
        octets = octets.partition(b"\n")[2]
    return octets


def unfolded(head: bytes) -> Pairs:
    """Every field in order: its name in lower case, its octets as they stand, still folded."""
    found = _FIELD.findall(head[:HEADER_OCTETS])[:MAX_FIELDS]
    return [(name.decode("ascii").lower(), value[:MAX_VALUE]) for name, value in found]


def read_fields(pairs: Pairs) -> Fields:
    """Header fields by lower-case name, each with its values in order, decoded and on one line."""
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(one_line(decoded(one_line(decode(value)))))
    return {name: tuple(values) for name, values in fields.items()}


def read_head(head: bytes) -> Fields:
    """The fields of a header block."""
    return read_fields(unfolded(head))


def raw_values(pairs: Pairs, *names: str) -> list[str]:
    """The values of some fields as written, encoded words and all, for addresses must be read before these."""
    return [one_line(decode(value)) for name in names for found, value in pairs if found == name]


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
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", octets)
    try:
        return base64.b64decode(letters + b"=" * (-len(letters) % 4))
    except (binascii.Error, ValueError):
        return binascii.a2b_base64(letters[: len(letters) // 4 * 4])


def one_line(text: str) -> str:
    """Text as one line: no control, no direction trick, white space folded."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return _SPACE.sub(" ", _TRICKS.sub("", clean(text))).strip()


def message_ids(values: Iterable[str]) -> tuple[str, ...]:
    """Every Message-ID in the values, in order (RFC 5322 §3.6.4); one without its brackets gets them."""
    found: list[str] = []
    for value in values:
        short = value[:MAX_VALUE]
        found += _MESSAGE_ID.findall(short) or [f"<{bare}>" for bare in _BARE_ID.findall(short)[:1]]
    return tuple(found)[:500]


def moment(values: Sequence[str]) -> datetime | None:
    """The Date field as an aware UTC time; None where it cannot be one."""
    if not values:
        return None
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = read(values[0][:200].strip())
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """A structured field as its first token and its parameters, continued and encoded ones joined (RFC 2231)."""
    token, semicolon, _ = value.partition(";")
    token = token.strip().lower()
    if not semicolon:
        return token, {}
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, text in _named(value[:MAX_VALUE]):
        base, _, order = name.lower().partition("*")
        if not order and not name.endswith("*"):
            plain.setdefault(base, text)
        else:
            digits = order.rstrip("*")
            coded = name.endswith("*")
            pieces.setdefault(base, []).append((int(digits) if digits.isdecimal() else 0, coded, text))
    for base, parts in pieces.items():
        plain[base] = _extended(sorted(parts, key=lambda part: part[0])[:100])
    return token, plain


def _named(value: str) -> list[tuple[str, str]]:
    found = [
        (name, re.sub(r"\\(.)", r"\1", text[1:-1]) if len(text) > 1 and text[0] == text[-1] == '"' else text.strip('"'))
        for name, text in _PARAMETER.findall(value)
    ]
    unclosed = _OPEN_QUOTE.search(value[-400:])
    if unclosed:
        found = [pair for pair in found if pair[0] != unclosed.group(1)] + [(unclosed.group(1), unclosed.group(2))]
    return found


def _extended(parts: Sequence[tuple[int, bool, str]]) -> str:
    """Continuations joined: those marked with `*` are percent-encoded, and the first of them names the charset."""
    charset, octets = "", b""
    for at, (_, coded, text) in enumerate(parts):
        named, quote, rest = text.partition("'") if at == 0 and coded else ("", "", "")
        _, second, value = rest.partition("'")
        if quote and second:
            charset, text = named, value  # noqa: PLW2901 - what is left after the charset
        octets += unquote_to_bytes(text) if coded else text.encode("utf-8", "replace")
    return decode(octets, charset)
