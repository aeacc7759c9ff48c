"""Delivery reports: whose mail came back, why, and which mail of ours it was (RFC 3464, and what servers write).

Says what a report says; whether it is believed depends on the Message-ID it quotes, and that is not decided here.
`hard` means that the address is dead: a full mailbox, a filter or a size limit is no reason never to write again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailbot.intake.body import Walk, octets_of
from mailbot.intake.charset import decode
from mailbot.intake.headers import message_ids, read_head, split
from mailbot.intake.notices import FULL, NOT_THE_ADDRESS, RETURNED_BELOW, USER_UNKNOWN
from mailbot.model import Bounce, Letter

MAX_TEXT = 100_000
MAX_RECIPIENTS = 50
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.])(4[2-5]\d|5[0-5]\d)(?=[ -][^\d])")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,251}[A-Za-z0-9]")
_FIELD = re.compile(r"^([A-Za-z-]{3,40})[ \t]*:[ \t]*((?:.*)(?:\n[ \t]+.*){0,20})", re.M)
_BLOCKS = re.compile(r"\n[ \t]*\n")
_OUR_ID = re.compile(r"^[ \t>]*message-id\s*:\s*(<[^<>\s]{1,900}>)", re.I | re.M)
# Where servers name the address that failed, the surest way first.
_NAMED = (
    re.compile(r"(?:final|original)-recipient ?:[ \t]?(?:rfc822 ?;)?[ \t]?<?([^\s<>;]{1,64}@[^\s<>;]{1,253})", re.I),
    re.compile(r"^[ \t]{0,9}<([^<>\s@]{1,64}@[^<>\s]{1,253})>\s?(?:\([^)\n]{0,80}\)\s?)?:", re.M),
    re.compile(r"\b(?:rcpt )?to\s?:\s?<([^<>\s@]{1,64}@[^<>\s]{1,253})>", re.I),
)
_ALONE = re.compile(r"^[ \t]{0,40}<?([^\s<>@:;,]{1,64}@[^\s<>@:;,]{1,253})>?[.:;,]?[ \t]*$", re.M)
_SAYS_WHOM = re.compile(
    r"recipient|address|ontvanger|destinat|empfänger|user|mailbox|account|(?:message|mail|bericht|nachricht|courriel) "
    r"(?:to|aan|à|an|for|voor)\b|deliver",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Report:
    """A report as read: whom it tells of, None for a success, and what it says became of the mail."""

    bounce: Bounce | None
    action: str


def read_report(found: Walk) -> Report | None:
    """Read the machine part of a delivery report; None where the message has none."""
    machine = next((part for part in found.parts if "delivery-status" in part.type), None)
    if machine is None:
        return None
    written = decode(octets_of(machine, MAX_TEXT)).strip("\n")
    told = [fields for block in _BLOCKS.split(written)[:1_000] if (fields := _fields(block)) and _is_recipient(fields)]
    failed = [fields for fields in told if _action(fields) == "failed"]
    if not told or failed:
        return Report(_bounce(failed or [_fields(written)], written, found), "failed")
    delayed = [fields for fields in told if _action(fields) == "delayed"]
    if delayed:
        return Report(_bounce(delayed, written, found, is_over=False), "delayed")
    return Report(None, _action(told[0]))


def _fields(block: str) -> dict[str, str]:
    return {name.lower(): " ".join(value.split()) for name, value in reversed(_FIELD.findall(block))}


def _is_recipient(fields: dict[str, str]) -> bool:
    return any(name in fields for name in ("final-recipient", "original-recipient", "action", "status"))


def _action(fields: dict[str, str]) -> str:
    word = re.sub(r"[^a-z-].*", "", fields.get("action", "").lower())
    if word in {"delayed", "delivered", "relayed", "expanded"}:
        return word
    return "delivered" if not word and fields.get("status", "").startswith("2") else "failed"


def _bounce(told: list[dict[str, str]], written: str, found: Walk, *, is_over: bool = True) -> Bounce:
    recipients = _unique(each for fields in told for each in _recipient(fields))
    why = " ".join(fields.get("diagnostic-code", "") for fields in told)[:4000]
    stated = next((code for fields in told for code in _ENHANCED.findall(fields.get("status", ""))), "")
    status = _finer(stated, why or written)
    return Bounce(recipients, status, is_over and _is_hard(status, why), _returned_ids(found))


def _recipient(fields: dict[str, str]) -> Iterator[str]:
    for name in ("final-recipient", "original-recipient", "x-actual-recipient"):
        found = _ADDRESS.findall(fields.get(name, "").rpartition(";")[2])
        if found:
            yield found[0]
            return


def read_free_text(letter: Letter) -> Bounce:
    """Read what a server wrote in words: recipients, status, and the identifiers of the mail it returns."""
    text = letter.text[:MAX_TEXT]
    below = RETURNED_BELOW.search(text)
    notice = text[: below.start()] if below and below.start() > 40 else text
    ours = {each.email for each in letter.to} | ({letter.sender.email} if letter.sender else set())
    ours |= {each.lower() for each in _ADDRESS.findall(" ".join(letter.headers.get("from", ())))}
    named = _unique(each for value in letter.headers.get("x-failed-recipients", ()) for each in _ADDRESS.findall(value))
    recipients = named or _named(notice, ours) or _named(text, ours)
    status = _finer("", notice)
    quoted = [*_OUR_ID.findall(text), *message_ids(letter.headers.get("in-reply-to", ()))]
    known = letter.report.message_ids if letter.report else ()
    return Bounce(recipients, status, _is_hard(status, notice[:5000]), tuple(dict.fromkeys((*known, *quoted)))[:50])


def _named(text: str, ours: set[str]) -> tuple[str, ...]:
    for pattern in _NAMED:
        found = _unique(pattern.findall(text))
        others = tuple(each for each in found if each not in ours)
        if others:
            return others
    near = (m.group() for m in _ADDRESS.finditer(text) if _SAYS_WHOM.search(text[max(0, m.start() - 90) : m.start()]))
    others = tuple(each for each in _unique(_ALONE.findall(text)) if each not in ours)
    others = others or tuple(each for each in _unique(near) if each not in ours)
    if others:
        return others
    any_other = tuple(each for each in _unique(_ADDRESS.findall(text)) if each not in ours)
    return tuple(each for each in any_other if not each.startswith(("postmaster@", "mailer-daemon@")))[:1]


def _unique(found: Iterable[str]) -> tuple[str, ...]:
    clean = (each.strip("<>.'\"()[]").lower() for each in found)
    return tuple(dict.fromkeys(each for each in clean if _ADDRESS.fullmatch(each)))[:MAX_RECIPIENTS]


def _finer(stated: str, why: str) -> str:
    """A status of three numbers (RFC 3463): as stated unless the words say it more exactly."""
    if stated and not stated.endswith(".0.0"):
        return stated
    written = next((code for code in _ENHANCED.findall(why) if code[0] != "2" and not code.endswith(".0.0")), "")
    if written and (not stated or written[0] == stated[0]):
        return written
    plain = _CODE.search(why)
    first = stated[:1] or (plain.group()[0] if plain else "")
    if FULL.search(why):
        return f"{first or '5'}.2.2"
    if USER_UNKNOWN.search(why):
        return f"{first or '5'}.1.1"
    return stated or (f"{first}.0.0" if first else "")


def _is_hard(status: str, why: str) -> bool:
    """Whether the address is dead, so that writing to it again is of no use."""
    if status.startswith("4") or status in _NOT_DEAD or FULL.search(why):
        return False
    if status.startswith("5.1.") or status in {"5.2.1", "5.4.4", "5.4.310"}:
        return True
    return bool(USER_UNKNOWN.search(why)) or not NOT_THE_ADDRESS.search(f"{why} {_CLASS.get(status[2:3], '')}")


_NOT_DEAD = frozenset({"5.1.7", "5.1.8", "5.2.2", "5.2.3"})  # the sender's address, a full mailbox, a large letter
_CLASS = {"3": "message size", "4": "loop", "5": "policy", "6": "content", "7": "policy"}


def _returned_ids(found: Walk) -> tuple[str, ...]:
    """Message-IDs of the mail that a report returns, whole or by its headers."""
    ids: list[str] = []
    for part in found.parts:
        if part.type in {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global"}:
            head, _ = split(octets_of(part, MAX_TEXT))
            ids += message_ids(read_head(head).get("message-id", ()))
    return tuple(dict.fromkeys(ids))
