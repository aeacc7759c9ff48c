"""A digest's rows in the reader's words: what a matchmaker sees of a match, and nothing more. Pure.

No telephone number, street, e-mail address, age, illness or free text gets in, because none is ever looked at:
kinds, districts, languages, hours and numbers are said in words of our own, and names by `naming`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from mailbot.matching.naming import shown_name
from mailbot.matching.records import ANY_TIME, DAYS, PARTS
from mailbot.matching.states import State

Labels = Mapping[str, str]
Words = Mapping[str, str]
TAPS: Mapping[str, tuple[tuple[str, str], ...]] = {
    State.PROPOSED: (("tap_yes", "ja"), ("tap_no", "nee"), ("tap_other", "ander")),
    State.ACCEPTED: (("tap_called", "gebeld"), ("tap_no", "nee"), ("tap_later", "later")),
    State.CONTACTED: (("tap_done", "klaar"), ("tap_running", "loopt"), ("tap_no", "nee")),
    State.ACTIVE: (("tap_done", "klaar"), ("tap_running", "loopt"), ("tap_later", "later")),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number, the token of its links, its match with both records as `store.matches` gives it."""

    number: int
    token: str
    match: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Missing:
    """An open request without a candidate: its record, the offers that fit but for one thing, and what to ask."""

    request: Mapping[str, Any]
    near: tuple[int, ...] = ()
    ask: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the words of their language, where answers go, the local time, the town's district names."""

    labels: Labels
    words: Words
    address: str
    places: frozenset[str]
    local: Callable[[datetime], datetime]
    now: datetime


def digest_values(
    lines: Sequence[Line], missing: Sequence[Missing], head: Mapping[str, Any], reader: Reader
) -> dict[str, Any]:
    """What the digest's templates show: `rows`, `follow_ups`, `missing`, and the counts of the subject.

    `head` has the id and token of the digest.
    """
    proposals = [each for each in lines if each.match["state"] == State.PROPOSED]
    others = [each for each in lines if each.match["state"] != State.PROPOSED]
    return {
        "labels": reader.labels,
        "rows": [row_values(each, reader) for each in proposals],
        "follow_ups": [row_values(each, reader) for each in others],
        "missing": [_missing(each, head, reader) for each in missing],
        "counts": _counts(proposals, others, reader.labels),
    }


def _counts(proposals: Sequence[Line], others: Sequence[Line], labels: Labels) -> str:
    urgent = sum(bool(each.match["urgent"]) for each in proposals)
    told = []
    if proposals or not others:
        one = len(proposals) == 1
        told.append(labels["proposals_one"] if one else labels["proposals"].format(n=len(proposals)))
    if urgent:
        told.append(counted("urgent_count", urgent, labels))
    if others:
        told.append(labels["follow_ups_one"] if len(others) == 1 else labels["follow_ups"].format(n=len(others)))
    return ", ".join(told)


def row_values(line: Line, reader: Reader) -> dict[str, Any]:
    """One row in words."""
    match, labels = line.match, reader.labels
    state = State(match["state"])
    asked = labels["not_called"] if state is State.ACCEPTED else labels["not_done"]
    return {
        "number": line.number,
        "match": f"M-{match['id']}",
        "urgent": bool(match["urgent"]),
        "kinds": kinds_said(match["r_kinds"], reader),
        "when": when_said(match, reader),
        "district": district_said(match["r_district"], match["r_postcode"], reader),
        "request": f"H-{match['request']}",
        "requester": shown_name(match["r_who_name"]),
        "language": _language(match["r_languages"][:1], labels),
        "on_behalf": bool(match["r_on_behalf"]),
        "offer": f"A-{match['offer']}",
        "helper": shown_name(match["o_who_name"]),
        "km": far_said(match, labels),
        "why": _why(match, reader),
        "score": labels["score"].format(n=int(match["score"])),
        "reserves": [_reserve(each, labels) for each in match["reserves"][:2]],
        "beware": _beware(match, labels),
        "left": _left(match["deadline"], reader),
        "asked": "" if state is State.PROPOSED else asked,
        "taps": [(labels[label], tap(reader.address, match["id"], line.token, verb)) for label, verb in TAPS[state]],
    }


def tap(address: str, match: int, token: str, verb: str) -> str:
    """A link that opens a mail with the answer in its subject: no gateway can press it, as it could a web link."""
    return _mail_to(address, f"[LH M-{match} {token}] {verb.upper()}")


def ask_tap(address: str, head: Mapping[str, Any], request: int) -> str:
    """The same for the question to those who nearly fit a request; `head` has the digest's id and token."""
    return _mail_to(address, f"[LH D-{head['id']} {head['token']}] H-{request} VRAAG")


def _mail_to(address: str, subject: str) -> str:
    return f"mailto:{quote(address, safe='@+')}?subject={quote(subject)}"


def kinds_said(kinds: Sequence[str], reader: Reader) -> str:
    """The kinds of help; what has no word is left unsaid."""
    return ", ".join(reader.words[kind] for kind in kinds if kind in reader.words) or reader.labels["unknown_kind"]


def district_said(district: str, postcode: str, reader: Reader) -> str:
    """Postcode and district where the map knows them, and nothing where it does not."""
    if district not in reader.places:
        return reader.labels["unknown_place"]
    return f"{postcode} {district}" if re.fullmatch(r"[0-9]{4}", postcode) else district


