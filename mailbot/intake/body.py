"""The parts of a message: which are the writer's text, which are attachments, which report on other mail. Pure.

An own walk over octets instead of a tree of objects: bounded in parts, depth and work, and an attachment of any
size costs no more than finding its end. How octets become text is told in `transfer`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mailbot.intake import html
from mailbot.intake.headers import Fields, decoded, parameters, read_head, split_part
from mailbot.intake.transfer import MAX_TEXT, decoded_octets, text_from

MAX_PARTS = 1_000
MAX_DEPTH = 50
WORK = 8  # a message's octets are looked through at most this many times, however deep its parts nest
STUB = 40  # a plain part this short beside a long HTML part only says "your program shows no HTML"
_NOTHING_TO_READ = {"calendar", "x-vcard", "vcard", "directory", "csv", "rfc822-headers", "xml", "css", "javascript"}
_NOTHING_TO_READ |= {"x-amp-html", "x-watch-html", "ics", "x-vcalendar", "rtf"}
_SAYS_NO_HTML = re.compile(r"(?i)^\W*(?:this|dit|ce|cette|diese|your|uw|votre|ihr|to view|pour)\b.{0,100}\bhtml\b")
_MAYBE_BOUNDARY = re.compile(rb"(?im)^--([^\s-][^\r\n]{0,70}?|[^\s][^\r\n]{1,70}?)[ \t]*\r?\n(?=content-|\r?\n)")


_REST_OF_LINE = re.compile(rb"(?:(--)(?![\w-])[^\n]*|[ \t]*)\r?(?:\n|\Z)")
_NEWLINE = 10


@dataclass(slots=True)
class Part:
    """One leaf of a message: its type, its fields, and its octets still encoded."""

    type: str
    parameters: Mapping[str, str]
    fields: Fields
    octets: bytes
    parent: str
    disposition: str = ""
    filename: str = ""


@dataclass(slots=True)
class Branch:
    """A multipart and what is in it, in order."""

    type: str
    children: list[Branch | Part] = field(default_factory=list)


@dataclass(slots=True)
class Walk:
    """All parts of one message as a tree and in order, what had to be cut, and the work that is left."""

    root: Branch | Part | None = None
    parts: list[Part] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    work_left: int = 0


def walk(fields: Fields, body: bytes) -> Walk:
    """Every leaf part in order, nested messages as leaves of their own."""
    found = Walk(work_left=WORK * len(body) + 100_000)
    found.root = _descend(fields, body, "", 0, found)
    return found


def _descend(fields: Fields, body: bytes, parent: str, depth: int, found: Walk) -> Branch | Part:
    type_, named = parameters(fields.get("content-type", ("text/plain",))[0])
    if type_.startswith("multipart/") and len(found.parts) < MAX_PARTS and _may_go_on(found, depth, len(body)):
        boundary = _boundary(named.get("boundary", "").encode("utf-8", "surrogateescape"), body)
        if boundary:
            branch = Branch(type_)
            usual = "message/rfc822" if type_ == "multipart/digest" else "text/plain"
            for octets in _pieces(body, boundary, found):
                head, inner = split_part(octets)
                inside = read_head(head)
                inside = inside if "content-type" in inside else {**inside, "content-type": (usual,)}
                branch.children.append(_descend(inside, inner, type_, depth + 1, found))
                if len(found.parts) >= MAX_PARTS:
                    _note(found, "too many parts")
                    break
            return branch
    return _leaf(type_, named, fields, body, parent, found)


def _may_go_on(found: Walk, depth: int, octets: int) -> bool:
    found.work_left -= octets
    if depth > MAX_DEPTH or found.work_left < 0:
        _note(found, "nested too deep")
        return False
    return True


def _leaf(type_: str, named: Mapping[str, str], fields: Fields, body: bytes, parent: str, found: Walk) -> Part:
    """One part without parts. What has no readable type is text (RFC 2045 §5.2)."""
    whole = type_ if re.fullmatch(r"[\w.+-]+/[\w.+-]+", type_) and not type_.startswith("multipart/") else "text/plain"
    part = Part(whole, named, fields, body, parent)
    disposition, more = parameters(fields.get("content-disposition", ("",))[0])
    part.disposition = disposition
    part.filename = decoded(more.get("filename") or named.get("name") or "")
    found.parts.append(part)
    return part


def _boundary(named: bytes, body: bytes) -> bytes:
    """The boundary as declared, or the one that is really there, or nothing."""
    named = named.strip()
    if named and next(_delimiters(body, named), None):
        return named
    found = _MAYBE_BOUNDARY.search(body[:100_000])
    return found.group(1) if found else b""


def _delimiters(body: bytes, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """Every delimiter line: where it starts, where it ends, whether it closes. `abc` is no delimiter of `ab`."""
    mark = b"--" + boundary
    at = body.find(mark)
    while at >= 0:
        rest = _REST_OF_LINE.match(body, at + len(mark))
        if rest and (at == 0 or body[at - 1] == _NEWLINE):
            yield at, rest.end(), rest.group(1) is not None
        at = body.find(mark, at + len(mark))


def _pieces(body: bytes, boundary: bytes, found: Walk) -> Iterator[bytes]:
    """What stands between the delimiter lines (RFC 2046 §5.1.1); a missing end is no loss."""
    start = -1
    for count, (at, end, closes) in enumerate(_delimiters(body, boundary)):
        if start >= 0:
            yield body[start:at]
        if closes:
            return
        start = end
        if count >= MAX_PARTS:
            _note(found, "too many parts")
            return
    if start >= 0:
        yield body[start:]


def _note(found: Walk, defect: str) -> None:
    if defect not in found.defects:
        found.defects.append(defect)


def is_text(part: Part) -> bool:
    """Whether a part is meant to be read with the letter."""
    return _is_readable(part) and part.disposition != "attachment" and not part.filename


def _is_readable(part: Part) -> bool:
    kind, _, sort = part.type.partition("/")
    return kind == "text" and sort not in _NOTHING_TO_READ


def text_of(found: Walk) -> str:
    """The readable text of a message: of alternatives one, of the rest all that is text, in order."""
    text = _read(found.root) if found.root else ""
    if not text.strip():
        named = (part for part in found.parts if _is_readable(part) and part.disposition != "attachment")
        text = next((text for part in named if (text := part_text(part)).strip()), text)
    return text.strip("\n")[:MAX_TEXT]


def _read(node: Branch | Part) -> str:
    if isinstance(node, Part):
        return part_text(node) if is_text(node) else ""
    if node.type == "multipart/alternative":
        return _alternative(node)
    texts: list[str] = []
    for child in node.children:
        text = _read(child).strip("\n")
        if text.strip() and not _repeats(child, text, texts):
            texts.append(text)
    return "\n\n".join(texts)


def _repeats(child: Branch | Part, text: str, before: list[str]) -> bool:
    """Whether an HTML part only says again what stands before it, as when `mixed` is written for `alternative`."""
    if not before or not isinstance(child, Part) or child.type != "text/html":
        return False
    return text.split() == before[-1].split()


def _alternative(node: Branch) -> str:
    """Of alternatives the plain one, unless it is empty or only a stub beside a longer one in HTML."""
    plain = [child for child in node.children if isinstance(child, Part) and child.type != "text/html"]
    rest = [child for child in node.children if child not in plain]
    text = next((text for child in plain if (text := _read(child)).strip()), "")
    if text and not _is_short(text) and not _SAYS_NO_HTML.match(text[:200]):
        return text
    marked = next((text for child in rest if (text := _read(child)).strip()), "")
    if not text.strip() or _SAYS_NO_HTML.match(text[:200]):
        return marked or text
    return marked if len(marked) > 5 * STUB and len(marked) > 5 * len(text) else text


def _is_short(text: str) -> bool:
    return len(text) < 10 * STUB and len(text.strip()) < STUB


def part_text(part: Part) -> str:
    """A part's octets as the text that a reader would see."""
    text = text_from(part.octets, part.fields.get("content-transfer-encoding", ("",))[0], part.parameters)
    if part.type == "text/html":
        return html.to_text(text)
    if part.type in {"text/enriched", "text/richtext"}:
        return html.from_enriched(text)
    return text


def octets_of(part: Part, most: int = MAX_TEXT) -> bytes:
    """A part's octets out of their transfer encoding, at most about `most`."""
    return decoded_octets(part.octets, part.fields.get("content-transfer-encoding", ("",))[0], most)


def size_of(part: Part) -> int:
    """Decoded octets of a part, reckoned without decoding it."""
    way = part.fields.get("content-transfer-encoding", ("",))[0].strip().lower()
    length = len(part.octets)
    return length * 3 // 4 - length // 78 if way.startswith("base64") else length
