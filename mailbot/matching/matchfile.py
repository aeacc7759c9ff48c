"""The match file (matchbestand): its sheets and columns from rows of the database. Pure; writes no file.

Names are a first name and an initial, and nobody is reached by it: telephone numbers, addresses and streets are in
it only where a coordinator asked for them. What people wrote is never in it, and neither are code words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailbot.matching.candidates import explain, near_misses
from mailbot.matching.playbook import Playbook
from mailbot.matching.records import ANY_TIME, DAYS, PARTS, Offer, Request
from mailbot.matching.states import RUNNING, State

Row = Mapping[str, Any]
NEXT_STEP = {
    State.PROPOSED: "the matchmaker answers",
    State.ACCEPTED: "call both sides",
    State.CONTACTED: "help begins",
    State.ACTIVE: "ask whether it worked out",
}
MATCH_COLUMNS = (
    "match", "status", "status since", "request", "offer", "matchmaker", "proposed", "expires", "contacted", "started",
    "closed", "kind", "district", "urgent", "recurs", "day", "part of day", "language", "km", "place precision",
    "score", "why", "requester", "helper", "consent requester", "consent helper", "insured until", "instructions sent",
    "code word given", "next step", "next step on", "outcome", "reason", "remarks",
)  # fmt: skip
CONTACT_COLUMNS = ("requester phone", "requester e-mail", "requester street", "helper phone", "helper e-mail")
_NAME = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+){0,2}")
_REACHABLE = re.compile(r"\S+@\S+|(?:\+|\b0)[\d ./()-]{6,}\d")
LONGEST_REASON = 120


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its title, its column heads, its rows; cells are text, numbers, times or None."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def short_name(written: str) -> str:
    """`Maria V.` of `Maria Vermeulen`; `…` where the field holds anything but a plain name."""
    words = written.replace(".", " ").split()
    if not 1 <= len(words) <= 5 or not all(len(word) <= 20 and _NAME.fullmatch(word) for word in words):
        return "…"
    return words[0] + (f" {words[-1][0].upper()}." if len(words) > 1 else "")


def matches_sheet(
    rows: Sequence[Row], consents: Mapping[tuple[int, str], Row], playbook: Playbook, *, with_contacts: bool = False
) -> Sheet:
    """Every match with where it stands, who is at it, and what comes next. `consents` by match and side."""
    head = MATCH_COLUMNS + (CONTACT_COLUMNS if with_contacts else ())
    made = [_match(row, consents, playbook) + (_contacts(row) if with_contacts else ()) for row in rows]
    return Sheet("matches", head, tuple(made))


def _match(row: Row, consents: Mapping[tuple[int, str], Row], playbook: Playbook) -> tuple[Any, ...]:
    state = State(row["state"])
    days, parts = week_words(row["r_slots"])
    is_over = state not in NEXT_STEP
    return (
        f"M-{row['id']}", state.value, row["since"], f"H-{row['request']}", f"A-{row['offer']}", row["owner"],
        row["proposed_at"], row["deadline"] if state is State.PROPOSED else None, row["contacted_at"],
        row["started_at"], row["closed_at"], ", ".join(row["r_kinds"]), row["r_district"], _yes(row["r_urgent"]),
        _yes(row["r_recurs"]), row["r_day"] or days, parts, ", ".join(row["r_languages"]),
        round(row["metres"] / 1000, 1) if row["metres"] >= 0 else None, row["r_precision"], row["score"],
        "; ".join(f"{name} {points}: {why}" for name, points, why in row["why"]),
        short_name(row["r_who_name"]), short_name(row["o_who_name"]),
        _consent(consents.get((row["id"], "requester"))), _consent(consents.get((row["id"], "volunteer"))),
        playbook.limits.insured.last_day, row["contacted_at"] if row["code_word"] else None, _yes(row["code_word"]),
        NEXT_STEP.get(state, ""), row["deadline"], state.value if is_over else "", masked(row["reason"]),
        _remarks(row),
    )  # fmt: skip


def _contacts(row: Row) -> tuple[str, ...]:
    return row["r_who_phone"] or "", row["r_who_email"], row["r_street"], row["o_who_phone"] or "", row["o_who_email"]


def _consent(row: Row | None) -> str:
    return f"{row['at']:%Y-%m-%d}, {row['by']}" if row else ""


def _remarks(row: Row) -> str:
    told = ["distance from the postcode only"] if row["postcode_only"] else []
    told += [f"stands by ({row['rank']})"] if row["rank"] else []
    told += ["helper is a minor"] if row["o_minor"] else []
    return "; ".join([*told, *(["on behalf of somebody"] if row["r_on_behalf"] else [])])


def masked(text: str) -> str:
    """A reason without what would reach somebody, cut short."""
    return _REACHABLE.sub("…", " ".join(text.split()))[:LONGEST_REASON]


def _yes(value: object) -> str:
    return "yes" if value else "no"


def week_words(slots: int) -> tuple[str, str]:
    """The days and the parts of the day in a set of slots, in words; empty for any time."""
    if slots == ANY_TIME:
        return "", ""
    bits = [(day, part) for n, day in enumerate(DAYS) for m, part in enumerate(PARTS) if slots >> (4 * n + m) & 1]
    days, parts = {day for day, _ in bits}, {part for _, part in bits}
    chosen = "" if len(days) == len(DAYS) else ", ".join(day for day in DAYS if day in days)
    return chosen, "" if len(parts) == len(PARTS) else ", ".join(part for part in PARTS if part in parts)


def lacking_sheet(
    requests: Sequence[Request], offers: Sequence[Offer], districts: Mapping[int, str], book: Playbook, now: datetime
) -> Sheet:
    """Open requests that nobody may be proposed for, each with its reason and who would nearly fit."""
    rows = []
    for request in requests:
        told = explain(request, offers, book, now)
        if told.candidates and not told.refusals:
            continue
        nearly = near_misses(request, offers, book, now)
        why = "; ".join(each.reason for each in told.refusals) or "nobody fits"
        near = "; ".join(f"A-{each.offer}: {each.refusals[0].reason}" for each in nearly)
        rows.append(
            (f"H-{request.id}", request.since, ", ".join(request.kinds), districts.get(request.id, ""),
             _yes(request.urgent), ", ".join(request.languages), request.places, why, near)
        )  # fmt: skip
    head = ("request", "since", "kind", "district", "urgent", "language", "places", "why nobody", "nearly fits")
    return Sheet("open without candidate", head, tuple(rows))


def offers_sheet(rows: Sequence[Row], carried: Mapping[int, int]) -> Sheet:
    """Every offer with its kinds and how much of it is used. `rows` are records with `asked_at`, the last proposal."""
    head = ("offer", "status", "kinds", "district", "languages", "range km", "used", "capacity", "offered or asked",
            "last asked", "last confirmed", "silences")  # fmt: skip
    made = [
        (f"A-{row['ticket']}", row["state"], ", ".join(row["kinds"]), row["district"], ", ".join(row["languages"]),
         row["reach_km"], carried.get(row["ticket"], 0), row["capacity"], row["waiting_since"], row["asked_at"],
         row["confirmed_at"], row["silences"])
        for row in rows
    ]  # fmt: skip
    return Sheet("offers", head, tuple(made))


def figures_sheet(matches: Sequence[Row], requests: Sequence[Row], offers: Sequence[Row], now: datetime) -> Sheet:
    """The day's figures: matches and requests by state, offers ever asked, used, and waiting longest."""
    rows: list[tuple[Any, ...]] = [("as of", now)]
    rows += [(f"matches {state}", count) for state, count in sorted(Counter(row["state"] for row in matches).items())]
    rows += [(f"requests {state}", count) for state, count in sorted(Counter(row["state"] for row in requests).items())]
    asked = {row["offer"] for row in matches}
    used = {row["offer"] for row in matches if row["state"] in (*RUNNING, State.DONE)}
    silent = [(now - row["waiting_since"]).days for row in offers if row["ticket"] not in asked]
    rows += [("offers", len(offers)), ("offers ever asked", len(asked)), ("offers ever used", len(used))]
    rows += [("offers never asked", len(silent)), ("longest waiting, never asked, days", max(silent, default=0))]
    return Sheet("figures", ("figure", "value"), tuple(rows))
