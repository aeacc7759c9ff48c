"""Human or machine, with the reason; a list of small screens, the first that knows its machine decides.

A screen only withholds answers: every letter is kept, and one that merely looks automatic is still read. The
headers are those that peers of mailbot and RFC 3834 know, each parsed as what it is: a token before `;`, a list,
in any case. `Auto-Submitted: no` is a person, and a person who forwards a bounce is a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from mailbot.intake.bounce import read_free_text
from mailbot.intake.marks import auto_marks, reads_no_answers
from mailbot.intake.notices import (
    AUTO_SUBJECT,
    AWAY_SUBJECT,
    AWAY_TEXT,
    BOUNCE_SUBJECT,
    CLOUD_NOTICE,
    DELAY_SUBJECT,
    DELAY_TEXT,
    FAILURE_TEXT,
    GAVE_UP,
    MAIL_SYSTEM,
    MAIL_SYSTEM_NAME,
    MAYBE_SYSTEM,
    SUCCESS_SUBJECT,
)
from mailbot.model import Kind, Letter, Machine, Screening

LOOP_HEADER = "x-mailbot-loop"
NOTICE = 6_000  # letters at the top of a letter in which a server says what it is about
_RETURNED_LINES = re.compile(r"^[ \t]{0,4}(?:received: from|return-path: ?<|message-id: ?<)", re.I | re.M)
_POINTS_AT = re.compile(r"[^\s@]@[^\s@]|\b[45]\d\d\b|\b[45]\.\d{1,3}\.\d")
_READ = re.compile(
    r"^(?:gelezen|read|lu|gelesen|leído|letto|lida|leesbevestiging|read receipt|accusé de lecture|lesebestätigung|"
    r"(?:not read|ongelezen|niet gelezen|non lu|ungelesen))\s?:",
    re.I,
)
_WAS_READ = re.compile(
    r"(?i)(?:is|werd) (?:gelezen|zonder te lezen verwijderd) op|gelezen op\b|was (?:read|displayed|deleted without)|"
    r"a été (?:lu|supprimé sans)|wurde (?:gelesen|ungelesen)|leesbevestiging|read receipt|return receipt"
)
_REPORT_NAME = re.compile(r"^[\w.-]+![\w.-]+!\d+!\d+")
_REPORT_SUBJECT = re.compile(
    r"report[ -]domain: ?\S+|complaint about message from|(?:email feedback|abuse) report for (?:ip|message|\d)|"
    r"\[?feedback loop\b",
    re.I,
)
_FORM_LINE = re.compile(
    r"^[ \t]*\*?(?:naam|voornaam|e-?mail(?:adres)?|telefoon|tel|gsm|gemeente|adres|uw vraag|vraag|bericht|nom|prénom|"
    r"téléphone|name|phone|message|ik wil)\b[^:\n]{0,40}:[ \t]*\S",
    re.I | re.M,
)
_DISCUSSION = ("list-post", "mailing-list", "x-mailing-list", "x-mailman-version", "x-beenthere")


@dataclass(frozen=True, slots=True)
class Own:
    """Who we are: the addresses of our mailboxes, and the domain of our Message-IDs."""

    addresses: frozenset[str]
    host: str


def screen(letter: Letter, own: Own) -> Screening:
    """Say whether a person wrote, and if not, what did."""
    for found in (each(letter, own) for each in SCREENS):
        if found:
            return found
    return Screening(Kind.HUMAN, "nothing speaks of a machine")


def _own_loop(letter: Letter, own: Own) -> Screening | None:
    mark = own_mark(letter, own)
    if mark:
        return _machine(Machine.OWN_LOOP, mark)
    if letter.sender and letter.sender.email in own.addresses:
        return _machine(Machine.OWN_LOOP, "from one of our own addresses")
    return None


def own_mark(letter: Letter, own: Own) -> str:
    """What shows that we wrote a letter ourselves, beside its address, which web servers use too; empty for none."""
    if own.host.lower() in (value.lower() for value in letter.headers.get(LOOP_HEADER, ())):
        return "our own loop mark"
    if letter.message_id.lower().startswith("<lh.") and letter.message_id.lower().endswith(f"@{own.host.lower()}>"):
        return "our own Message-ID"
    return ""


def _receipt(letter: Letter, _own: Own) -> Screening | None:
    asked = letter.content_parameters.get("report-type", "").lower() == "disposition-notification"
    if asked or _has(letter, "message/disposition-notification"):
        return _machine(Machine.READ_RECEIPT, "a read receipt (RFC 8098)")
    if _READ.match(letter.subject) and _WAS_READ.search(letter.text[:2000]):
        return _machine(Machine.READ_RECEIPT, "a read receipt in words")
    return None


def _report(letter: Letter, _own: Own) -> Screening | None:
    kind = letter.content_parameters.get("report-type", "").lower()
    if kind in {"feedback-report", "tlsrpt", "dmarc"} or _has(letter, "message/feedback-report"):
        return _machine(Machine.REPORT, "a machine's report (RFC 5965)")
    sent = any(_REPORT_NAME.match(each.name) or "/tlsrpt" in each.type for each in letter.attachments)
    if sent or _REPORT_SUBJECT.match(letter.subject) or "tls-report-domain" in letter.headers:
        return _machine(Machine.REPORT, "a DMARC, TLS or abuse report")
    return None


def _has(letter: Letter, type_: str) -> bool:
    return any(attachment.type == type_ for attachment in letter.attachments)


def _delivery_report(letter: Letter, _own: Own) -> Screening | None:
    action = letter.content_parameters.get("x-report-action", "")
    if not action or not (letter.content_type == "multipart/report" or _is_from_machine(letter)):
        return None  # a report that a person passes on has his address and his words
    if action == "delayed":
        return _delayed(letter, "a delay notice; the mail is still on its way")
    if letter.report is None:
        return _machine(Machine.REPORT, f"a delivery report: {action}")
    found = letter.report if letter.report.recipients else read_free_text(letter)
    return Screening(Kind.BOUNCE, "a delivery report (RFC 3464)", Machine.BOUNCE, found)


def _written_bounce(letter: Letter, _own: Own) -> Screening | None:
    if not _tells_of_failure(letter):
        return None
    if SUCCESS_SUBJECT.match(letter.subject):
        return _machine(Machine.REPORT, "a delivery report in words")
    head = letter.text[:NOTICE]
    delayed = DELAY_SUBJECT.search(letter.subject) or DELAY_TEXT.search(head)
    if delayed and not (GAVE_UP.search(letter.subject) and GAVE_UP.search(head[:600])):
        return _delayed(letter, "a delay notice in words")
    return Screening(Kind.BOUNCE, "a mail system's failure notice", Machine.BOUNCE, read_free_text(letter))


def _tells_of_failure(letter: Letter) -> bool:
    """Whether a mail system says so: by its own header, or by two of who it is, its subject and its words."""
    headers = letter.headers
    marked = "x-failed-recipients" in headers or "x-ms-exchange-message-is-ndr" in headers
    head = letter.text[:NOTICE]
    if marked or CLOUD_NOTICE.search(head):
        return True
    by_machine = _is_from_machine(letter)
    named = BOUNCE_SUBJECT.match(letter.subject) or SUCCESS_SUBJECT.match(letter.subject)
    named = named or (DELAY_SUBJECT.search(letter.subject) if by_machine else None)
    if not named and not by_machine:
        return False
    told = FAILURE_TEXT.search(head) is not None and _POINTS_AT.search(head) is not None
    if letter.content_parameters.get("report-type", "").lower() == "delivery-status":
        return True
    if _sent_by_system(letter):
        return bool(named) or (told and not _is_answer(letter))
    if by_machine:
        return bool(named) and not _is_vacation(letter)
    return bool(named) and told and not _is_answer(letter) and _shows_the_returned(letter)


def _shows_the_returned(letter: Letter) -> bool:
    """Whether a notice with a person's envelope carries what it returns, as list servers and gateways send it."""
    returned = any(each.type in {"message/rfc822", "text/rfc822-headers"} for each in letter.attachments)
    return returned or _RETURNED_LINES.search(letter.text) is not None


