"""A message over the limit, kept by its headers and its text parts (RFC 9051 BODYSTRUCTURE). Opens nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Ask = Callable[[Sequence[bytes]], Mapping[bytes, Any]]
MAX_TEXT_PARTS = 8
MAX_DEPTH = 20
BOUNDARY = b"mailbot-kept-parts"


def text_only(ask: Ask, size: int, limit: int) -> bytes | None:
    """Build a message of the headers and the text parts of a large one; None where it has vanished.

    `ask` fetches items of that one message. The result holds at most `limit` octets of text, names the true
    `size` in X-Mailbot-Truncated, and is a message that any parser reads.
    """
    found = ask([b"BODY.PEEK[HEADER]", b"BODYSTRUCTURE"])
    header, structure = found.get(b"BODY[HEADER]"), found.get(b"BODYSTRUCTURE")
    if header is None or structure is None:
        return None
    parts = [_part(ask, number, limit // MAX_TEXT_PARTS) for number in list(_text_parts(structure))[:MAX_TEXT_PARTS]]
    kept = b"".join(b"--" + BOUNDARY + b"\r\n" + part + b"\r\n" for part in parts)
    return b"%sX-Mailbot-Truncated: %d\r\nContent-Type: multipart/mixed; boundary=%s\r\n\r\n%s--%s--\r\n" % (
        _without_type(header),
        size,
        BOUNDARY,
        kept,
        BOUNDARY,
    )


def _part(ask: Ask, number: str, limit: int) -> bytes:
    head, body = f"BODY.PEEK[{number}.MIME]".encode(), f"BODY.PEEK[{number}]<0.{limit}>".encode()
    found = ask([head, body])
    mime = found.get(f"BODY[{number}.MIME]".encode()) or b""
    text = found.get(f"BODY[{number}]<0>".encode()) or b""
    return bytes(mime) + (b"" if mime.endswith(b"\r\n\r\n") else b"\r\n") + bytes(text)


def _text_parts(structure: Any, number: str = "", depth: int = 0) -> Iterator[str]:
    """Part numbers of text/plain and text/html that are not attachments; nothing from nested messages."""
    if depth > MAX_DEPTH:
        return
    if isinstance(structure[0], list):
        for n, child in enumerate(structure[0], 1):
            yield from _text_parts(child, f"{number}.{n}" if number else str(n), depth + 1)
    elif str(structure[0] or b"", "ascii", "replace").lower() == "text":
        yield number or "1"


def _without_type(header: bytes) -> bytes:
    """The header block without the fields that described the parts left behind."""
    kept: list[bytes] = []
    skipping = False
    for line in header.rstrip(b"\r\n").split(b"\r\n"):
        if line[:1] not in (b" ", b"\t"):
            skipping = line.lower().startswith((b"content-", b"mime-version:"))
        if not skipping:
            kept.append(line)
    return b"\r\n".join([*kept, b"MIME-Version: 1.0", b""])
