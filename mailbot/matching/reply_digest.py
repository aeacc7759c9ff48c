"""A digest as a JSON document says it: what `match read --digest` stands on in place of the database. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mailbot.matching.reply_auth import Digest
from mailbot.matching.reply_rows import bare_address
from mailbot.model import Permanent

_NUMBER_KEYS = ("row", "number", "nr", "rij", "index", "n")
_MATCH_KEYS = ("match", "match_id", "id")
MOST_ROWS = 500


def digest_of(document: Any) -> Digest:
    """The digest of a document with id, token, matchmaker, rows, sent_at, authserv_id, matchmakers, other_digests.

    `rows` is how many there are, a list of their numbers or match ids, or of objects with `row` and perhaps `match`
    and `token`; `missing`, which may be left out, are the numbers of the requests whose question it showed. A
    document that is anything else raises `Permanent`, which says what is missing.
    """
    if not isinstance(document, Mapping):
        raise Permanent("the digest is not a JSON object; it has id, token, matchmaker and rows")
    others = document.get("other_digests") or ()
    if not isinstance(others, Sequence) or isinstance(others, str):
        raise Permanent("other_digests is not a list; give one object for each digest")
    return _digest(document, document, tuple(_digest(_object(each), document) for each in others))


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Permanent("a digest among other_digests is not an object; it has id, token, matchmaker and rows")
    return value


def _digest(own: Mapping[str, Any], common: Mapping[str, Any], others: tuple[Digest, ...] = ()) -> Digest:
    rows, matches, tokens = _rows(own.get("rows"))
    authserv_id = own.get("authserv_id") or common.get("authserv_id")
    return Digest(
        id=_text(own, "id"),
        token=_text(own, "token"),
        matchmaker=bare_address(_text(own, "matchmaker")),
        rows=rows,
        sent_at=_moment(own.get("sent_at")),
        authserv_id=str(authserv_id) if authserv_id else None,
        matchmakers=_addresses(own.get("matchmakers") or common.get("matchmakers") or ()),
        matches=matches,
        row_tokens=tokens,
        missing=_missing(own.get("missing") or ()),
        others=others,
    )


def _text(document: Mapping[str, Any], key: str) -> str:
    value = document.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise Permanent(f"the digest has no {key}; add it as text")
    return str(value).strip()


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        raise Permanent(f"sent_at is no time: {str(value)[:40]!r}; write it as 2026-03-16T12:00:00+01:00") from None


def _addresses(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise Permanent("matchmakers is not a list; give their addresses")
    return tuple(_address(each) for each in value)


def _address(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{value.get('name', '')} <{value.get('email') or value.get('address') or ''}>"
    return str(value)


def _missing(value: Any) -> tuple[int, ...]:
    numbers = [_number(each) for each in value] if isinstance(value, list | tuple) else [None]
    if None in numbers:
        raise Permanent("missing is not a list of numbers; give those of requests, such as [240]")
    return tuple(each for each in numbers if each is not None)


def _rows(value: Any) -> tuple[tuple[int, ...], dict[str, int], dict[str, str]]:
    """Row numbers, rows by match id, tokens by match id."""
    if isinstance(value, Mapping):
        value = [
            {**(each if isinstance(each, Mapping) else {"match": each}), "row": key} for key, each in value.items()
        ]
    if isinstance(value, int) and not isinstance(value, bool):
        return tuple(range(1, min(max(value, 0), MOST_ROWS) + 1)), {}, {}
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise Permanent("the digest has no rows; give how many there are, or a list")
    named = [_row(each, place) for place, each in enumerate(value[:MOST_ROWS], start=1)]
    matches = {match: number for number, match, _token in named if match}
    tokens = {match: token for _number, match, token in named if match and token}
    return tuple(sorted({number for number, _match, _token in named})), matches, tokens


def _row(value: Any, place: int) -> tuple[int, str, str]:
    """A row's number, folded match id and token, whatever of them the document gives."""
    if not isinstance(value, Mapping):
        number = _number(value)
        return (number, "", "") if number is not None else (place, _match(value), "")
    number = next((each for key in _NUMBER_KEYS if (each := _number(value.get(key))) is not None), place)
    match = next((_match(value[key]) for key in _MATCH_KEYS if _match(value.get(key))), "")
    return number, match, str(value.get("token") or "")


def _number(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,9}\s*", value) else None


def _match(value: Any) -> str:
    found = re.fullmatch(r"\s*m-?0*([0-9]{1,9})\s*", str(value), re.IGNORECASE)
    return f"m-{found.group(1)}" if found else ""