def _is_answer(letter: Letter) -> bool:
    return bool(re.match(r"(?i)^\s*(?:re|aw|antw?|sv|fwd?|wg|tr|rv|doorst)\s?:", letter.subject))


def _is_vacation(letter: Letter) -> bool:
    return bool(AUTO_SUBJECT.match(letter.subject))


def _delayed(letter: Letter, reason: str) -> Screening:
    found = letter.report if letter.report and letter.report.recipients else read_free_text(letter)
    status = found.status if found.status.startswith("4") else "4.0.0"
    return Screening(Kind.BOUNCE, reason, Machine.DELAY_NOTICE, replace(found, hard=False, status=status))


def _is_from_machine(letter: Letter) -> bool:
    """A mail system's name, an empty return path, or no sender at all. Vacation replies and spam have these too."""
    if letter.author is None or _sent_by_system(letter) or _null_path(letter):
        return True
    return bool(MAYBE_SYSTEM.match(letter.author.email))


def _null_path(letter: Letter) -> bool:
    return any(value.strip() in {"<>", ""} for value in letter.headers.get("return-path", ()))


def _sent_by_system(letter: Letter) -> bool:
    if letter.author is None:
        return False
    name, email = letter.author.name, letter.author.email
    return bool(MAIL_SYSTEM.match(email if "@" in email else f"{email}@") or MAIL_SYSTEM_NAME.search(name))


