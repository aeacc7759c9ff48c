"""Attachments of a ticket's letters: listed with type and size, saved only when asked for, never opened."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mailbot.cli.terminal import safe
from mailbot.model import ConfigurationError, Permanent

if TYPE_CHECKING:
    from mailbot.model import Attachment
    from mailbot.storage.reading import Reader, Row

MOST_SAME = 1000


def of_ticket(reader: Reader, ticket: Row) -> list[tuple[Attachment, bytes]]:
    """Every attachment of a ticket's letters, oldest letter first; a letter without any is not taken apart."""
    return [each for letter in ticket["letters"] for each in _of_letter(reader, letter["id"])]


def _of_letter(reader: Reader, message: int) -> Iterator[tuple[Attachment, bytes]]:
    from mailbot.storage.views import raw

    found = raw(reader, message)
    octets = zlib.decompress(found[1]) if found else b""
    if b"multipart" not in octets[:100_000].lower() and b"content-disposition" not in octets[:100_000].lower():
        return
    from mailbot.intake.attachments import attachments_of, may_have_any

    if may_have_any(octets):
        yield from attachments_of(octets)


def lines(found: list[tuple[Attachment, bytes]], number: int) -> list[str]:
    """What is attached, for people to read, and how one of it is saved."""
    listed = [
        f"    {n}  {safe(each.name)}  ({safe(each.type)}, {_size(each.size)})" for n, (each, _) in enumerate(found, 1)
    ]
    return [*listed, f"    `mailbot show {number} --save 1` saves one here; look before you open it"] if listed else []


def _size(octets: int) -> str:
    return (
        f"{octets} octets" if octets < 1000 else f"{octets / 1000:.0f} kB" if octets < 1e6 else f"{octets / 1e6:.1f} MB"
    )


def save(found: list[tuple[Attachment, bytes]], which: int, number: int, folder: Path) -> Path:
    """Save one attachment under a name that hides nothing, beside what is there, readable by its owner alone."""
    if not 1 <= which <= len(found):
        raise Permanent(f"#{number} has no attachment {which}; `mailbot show {number}` lists them")
    attachment, octets = found[which - 1]
    name = safe(attachment.name).replace("·", "_")
    stem, dot, ending = name.rpartition(".")
    names = (name, *(f"{stem or ending}-{n}{dot}{ending if dot else ''}" for n in range(2, MOST_SAME)))
    for each in names:
        path = folder / each
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        except OSError as error:
            raise ConfigurationError(f"{folder}: {error.strerror}; name a folder with --to") from error
        with os.fdopen(handle, "wb") as file:
            file.write(octets)
        return path
    raise Permanent(f"{folder} holds {MOST_SAME} files of that name; name another folder with --to")
