"""Searching letters, notes and people: one function, FTS5 behind it on SQLite and tsvector on PostgreSQL. Reads only.

The newest comes first, and of letters and tickets no more is read than is asked for; the index of a word that stands
in almost every letter is read whole. How the index is kept is in `search_schema`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from mailbot.storage.reading import Reader, Row, as_time
from mailbot.storage.search_schema import ACCENTED, PLAIN

AHEAD = 4  # a letter may be on several tickets, and a ticket may have several letters that match
_FOLDED = str.maketrans(ACCENTED, PLAIN)
_COLUMNS = (
    "t.id, t.status, t.intent, t.urgent, t.place, t.requester_name, t.requester_email, t.phone, t.subject, t.created_at"
)
# The newest are chosen by numbers alone; only those few are then read. The words come `first`: a plan that began with a
# filter would look every ticket up in the index of words.
_LETTERS = (
    f"SELECT {_COLUMNS}, m.id AS letter, m.new_text AS text, m.arrived_at AS at FROM "  # noqa: S608
    "(SELECT s.{key} AS letter, x.ticket FROM search_letter s {first} ticket_message x ON x.message = s.{key} "
    "{first} ticket t ON t.id = x.ticket WHERE {match}{more} ORDER BY s.{key} DESC LIMIT :most) f "
    "JOIN message m ON m.id = f.letter JOIN ticket t ON t.id = f.ticket ORDER BY m.id DESC"
)
_NOTES = (
    f"SELECT {_COLUMNS}, e.message AS letter, e.details AS text, e.at AS at FROM search_note s "  # noqa: S608
    "{first} event e ON e.id = s.{key} {first} ticket t ON t.id = e.ticket "
    "WHERE {match}{more} ORDER BY s.{key} DESC LIMIT :most"
)
_TICKETS = (
    f"SELECT {_COLUMNS}, NULL AS letter, t.subject AS text, t.created_at AS at FROM ticket t "  # noqa: S608
    "WHERE t.merged_into IS NULL{more} ORDER BY t.id DESC LIMIT :most"
)


class Asked(Protocol):
    """What is searched for; see `tickets.queries.Query`."""

    @property
    def words(self) -> tuple[str, ...]: ...
    @property
    def equal(self) -> Mapping[str, tuple[str, ...]]: ...
    @property
    def urgent(self) -> bool | None: ...
    @property
    def after(self) -> datetime | None: ...
    @property
    def before(self) -> datetime | None: ...
    @property
    def digits(self) -> str: ...


def search(reader: Reader, asked: Asked, limit: int) -> list[Row]:
    """Tickets that match, the newest letter or note first, each once, with the text in which it was found."""
    more, values = _filters(asked)
    values["most"] = limit * AHEAD
    if not asked.words:
        return _each_once(reader.rows(_TICKETS.format(more=more), **values), limit)
    key, match = (
        ("rowid", "s.{table} MATCH :words") if reader.is_sqlite else ("id", "s.words @@ to_tsquery('simple', :words)")
    )
    first = "CROSS JOIN" if reader.is_sqlite else "JOIN"  # SQLite keeps the order of a CROSS JOIN
    values["words"] = _match(asked.words, is_sqlite=reader.is_sqlite)
    found = [
        row
        for table, sql in (("search_letter", _LETTERS), ("search_note", _NOTES))
        for row in reader.rows(sql.format(key=key, match=match.format(table=table), more=more, first=first), **values)
    ]
    return _each_once(sorted(found, key=lambda row: str(as_time(row["at"])), reverse=True), limit)


def _match(words: tuple[str, ...], *, is_sqlite: bool) -> str:
    """Words as the engine wants them: each a beginning, all of them wanted; nothing in them is syntax."""
    folded = [word.lower().translate(_FOLDED) for word in words]
    if is_sqlite:
        return " ".join(f'"{word}"*' for word in folded)
    return " & ".join(f"'{word}':*" for word in folded)


def _filters(asked: Asked) -> tuple[str, dict[str, Any]]:
    parts: list[str] = []
    values: dict[str, Any] = {}
    for name, allowed in asked.equal.items():
        named = {f"{name}{n}": value.lower() if name == "place" else value for n, value in enumerate(allowed)}
        column = "lower(t.place)" if name == "place" else f"t.{name}"
        parts.append(f"{column} IN ({', '.join(f':{key}' for key in named)})")
        values |= named
    for name, sign in (("after", ">="), ("before", "<")):
        if getattr(asked, name):
            parts.append(f"t.created_at {sign} :{name}")
            values[name] = getattr(asked, name)
    if asked.urgent is not None:
        parts.append("t.urgent = :urgent")
        values["urgent"] = asked.urgent
    if asked.digits:
        # among the numbers alone, which are an index
        parts.append("t.id IN (SELECT id FROM ticket WHERE phone IS NOT NULL AND phone LIKE :digits)")
        values["digits"] = f"%{asked.digits}"
    return "".join(f" AND {part}" for part in parts), values


def _each_once(rows: list[Row], limit: int) -> list[Row]:
    kept: dict[int, Row] = {}
    for row in rows:
        at = {"at": as_time(row["at"]), "created_at": as_time(row["created_at"])}
        kept.setdefault(row["id"], {**row, **at, "urgent": bool(row["urgent"]), "text": str(row["text"])})
    return list(kept.values())[:limit]