def _form(letter: Letter, _own: Own) -> Screening | None:
    """A web form's mail is its writer's, whatever headers the web server puts on it; the server reads no answers."""
    if len(set(_FORM_LINE.findall(letter.new_text[:4000]))) >= 3 and next(auto_marks(letter), None):
        unread = letter.sender is not None and reads_no_answers(letter.sender.email)
        return Screening(Kind.HUMAN, "a web form filled in by a person", Machine.NO_REPLY if unread else None)
    return None


def _auto_reply(letter: Letter, _own: Own) -> Screening | None:
    mark = next(auto_marks(letter), None)
    if mark:
        return Screening(Kind.AUTO_REPLY, mark, Machine.AUTO_REPLY)
    if AUTO_SUBJECT.match(letter.subject):
        return Screening(Kind.AUTO_REPLY, "the subject of an absence notice", Machine.AUTO_REPLY)
    if _is_away(letter):
        return Screening(Kind.AUTO_REPLY, "the subject and the words of an absence notice", Machine.AUTO_REPLY)
    return None


def _is_away(letter: Letter) -> bool:
    """Whether subject and words tell of an absence, and nothing is asked: who asks is a person."""
    told = AWAY_SUBJECT.search(letter.subject) and AWAY_TEXT.search(letter.new_text[:600])
    return bool(told) and not _is_answer(letter) and len(letter.new_text) < 1200 and "?" not in letter.new_text


def _bulk(letter: Letter, _own: Own) -> Screening | None:
    headers = letter.headers
    precedence = {value.strip().lower() for name in ("precedence", "x-precedence") for value in headers.get(name, ())}
    lists = [name for name in ("list-id", "list-unsubscribe", *_DISCUSSION) if name in headers]
    if "list-unsubscribe" in lists and not _is_discussion(letter):
        return Screening(Kind.SPAM, "a newsletter: List-Unsubscribe", Machine.BULK)
    if lists:
        return Screening(Kind.HUMAN, f"through a mailing list: {lists[0]}", Machine.MAILING_LIST)
    if precedence & {"bulk", "list", "junk"}:
        return Screening(Kind.HUMAN, f"Precedence: {min(precedence)}", Machine.BULK)
    return None


def _is_discussion(letter: Letter) -> bool:
    """Whether people write on the list: it takes posts, or this is an answer. A newsletter does neither."""
    return bool(letter.in_reply_to or letter.references) or any(name in letter.headers for name in _DISCUSSION)


def _no_reply(letter: Letter, _own: Own) -> Screening | None:
    if letter.sender and reads_no_answers(letter.sender.email):
        return Screening(Kind.HUMAN, "an address that reads no answers", Machine.NO_REPLY)
    suppress = {
        token.strip().lower() for v in letter.headers.get("x-auto-response-suppress", ()) for token in v.split(",")
    }
    if suppress & {"all", "autoreply"}:
        return Screening(Kind.HUMAN, "X-Auto-Response-Suppress", Machine.NO_REPLY)
    return None


def _machine(machine: Machine, reason: str) -> Screening:
    kind = Kind.BOUNCE if machine is Machine.DELAY_NOTICE else Kind.AUTO_REPLY
    return Screening(kind, reason, machine)


SCREENS: tuple[Callable[[Letter, Own], Screening | None], ...] = (
    _own_loop,
    _receipt,
    _report,
    _delivery_report,
    _written_bounce,
    _form,
    _auto_reply,
    _bulk,
    _no_reply,
)
