"""What the headers of a letter say of a machine behind it; whether they are believed is decided in `screen`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mailbot.intake.notices import MAIL_SYSTEM
from mailbot.model import Letter

_NO_REPLY = re.compile(
    r"^(?:no-?_?reply|do-?not-?reply|ne-?pas-?repondre|niet-?beantwoorden|noreply|notifications?)\b.*@", re.I
)
_AUTO_HEADER = re.compile(
    r"auto[-_]?(?:response|submitted|replied|reply|generated|respond)|holidayreply|machinegenerated|^x-vacation"
)
_NOT_PROOF = {"auto-submitted", "x-auto-response-suppress"}
_AUTO_VALUES = re.compile(r"auto[-_ ]?(?:repl|respon|generat|submit)|vacation|holiday|out[-_ ]?of[-_ ]?office", re.I)


def reads_no_answers(email: str) -> bool:
    """Whether an address says of itself that nobody reads what is sent to it, or is a mail system's."""
    return bool(_NO_REPLY.match(email) or MAIL_SYSTEM.match(email))


def looks_sent_by_machine(letter: Letter) -> bool:
    """Whether headers say that no person pressed Send, or the sender reads no answers."""
    unread = letter.author is not None and reads_no_answers(letter.author.email)
    return unread or next(auto_marks(letter), None) is not None


def auto_marks(letter: Letter) -> Iterator[str]:
    """Each header that says that no person pressed Send, in words (RFC 3834, and what is used instead)."""
    headers = letter.headers
    for value in headers.get("auto-submitted", ()):
        submitted = value.partition(";")[0].partition("(")[0].strip().lower()
        if submitted and submitted != "no":
            yield f"Auto-Submitted: {submitted} (RFC 3834)"
    for name in headers:
        if _AUTO_HEADER.search(name) and name not in _NOT_PROOF and _is_set(headers[name]):
            yield f"the header {name}"
    for name in ("precedence", "x-precedence", "preference"):
        if any(value.strip().lower() in {"auto_reply", "auto-reply"} for value in headers.get(name, ())):
            yield f"{name}: auto_reply"
    if any("vacation" in value.lower() for value in headers.get("x-apple-action", ())):
        yield "X-Apple-Action: VACATION"
    if any("autoresponder" in value.lower() for value in headers.get("x-post-messageclass", ())):
        yield "X-POST-MessageClass"
    if any(_AUTO_VALUES.search(value) for name in ("x-loop", "delivered-to") for value in headers.get(name, ())):
        yield "an autoresponder's loop mark"
    if any("tmda" in value.lower() for value in headers.get("x-delivery-agent", ())):
        yield "a program that asks for confirmation"


def _is_set(values: Sequence[str]) -> bool:
    return any(value.strip().lower() not in {"no", "false", "0", "none", ""} for value in values)
