"""Who may act on a digest: the token, the sender, what our own server says of him, and the time.

Nothing the letter says of itself is believed but its From address, and that only where the town's own server
found it proven (RFC 8601). Whether a token was used before is for the database to say.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from mailbot.model import Kind, Letter, Screening

EXPIRES_AFTER = timedelta(days=14)
CLOCKS_DIFFER = timedelta(minutes=15)
_BELGIAN_SUMMER = timezone(timedelta(hours=2))
SHORTEST_TOKEN = 6
_CROSSED = "the letter speaks of two different digests"
_REPLY_MARKS = re.compile(r"^(?:\s*(?:re|aw|antw|sv|rép|tr|fw|fwd|betr)\s?:)+", re.IGNORECASE)
_TAG = re.compile(r"\[\s*LH\s+([DM])-\s?(\d{1,12})\s+([A-Z0-9]{4,64})\s*\]", re.IGNORECASE)
_FAILURES = frozenset({"fail", "reject", "quarantine"})
_MACHINE_SUBJECT = re.compile(
    r"^\s*(?:automatisch antwoord|automatic reply|auto(?:matic)?[ -]?reply|autoreply|réponse "
    r"automatique|out of (?:the )?office"
    r"|automatische antwort|abwesenheit|absence du bureau|absent du bureau|afwezig(?:heid)?\b|niet "
    r"aanwezig|undeliverable"
    r"|niet bezorgd|onbestelbaar|mail delivery|delivery status|read:|gelezen:|lu :|leesbevestiging)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest as sent: its token, its matchmaker's registered address, its row numbers in order.

    `matches` gives rows by folded match id (`m-214`), `row_tokens` the token of a row's one-tap link, `missing` the
    requests without a candidate whose question it showed. Times are aware; a naive `sent_at` is taken as early as it
    can be. `others` are further open digests of the desk.
    """

    id: str
    token: str
    matchmaker: str
    rows: tuple[int, ...]
    sent_at: datetime | None = None
    authserv_id: str | None = None
    matchmakers: tuple[str, ...] = ()
    matches: Mapping[str, int] = field(default_factory=dict)
    row_tokens: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[int, ...] = ()
    others: tuple[Digest, ...] = ()


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a letter may act, on which digest, and the command that a one-tap link put in its subject."""

    digest: Digest | None = None
    refused: str | None = None
    command: str = ""
    by_machine: bool = False


def admit(letter: Letter, screening: Screening, digest: Digest, arrived: datetime | None = None) -> Admission:
    """Let a letter act or say why not; the first reason found is the one told."""
    machine = _machine(letter, screening)
    if machine:
        return Admission(refused=machine, by_machine=True)
    found = _digest_of(letter, digest)
    if found.refused or found.digest is None:
        return found
    refused = (
        _sender(letter, found.digest) or _proof(letter, digest.authserv_id) or _time(letter, found.digest, arrived)
    )
    return Admission(found.digest, refused, "" if refused else found.command)


def _machine(letter: Letter, screening: Screening) -> str | None:
    if screening.kind is not Kind.HUMAN or screening.machine is not None:
        return f"written by a machine: {screening.reason or screening.kind.value}"
    told = " ".join(letter.headers.get("auto-submitted", ())).strip().casefold()
    if (told and not told.startswith("no")) or letter.report is not None:
        return "written by a machine: its headers say so"
    return "written by a machine: its subject says so" if _MACHINE_SUBJECT.match(letter.subject) else None


def _digest_of(letter: Letter, digest: Digest) -> Admission:
    subject = " ".join(letter.subject.split())
    tags = {(kind.upper(), number, token.upper()) for kind, number, token in _TAG.findall(subject)}
    if len(tags) > 1:
        return Admission(refused="two different tokens in the subject")
    hinted = _hinted(letter, (digest, *digest.others))
    if not tags:
        return _by_hint(hinted, subject)
    kind, number, token = tags.pop()
    for each in (digest, *digest.others):
        if _is_token_of(each, kind, number, token):
            crossed = (hinted and each not in hinted) or _quotes_another(letter.text, each)
            return Admission(refused=_CROSSED) if crossed else Admission(each, command=_command(subject, kind, number))
    return Admission(refused="the token in the subject is not one of ours, or of another digest")


def _by_hint(hinted: Sequence[Digest], subject: str) -> Admission:
    if not hinted:
        return Admission(refused="no token in the subject, the address or the references")
    if len(hinted) > 1:
        return Admission(refused=_CROSSED)
    told = _REPLY_MARKS.sub("", subject).strip()
    return Admission(hinted[0], command=told if _looks_commanding(told) else "")


def _hinted(letter: Letter, digests: Sequence[Digest]) -> tuple[Digest, ...]:
    """The digests whose token stands in what the letter answers, else in a plus-address, else in its references."""
    addresses = [address.partition("@")[0].partition("+")[2] for address in letter.delivered_to]
    for places in (letter.in_reply_to, addresses, letter.references):
        found = tuple(each for each in digests if any(_names(place, each.token) for place in places))
        if found:
            return found
    return ()


def _names(place: str, token: str) -> bool:
    return len(token) >= SHORTEST_TOKEN and token.casefold() in re.split(r"[^a-z0-9]", place.casefold())


def _quotes_another(text: str, digest: Digest) -> bool:
    quoted = {number.lstrip("0") for kind, number, _token in _TAG.findall(text) if kind.upper() == "D"}
    return bool(quoted - {digest.id.upper().removeprefix("D-").lstrip("0")})


def _is_token_of(digest: Digest, kind: str, number: str, token: str) -> bool:
    if kind == "D":
        return _same(digest.id.upper().removeprefix("D-"), number) and _same(digest.token, token)
    match = f"m-{int(number)}"
    return match in digest.matches and _same(digest.row_tokens.get(match, digest.token), token)


def _same(ours: str, theirs: str) -> bool:
    """Compared in constant time; mail programs change the case of a subject, so case is not compared."""
    return bool(ours) and hmac.compare_digest(ours.upper().encode(), theirs.upper().encode())


def _command(subject: str, kind: str, number: str) -> str:
    """What stands around the tag of a subject: `[LH M-214 …] JA` of a one-tap link, or `1 ja` typed by hand."""
    tag = _TAG.search(subject)
    before = _REPLY_MARKS.sub("", subject[: tag.start()]).strip() if tag else ""
    if tag is None:
        return ""
    told = subject[tag.end() :].strip()
    if kind == "M":
        return f"M-{int(number)} {told}" if told and not subject[: tag.start()].strip() else ""
    return " ".join(part for part in (before, told) if part and _looks_commanding(part))


def _looks_commanding(told: str) -> bool:
    return bool(told) and not re.search(r"voorstel|proposition|proposal|vorschl|dringend\b| u$", told, re.IGNORECASE)


def _sender(letter: Letter, digest: Digest) -> str | None:
    if letter.sender is None:
        return "the sender is not exactly one address"
    if letter.sender.email.casefold() != digest.matchmaker.strip().casefold():
        return f"the sender is not the matchmaker of digest {digest.id}"
    return None


def _proof(letter: Letter, authserv_id: str | None) -> str | None:
    """Why the sender is unproven; None where our own server vouches for his domain."""
    if not authserv_id:
        return "the sender is unproven: no authserv-id of the town's own server is set"
    domain = (letter.sender.email if letter.sender else "").rpartition("@")[2].casefold()
    told = map(_parts, letter.headers.get("authentication-results", ()))
    own = [parts[1:] for parts in told if _server(parts) == authserv_id.strip().casefold()]
    if not own:
        return "the sender is unproven: no result of the town's own server"
    vouched = is_proven(own[0], domain) and not any(_failed(results) for results in own)
    return None if vouched else "the sender is unproven: the town's server does not vouch for him"


def _server(parts: Sequence[str]) -> str:
    return next(iter(parts[0].split()), "").casefold()


def _failed(results: Sequence[str]) -> bool:
    return any(method == "dmarc" and result in _FAILURES for method, result, _given in map(_verdict, results))


def is_proven(results: Sequence[str], domain: str) -> bool:
    """DMARC passed for the domain, or SPF or DKIM passed aligned with it, and DMARC did not fail (RFC 7489 §3.1)."""
    verdicts = [_verdict(result) for result in results]
    dmarc = [(result, given) for method, result, given in verdicts if method == "dmarc"]
    if any(result in _FAILURES for result, _given in dmarc):
        return False
    if any(result == "pass" and given.get("header.from", domain) == domain for result, given in dmarc):
        return True
    named = [
        _domain(given.get(key, ""))
        for method, result, given in verdicts
        if result == "pass"
        for key in {"spf": ("smtp.mailfrom",), "dkim": ("header.d", "header.i")}.get(method, ())
        if key in given
    ]
    return bool(domain) and any(_is_aligned(each, domain) for each in named)


def _domain(value: str) -> str:
    return value.rpartition("@")[2].strip('"<>').casefold()


def _is_aligned(proven: str, domain: str) -> bool:
    """Relaxed alignment without a list of public suffixes: the same domain, or one that lies under the other."""
    if proven == domain:
        return True
    shorter = min(proven, domain, key=len)
    return shorter.count(".") >= 1 and (proven.endswith(f".{domain}") or (domain.endswith(f".{proven}")))


def _verdict(result: str) -> tuple[str, str, dict[str, str]]:
    """`spf=pass smtp.mailfrom=a@b` as method, result and properties, folded."""
    words = re.sub(r"\s*=\s*", "=", result.strip()).split()
    method, _, verdict = (words[0] if words else "").partition("=")
    given = dict(word.split("=", 1) for word in words[1:] if "=" in word)
    return (
        method.partition("/")[0].casefold(),
        verdict.casefold(),
        {key.casefold(): value.strip('"').casefold() for key, value in given.items()},
    )


def _parts(header: str) -> list[str]:
    """A header field's value cut at its semicolons, comments dropped and quoted strings blanked (RFC 8601 §2.2)."""
    parts: list[str] = []
    current: list[str] = []
    depth, quoted, escaped = 0, False, False
    for letter in header[:20_000]:
        if escaped:
            escaped = False
        elif letter == "\\" and (depth or quoted):
            escaped = True
        elif quoted:
            quoted = letter != '"'
        elif letter == '"' and not depth:
            quoted = True
        elif letter == "(":
            depth += 1
        elif letter == ")" and depth:
            depth -= 1
        elif letter == ";" and not depth:
            parts.append("".join(current))
            current = []
        elif not depth:
            current.append(letter)
    return [*parts, "".join(current)]


def _time(letter: Letter, digest: Digest, arrived: datetime | None) -> str | None:
    moment, sent = arrived or letter.date, digest.sent_at
    if moment is None or sent is None:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    sent = sent if sent.tzinfo else sent.replace(tzinfo=_BELGIAN_SUMMER)
    if moment < sent - CLOCKS_DIFFER:
        return "the letter is older than the digest it answers"
    return "the digest has expired" if moment > sent + EXPIRES_AFTER else None
