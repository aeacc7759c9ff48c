"""From the octets of one part to its text: transfer encodings, charsets, flowed lines, uuencoded blocks. Pure."""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping

from mailbot.intake.charset import decode

MAX_TEXT = 1_000_000
_WORD = re.compile(r"[\w-]+")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]|[^\s][ \t]+[^\s]")
_GROUP = re.compile(rb"([A-Za-z0-9+/\s]+)=*")
_UUENCODED = re.compile(
    rb"^begin [0-7]{3,4} [^\r\n]{1,200}\r?\n(?:[!-`][ -`]{0,61}[ \t]*\r?\n)*+`?[ \t]*\r?\n?end\r?$", re.MULTILINE
)


def text_from(octets: bytes, encoding: str, parameters: Mapping[str, str]) -> str:
    """A part's text: out of its transfer encoding, out of its charset, its lines made whole (RFC 3676)."""
    written = decoded_octets(octets, encoding, MAX_TEXT)
    if b"\nend" in written and b"begin " in written:
        written = _UUENCODED.sub(b"", written)
    text = decode(written, parameters.get("charset", ""))
    if parameters.get("format", "").lower() == "flowed":
        return unflowed(text, joined=parameters.get("delsp", "").lower() == "yes")
    return text


def decoded_octets(octets: bytes, encoding: str, most: int) -> bytes:
    """Octets out of their transfer encoding, at most about `most`; damage costs only itself."""
    named = _WORD.search(encoding)
    way = named.group().lower() if named else ""
    if way == "base64":
        return _base64(octets[: most * 3 // 2])
    if way.startswith("quoted"):
        return binascii.a2b_qp(octets[: most * 3])[:most]
    if way in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return _uu(octets[: most * 3 // 2])
    return octets[:most]


def _base64(octets: bytes) -> bytes:
    """Base64 with its groups joined, up to what is no base64 any more; text that only claims to be it stays text."""
    start = octets.lstrip()[:100].partition(b"\n")[0]
    if _NOT_BASE64.search(start):
        return octets
    out: list[bytes] = []
    at = 0
    while found := _GROUP.match(octets, at):
        letters = b"".join(found.group(1).split())
        out.append(_unarmoured(letters))
        at = found.end()
    return b"".join(out)


def _unarmoured(letters: bytes) -> bytes:
    whole = letters[: len(letters) // 4 * 4] if len(letters) % 4 == 1 else letters + b"=" * (-len(letters) % 4)
    try:
        return binascii.a2b_base64(whole)
    except binascii.Error:
        return b""


def _uu(octets: bytes) -> bytes:
    lines = octets.partition(b"begin ")[2].split(b"\n")[1:]
    out: list[bytes] = []
    for line in lines:
        if line.strip() in {b"end", b"`", b""}:
            break
        try:
            out.append(binascii.a2b_uu(line.rstrip(b"\r\n")))
        except binascii.Error:
            continue
    return b"".join(out)


def unflowed(text: str, *, joined: bool = False) -> str:
    """Lines that were only broken for transport made whole again (RFC 3676 §4); quoted ones are left as they are."""
    out: list[str] = []
    pending: list[str] = []
    for line in text.split("\n"):
        own = line[1:] if line.startswith(" ") else line
        if own == "-- " or own.startswith(">"):
            out += ["".join(pending)] if pending else []
            out.append(own)
            pending = []
        elif own.endswith(" "):
            pending.append(own[:-1] if joined else own)
        else:
            out.append("".join([*pending, own]))
            pending = []
    return "\n".join([*out, "".join(pending)] if pending else out)