def when_said(match: Mapping[str, Any], reader: Reader) -> str:
    """The day, or the parts of the week, and whether it comes back."""
    labels = reader.labels
    told = _day(match["r_day"], labels) if match["r_day"] else _slots(match["r_slots"], labels)
    again = [labels["weekly"]] if match["r_recurs"] else []
    several = [labels["several"].format(n=match["r_places"])] if match["r_places"] > 1 else []
    return ", ".join([told, *again, *several])


def _day(day: date, labels: Labels) -> str:
    return labels["on_day"].format(day=f"{labels[DAYS[day.weekday()]]} {day.day}/{day.month}")


def _slots(slots: int, labels: Labels) -> str:
    if slots == ANY_TIME:
        return labels["any_time"]
    parts = {day: slots >> len(PARTS) * n & 15 for n, day in enumerate(DAYS)}
    kinds = {bits for bits in parts.values() if bits}
    names = [labels[PARTS[n]] for n in range(len(PARTS)) if any(bits >> n & 1 for bits in kinds)]
    days = [labels[day] for day, bits in parts.items() if bits]
    shown = [] if len(days) == len(DAYS) else ["/".join(days)]
    return " ".join([*shown, *(["/".join(names)] if len(names) < len(PARTS) else [])]) or labels["any_time"]


def km_said(metres: int, labels: Labels) -> str:
    """A distance in km with one decimal; empty where it is not known."""
    return f"{metres / 1000:.1f} km".replace(".", labels["decimal"]) if metres >= 0 else ""


def far_said(match: Mapping[str, Any], labels: Labels) -> str:
    """How far the two are apart, and whether that is a guess from postcodes."""
    if not match["postcode_only"]:
        return km_said(match["metres"], labels)
    guess = labels["about_km"].format(km=km_said(match["metres"], labels))
    return labels["same_district"] if match["metres"] == 0 else guess if match["metres"] > 0 else ""


def _language(languages: Sequence[str], labels: Labels) -> str:
    return ", ".join(labels.get(each, each) for each in languages if re.fullmatch(r"[a-z]{2}", each))


def _why(match: Mapping[str, Any], reader: Reader) -> list[str]:
    """The terms of the score, said anew: of the stored text only its numbers are taken."""
    labels, shared = reader.labels, [each for each in match["r_languages"] if each in match["o_languages"]]
    own = bool(match["o_kinds"]) and match["o_kinds"][0] in match["r_kinds"]
    said = labels["own_choice" if own else "other_choice"].format(kinds=kinds_said(match["r_kinds"], reader))
    told = [said, labels["speaks"].format(language=_language(shared[:1], labels)) if shared else labels["no_language"]]
    for name, _points, text in match["why"]:
        numbers = re.findall(r"\d+", text)
        if name == "time" and len(numbers) == 2:
            told.append(labels["free"].format(n=numbers[0], m=numbers[1]))
        if name == "asked" and f"ask_{text}" in labels:
            told.append(labels["said_yes"].format(question=_asked(text, match, reader)))
        if name == "waited" and numbers:
            told.append(counted("waiting", int(numbers[0]), labels))
    return told


def counted(name: str, number: int, labels: Labels, **named: str) -> str:
    """A label with a number `n` in it, in the form for none or for one where the language has it."""
    form = {0: f"{name}_none", 1: f"{name}_one"}.get(number, name)
    return labels.get(form, labels[name]).format(n=number, **named)


def _asked(rule: str, match: Mapping[str, Any], reader: Reader) -> str:
    return question_said(rule, {"kinds": match["r_kinds"], "languages": match["r_languages"]}, reader)


def _reserve(reserve: Sequence[int], labels: Labels) -> str:
    offer, score, metres = reserve
    far = km_said(metres, labels)
    return f"A-{offer} ({score}{', ' + far if far else ''})"


def _beware(match: Mapping[str, Any], labels: Labels) -> str:
    return labels["postcode_only"] if match["postcode_only"] and match["metres"] >= 0 else ""


def _left(deadline: datetime | None, reader: Reader) -> str:
    if deadline is None:
        return ""
    left = deadline - reader.now
    hours = int(left / timedelta(hours=1))
    if hours >= 48:
        return reader.labels["left_days"].format(n=hours // 24)
    return reader.labels["left_hours"].format(n=hours) if hours >= 1 else reader.labels["left_none"]


def question_said(rule: str, request: Mapping[str, Any], reader: Reader) -> str:
    """The question that would help where only `rule` stands between a volunteer and a request."""
    spoken = _language(request["languages"][:1], reader.labels)
    return reader.labels[f"ask_{rule}"].format(kinds=kinds_said(request["kinds"], reader), language=spoken)


def _missing(missing: Missing, head: Mapping[str, Any], reader: Reader) -> dict[str, str]:
    row, labels = missing.request, reader.labels
    languages, offers = _language(row["languages"][:1], labels), ", ".join(f"A-{offer}" for offer in missing.near)
    said = kinds_said(row["kinds"], reader)
    question = question_said(missing.ask, row, reader) if missing.ask else ""
    return {
        "request": f"H-{row['ticket']}",
        "kinds": said,
        "language": languages,
        "district": district_said(row["district"], row["postcode"], reader),
        "near": labels["missing_near"].format(offers=offers) if missing.near else labels["missing_none"],
        "question": question,
        "ask": labels["tap_ask"] if missing.near else "",
        "tap": ask_tap(reader.address, head, row["ticket"]) if missing.near else "",
    }
