"""Signed names for tickets in mail: the plus-address, the Message-ID and the subject tag. Pure; holds no key.

A signature is HMAC-SHA-256 (RFC 2104) cut to 80 bits and written in base32, because relays may change the case
of a local part (RFC 5321 §2.4 forbids it; it happens). Each purpose signs with a key of its own, so that a
token seen in one place cannot be used in another. A token names a ticket; whether its bearer may write there
is decided in `threads`, which also looks at the sender.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

SIGNATURE_LENGTH = 16
_ADDRESS = re.compile(r"\+lh([0-9]{1,15})-([a-z2-7]{16})$")
_QUESTION = re.compile(r"\+lq([0-9]{1,15})-([a-z2-7]{16})$")
_MESSAGE_ID = re.compile(r"^<?lh\.([0-9]{1,15})\.([a-z0-9]{1,40})\.([a-z2-7]{16})@")


def sign(key: bytes, purpose: str, value: str) -> str:
    """The signature of a value for one purpose: sixteen lower-case base32 letters, 80 bits."""
    own_key = hmac.digest(key, purpose.encode(), hashlib.sha256)
    digest = hmac.digest(own_key, value.encode(), hashlib.sha256)
    return base64.b32encode(digest[:10]).decode().lower()


def reply_address(key: bytes, mailbox: str, ticket: int) -> str:
    """The address under which answers to a ticket come back: `leuven.helpt+lh1042-…@leuven.be`."""
    local, _, domain = mailbox.rpartition("@")
    return f"{local}+lh{ticket}-{sign(key, 'reply-address', str(ticket))}@{domain}"


def ticket_of_address(key: bytes, address: str) -> int | None:
    """The ticket that a signed address names; None for any other address and any false signature."""
    local, _, _domain = address.lower().rpartition("@")
    found = _ADDRESS.search(local)
    if not found:
        return None
    number, signature = found.groups()
    expected = sign(key, "reply-address", number)
    return int(number) if hmac.compare_digest(expected, signature) else None


def question_address(key: bytes, mailbox: str, question: int) -> str:
    """The address under which the answer to a question comes back: `leuven.helpt+lq12-…@leuven.be`."""
    local, _, domain = mailbox.rpartition("@")
    return f"{local}+lq{question}-{sign(key, 'question-address', str(question))}@{domain}"


def question_of_address(key: bytes, address: str) -> int | None:
    """The question that a signed address names; None for any other address and any false signature."""
    local, _, _domain = address.lower().rpartition("@")
    found = _QUESTION.search(local)
    if not found:
        return None
    number, signature = found.groups()
    expected = sign(key, "question-address", number)
    return int(number) if hmac.compare_digest(expected, signature) else None


def message_id(key: bytes, host: str, ticket: int, revision: str) -> str:
    """The Message-ID of our mail on a ticket; the same ticket and revision always give the same one."""
    return f"<lh.{ticket}.{revision}.{sign(key, 'message-id', f'{ticket}.{revision}')}@{host}>"


def ticket_of_message_id(key: bytes, host: str, identifier: str) -> int | None:
    """The ticket that one of our own Message-IDs names; None for any other and any false signature."""
    folded = identifier.lower()
    found = _MESSAGE_ID.match(folded)
    if not found or not folded.rstrip(">").endswith(f"@{host.lower()}"):
        return None
    number, revision, signature = found.groups()
    expected = sign(key, "message-id", f"{number}.{revision}")
    return int(number) if hmac.compare_digest(expected, signature) else None


def subject_tag(tag: str, ticket: int) -> str:
    """What stands in our subjects, `[LH#1042]`. Anybody can write it, so it proves nothing by itself."""
    return f"[{tag}#{ticket}]"


def ticket_of_subject(tag: str, subject: str) -> int | None:
    """The last ticket number tagged in a subject; None where there is none."""
    found = re.findall(rf"\[{re.escape(tag)}#([0-9]{{1,15}})\]", subject, re.IGNORECASE)
    return int(found[-1]) if found else None
