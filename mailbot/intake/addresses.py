"""Address fields as addresses (RFC 5322 §3.4, and what is written instead): who wrote, and to whom. Pure.

A field is read before its encoded words are decoded, so that no name can turn into an address. To be shown, the
first address of From will do; to be answered, it must be the only one, and two parsers must agree on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from email.utils import parseaddr

import mailparser

from mailbot.intake.headers import MAX_VALUE, decoded, one_line
from mailbot.model import Address

MAX_ADDRESSES = 100
MAX_NAME = 120
_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*+"|\((?:[^()\\]|\\.)*+\)|<[^<>]*+>|\[[^\[\]]*+\]|(?:[^\s"(),:;<>\[\]\\]|\\.)++|\\|[,:;]|[()]|[<>"\[\]]'
)
_EMAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"')
_HARD = re.compile(r"[\"()\\,;:]")
_COMMENT = re.compile(r"\([^()]*+\)")
_ROUTE = re.compile(r"^(?:@[^:<>]*:)")


def addresses(values: Sequence[str]) -> tuple[Address, ...]:
    """Every address in the values that can be written to, at most `MAX_ADDRESSES`."""
    found: list[Address] = []
    for value in values[:20]:
        for name, email in mailboxes(value):
            made = address(email, name)
            if made:
                found.append(made)
            if len(found) >= MAX_ADDRESSES:
                return tuple(found)
    return tuple(found)


def address(email: str, name: str = "") -> Address | None:
    """An address that can stand in a header and in SMTP, its domain in lower case; None for any other."""
    email = email.strip()
    if not _EMAIL.fullmatch(email) or ".." in email or len(email) > 254:
        return None
    local, _, domain = email.rpartition("@")
    return Address(f"{local.lower()}@{domain.lower()}", _shown(name))


def author(values: Sequence[str]) -> Address | None:
    """Whom From names first, as written: to be shown and never to be trusted; see `sender`."""
    for value in values:
        for name, email in mailboxes(value):
            if email:
                return Address(one_line(email)[:254], _shown(name))
    return None


def sender(values: Sequence[str]) -> Address | None:
    """Who wrote, if that is proven: one From field in which two parsers find one and the same address.

    `From: a@bank.test <evil@x.test>` is read as either by different programs, and so proves nobody.
    """
    if len(values) != 1:
        return None
    value = values[0]
    named = [(name, email) for name, email in mailboxes(value) if email]
    made = address(named[0][1], named[0][0]) if len(named) == 1 else None
    if made is None:
        return None
    outside = {each.lower() for each in _EMAIL.findall(_QUOTED.sub("", value))}
    return made if outside == {made.email} and _second_opinion(value) == made.email else None


def _second_opinion(value: str) -> str:
    """The one address that another parser finds; mail-parser where quotes or comments make it hard."""
    if not _HARD.search(value):
        return parseaddr(value)[1].strip().lower()
    try:
        found = mailparser.parse_from_string(f"From: {value}\n\n").from_
        return str(found[0][1]).strip().lower() if len(found) == 1 else ""
    except (AttributeError, ValueError, LookupError, TypeError, RecursionError):
        return ""


def mailboxes(value: str) -> Iterator[tuple[str, str]]:
    """Each (name, address) of an address field in order, group names left out; linear, and never raises.

    Names are as written, still encoded. Semicolons part addresses too, for many people write them.
    """
    entry = _Entry()
    depth = 0
    for found in _TOKEN.finditer(value[:MAX_VALUE]):
        piece = found.group()
        if piece in "()" or depth:
            depth = max(0, depth + (piece == "(") - (piece == ")"))
            continue
        if piece in {",", ";"}:
            yield from entry.taken()
        elif piece == ":":
            entry.words.clear()
        elif piece.startswith("<") and len(piece) > 1:
            if entry.angle is not None:
                yield from entry.taken()
            entry.angle = piece[1:-1]
        else:
            entry.add(piece, found.start())
    yield from entry.taken()


class _Entry:
    """One address as its pieces come in."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.comments: list[str] = []
        self.angle: str | None = None
        self._end = -1

    def add(self, piece: str, start: int) -> None:
        if piece.startswith("(") and len(piece) > 1:
            self.comments.append(piece[1:-1])
        elif piece in '<>"[]':
            return
        elif self.words and start == self._end:
            self.words[-1] += piece
        else:
            self.words.append(piece)
        self._end = start + len(piece)

    def taken(self) -> Iterator[tuple[str, str]]:
        words, comments, angle = self.words, self.comments, self.angle
        self.words, self.comments, self.angle = [], [], None
        if angle is not None:
            email = _ROUTE.sub("", _COMMENT.sub("", angle).strip()).replace(" ", "")
            yield _plain(" ".join(words)) or _plain(" ".join(comments)), _without_scheme(email)
        elif words:
            at = next((n for n, word in enumerate(words) if "@" in word and not word.startswith('"')), -1)
            at = at if at >= 0 or len(words) > 1 else 0
            if any(word == "@" or word[-1:] == "@" or word[:1] == "@" for word in words):
                words, at = ["".join(words)], 0
            rest = [word for n, word in enumerate(words) if n != at]
            email = words[at] if at >= 0 else ""
            yield _plain(" ".join(comments)) or _plain(" ".join(rest)), _without_scheme(email)


def _without_scheme(email: str) -> str:
    return email[7:] if email[:7].lower() == "mailto:" else email


def _plain(text: str) -> str:
    """A name without its quotes and back-slashes."""
    if '"' in text:
        text = _QUOTED.sub(lambda found: found.group()[1:-1], text)
    return re.sub(r"\\(.)", r"\1", text) if "\\" in text else text


def _shown(name: str) -> str:
    return one_line(decoded(name)).strip("'\" ")[:MAX_NAME]
