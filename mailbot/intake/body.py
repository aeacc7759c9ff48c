"""The parts of a message: which are the writer's text, which are attachments, which report on other mail. Pure.

An own walk over octets instead of a tree of objects: linear, bounded in parts and depth, and an attachment of any
size costs no more than finding its end.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mailbot.intake import html
from mailbot.intake.charset import decode
from mailbot.intake.headers import Fields, decoded, parameters, read_fields

MAX_PARTS = 1_000
MAX_DEPTH = 50
MAX_TEXT = 1_000_000
STUB = 40  # a plain part this short beside a long HTML part only says "your program shows no HTML"
_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n|\r\r")


@dataclass(slots=True)
class Part:
    """One leaf of a message: its type, its fields, and its octets still encoded."""

    type: str
    parameters: Mapping[str, str]
    fields: Fields
    octets: bytes
    parent: str

    @property
    def disposition(self) -> str:
        return parameters(self.fields.get("content-disposition", ("",))[0])[0]

    @property
    def filename(self) -> str:
        _, named = parameters(self.fields.get("content-disposition", ("",))[0])
        return decoded(named.get("filename") or self.parameters.get("name") or "")


@dataclass(slots=True)
class Walk:
    """All parts of one message, and what had to be cut."""

    parts: list[Part] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)


def split(octets: bytes) -> tuple[bytes, bytes]:
    """The header block and the body. A letter without headers is all body."""
    octets = octets.lstrip(b"\r\n") if octets[:1] in {b"\r", b"\n"} else octets
    if octets.startswith(b"From "):
        octets = octets.partition(b"\n")[2]
    found = _BLANK.search(octets)
    head, body = (octets[: found.start()], octets[found.end() :]) if found else (octets, b"")
    first = head.partition(b"\n")[0].partition(b":")
    return (head, body) if first[1] and b" " not in first[0].strip() else (b"", octets)


def walk(fields: Fields, body: bytes) -> Walk:
    """Every leaf part in order, nested messages as leaves of their own."""
    found = Walk()
    _descend(fields, body, "", 0, found)
    return found


def _descend(fields: Fields, body: bytes, parent: str, depth: int, found: Walk) -> None:
    if len(found.parts) >= MAX_PARTS or depth > MAX_DEPTH:
        _note(found, "too many parts" if depth <= MAX_DEPTH else "nested too deep")
        return
    type_, named = parameters(fields.get("content-type", ("text/plain",))[0])
    boundary = named.get("boundary", "")
    if type_.startswith("multipart/") and boundary:
        for octets in _pieces(body, boundary.encode("utf-8", "replace"), found):
            head, inner = _split_part(octets)
            _descend(read_fields(head), inner, type_, depth + 1, found)
        return
    found.parts.append(Part(type_ or "text/plain", named, fields, body, parent))


def _split_part(octets: bytes) -> tuple[bytes, bytes]:
    if octets[:1] == b"\n" or octets[:2] == b"\r\n":
        return b"", octets.lstrip(b"\r\n")
    blank = _BLANK.search(octets)
    return (octets[: blank.start()], octets[blank.end() :]) if blank else (octets, b"")


def _pieces(body: bytes, boundary: bytes, found: Walk) -> Iterator[bytes]:
    """What stands between the delimiters (RFC 2046 §5.1.1); a missing end is no loss."""
    mark = b"--" + boundary
    at = 0 if body.startswith(mark) else _next(body, mark, 0)
    if at < 0:
        if body.strip():
            yield b"\n" + body
        return
    for _ in range(MAX_PARTS):
        start = at + len(mark)
        if body[start : start + 2] == b"--":
            return
        end = _next(body, mark, start)
        newline = body.find(b"\n", start)
        yield body[newline + 1 if newline >= 0 else start : end if end >= 0 else len(body)]
        if end < 0:
            return
        at = end
    _note(found, "too many parts")


def _next(body: bytes, mark: bytes, start: int) -> int:
    at = body.find(b"\n" + mark, start)
    return at + 1 if at >= 0 else -1


def _note(found: Walk, defect: str) -> None:
    if defect not in found.defects:
        found.defects.append(defect)


def is_text(part: Part) -> bool:
    """Whether a part is meant to be read with the letter."""
    return (
        part.type in {"text/plain", "text/html", "text/enriched"}
        and part.disposition != "attachment"
        and not part.filename
    )


def text_of(found: Walk) -> str:
    """The readable text of a message: of alternatives one, of the rest all that is text, in order."""
    chosen: list[str] = []
    plain = [part for part in found.parts if is_text(part) and part.type != "text/html"]
    marked = [part for part in found.parts if is_text(part) and part.type == "text/html"]
    written = [text for part in plain if (text := part_text(part)).strip()]
    if written and not (marked and _is_stub("".join(written))):
        chosen = written
    elif marked:
        chosen = [html.to_text(part_text(part)) for part in marked]
    text = "\n\n".join(each.strip("\n") for each in (chosen or written) if each.strip())
    return text[:MAX_TEXT]


def _is_stub(text: str) -> bool:
    return len(text.strip()) < STUB or bool(
        re.search(r"(?i)^\W*(?:this|dit|ce|diese)\b.{0,60}\bhtml\b", text.strip()[:200])
    )


def part_text(part: Part) -> str:
    """A part's octets decoded twice: from their transfer encoding, and from their charset."""
    text = decode(decoded_octets(part, MAX_TEXT), part.parameters.get("charset", ""))
    if part.parameters.get("format", "").lower() == "flowed":
        return unflowed(text, joined=part.parameters.get("delsp", "").lower() == "yes")
    return text


def decoded_octets(part: Part, most: int) -> bytes:
    """A part's octets out of their transfer encoding, at most about `most`; damage costs only itself."""
    way = part.fields.get("content-transfer-encoding", ("",))[0].strip().lower()
    if way == "base64":
        return _base64(part.octets[: most * 3 // 2])
    if way == "quoted-printable":
        return binascii.a2b_qp(part.octets[: most * 3])[:most]
    return part.octets[:most]


def _base64(octets: bytes) -> bytes:
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", octets.partition(b"=")[0])
    try:
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return binascii.a2b_base64(letters[: len(letters) // 4 * 4])


def size_of(part: Part) -> int:
    """Decoded octets of a part, reckoned without decoding it."""
    way = part.fields.get("content-transfer-encoding", ("",))[0].strip().lower()
    length = len(part.octets)
    return length * 3 // 4 - length // 78 if way == "base64" else length


def unflowed(text: str, *, joined: bool = False) -> str:
    """Lines that were only broken for transport made whole again (RFC 3676 §4)."""
    out: list[str] = []
    soft = False
    for line in text.split("\n"):
        own = line[1:] if line.startswith(" ") else line
        if soft and not own.startswith(">") and out and own != "-- ":
            out[-1] += own
        else:
            out.append(own)
        soft = own.endswith(" ") and own != "-- " and not own.startswith(">")
        if soft and joined:
            out[-1] = out[-1][:-1]
    return "\n".join(out)
