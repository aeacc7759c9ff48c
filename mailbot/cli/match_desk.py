"""`match list`, `show`, `say`, `digest`: what matchmakers do by mail, at the terminal. Decides nothing."""

from __future__ import annotations

import getpass
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailbot.cli import where
from mailbot.cli.terminal import bold, columns, local, loud, quiet, safe
from mailbot.model import Intent, Permanent

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from mailbot.opening import Opened
    from mailbot.outbox.store import Draft

Match = Mapping[str, Any]
WHEN_DONE = ("done", "declined", "expired", "cancelled")


def register(nouns: typer.Typer) -> None:
    nouns.command("list")(list_matches)
    nouns.command("show")(show)
    nouns.command("say")(say)
    nouns.command("digest")(digest)


def list_matches(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    matchmaker: Annotated[str, typer.Option(help="Only those of this address.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Matches that stand: urgent ones first, then by their time.

    Examples: `mailbot match list`, `mailbot match list --matchmaker an@town.be`.
    """
    from mailbot.matching import store

    with where.database(context) as database, database.read() as connection:
        rows = store.matches(connection) if every else store.standing(connection)
    mine = [row for row in rows if not matchmaker or row["owner"].casefold() == matchmaker.casefold()]
    mine.sort(key=lambda row: (not row["urgent"], row["deadline"] or datetime.max.replace(tzinfo=UTC), row["id"]))
    if as_json:
        for row in mine:
            typer.echo(json.dumps(_summary(row), ensure_ascii=False, default=str))
        return
    head = ("", "MATCH", "STATE", "UNTIL", "HELP", "WHERE", "REQUEST", "OFFER", "MATCHMAKER")
    cells = [_cells(row) for row in mine]
    nothing = "No match stands. `mailbot match digest` shows what would be proposed."
    typer.echo(columns(head, cells) if cells else nothing)


def _summary(row: Match) -> dict[str, Any]:
    names = ("id", "request", "offer", "state", "urgent", "rank", "score", "metres", "owner", "deadline", "reason")
    return {name: row[name] for name in names}


def _cells(row: Match) -> tuple[str, ...]:
    return (
        "!" if row["urgent"] else "",
        f"M-{row['id']}",
        row["state"] + (f" (stand-by {row['rank']})" if row["rank"] else ""),
        local(row["deadline"]),
        ", ".join(row["r_kinds"]),
        safe(row["r_district"]),
        f"H-{row['request']}",
        f"A-{row['offer']}",
        safe(row["owner"]),
    )


def show(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="A request H-231, an offer A-88 or a match M-214.")],
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """One request, offer or match: what is known of it, and every match that it had.

    Examples: `mailbot match show H-231`, `mailbot match show M-214`.
    """
    from mailbot.matching import store
    from mailbot.storage.matching_tables import MATCH

    letter, number = named(what)
    column = {"M": MATCH.c.id, "H": MATCH.c.request, "A": MATCH.c.offer}[letter]
    with where.database(context) as database, database.read() as connection:
        record = _record(connection, letter, number)
        rows = store.matches(connection, column == number)
    if record is None and not rows:
        raise Permanent(f"there is no {letter}-{number}; `mailbot match list` shows the matches")
    if as_json:
        shown = {"record": record, "matches": [_summary(row) for row in rows]}
        typer.echo(json.dumps(shown, ensure_ascii=False, default=str))
        return
    for line in [*_record_lines(letter, number, record), *(line for row in rows for line in _match_lines(row))]:
        typer.echo(line)


def named(what: str) -> tuple[str, int]:
    found = re.fullmatch(r"\s*([hraomHRAOM])-?(\d{1,15})\s*", what)
    if not found:
        raise typer.BadParameter(f"{what!r} is not written as H-231 (request), A-88 (offer) or M-214 (match)")
    letter = {"R": "H", "O": "A"}.get(found.group(1).upper(), found.group(1).upper())
    return letter, int(found.group(2))


def _record(connection: Connection, letter: str, number: int) -> dict[str, Any] | None:
    from mailbot.matching import records_store

    if letter == "M":
        return None
    intent = Intent.HELP_REQUEST if letter == "H" else Intent.HELP_OFFER
    return records_store.stored(connection, intent, [number]).get(number)


def _record_lines(letter: str, number: int, record: Match | None) -> list[str]:
    if record is None:
        return []
    hidden = ("seed", "ticket", "latitude", "longitude", "slots", "updated_at")
    facts = {name: value for name, value in record.items() if name not in hidden and value not in (None, "", [], False)}
    told = [f"{name:>14}  {safe(_said(value))}" for name, value in facts.items()]
    return [bold(f"{letter}-{number}  (ticket #{number})"), *told, ""]


def _said(value: Any) -> str:
    if isinstance(value, datetime):
        return local(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _match_lines(row: Match) -> list[str]:
    urgent = loud("URGENT ") if row["urgent"] else ""
    title = f"M-{row['id']}  {urgent}{row['state']}: H-{row['request']} with A-{row['offer']}, {row['score']} points"
    why = [f"    {points:>5}  {name}: {safe(text)}" for name, points, text in row["why"]]
    owner = safe(row["owner"]) or "nobody yet"
    until = [f"    until {local(row['deadline'])}, with {owner}"] if row["deadline"] else []
    reason = [f"    reason: {safe(row['reason'])}"] if row["reason"] else []
    return [bold(title), *until, *why, *reason]


def say(
    context: typer.Context,
    match: Annotated[str, typer.Argument(help="A match, such as M-214.")],
    word: Annotated[str, typer.Argument(help="yes no other hand-over called running done later stop (or ja, nee …)")],
    reason: Annotated[str, typer.Option("--reason", help="Why, for the history.")] = "",
    to: Annotated[str, typer.Option("--to", help="The matchmaker's address that `hand-over` gives it to.")] = "",
) -> None:
    """Say about a match what a matchmaker would answer by mail; the same states, mails and history.

    Examples: `mailbot match say M-214 yes`, `mailbot match say M-214 no --reason "too far"`,
    `mailbot match say M-214 hand-over --to an@town.be`.
    """
    from mailbot.match_effects import Scene, Word, act
    from mailbot.matching import store
    from mailbot.matching.states import Verb
    from mailbot.outbox import store as outbox

    letter, number = named(match)
    if letter != "M":
        raise typer.BadParameter(f"{match!r} is no match; `mailbot match list` shows them")
    verb = _verb(word)
    opened = _opened(context)
    now = opened.office.clock()
    with opened.office.database.begin() as connection:
        row = store.by_number(connection, number)
        if row is None:
            raise Permanent(f"there is no M-{number}; `mailbot match list` shows them")
        owner = _matchmaker(opened, to) if verb is Verb.HAND_OVER else ""
        scene = Scene(connection, opened.office.correspondence, now, getpass.getuser(), "terminal")
        done = act(scene, row, Word(verb, reason, owner))
        outbox.enqueue(connection, done.drafts, now)
    opened.office.database.close()
    mails = f"; {len(done.drafts)} mails are on their way" if done.drafts else ""
    typer.echo(f"M-{number}: {row['state']} -> {done.state}{mails}")


def _verb(word: str) -> Any:
    from mailbot.matching.states import ENGLISH, Verb

    spoken = {**{each.value: each for each in ENGLISH.values()}, **ENGLISH}
    if word.casefold() not in spoken:
        raise typer.BadParameter(f"{word!r} is none of {' '.join(ENGLISH)}")
    verb: Verb = spoken[word.casefold()]
    return verb


def _matchmaker(opened: Opened, address: str) -> str:
    known = [one.address for one in opened.policy.matchmakers]
    found = next((each for each in known if each.casefold() == address.casefold()), "")
    if not found:
        raise Permanent(f"hand over to whom? --to one of {', '.join(known) or 'nobody: rules.yaml has no matchmakers'}")
    return found


def _opened(context: typer.Context) -> Opened:
    from mailbot.opening import open_desk

    return open_desk(where.folder(context))


def digest(
    context: typer.Context,
    send: Annotated[bool, typer.Option("--send", help="Really propose, and send the digests now.")] = False,
    to: Annotated[str, typer.Option(help="Show only the digest to this address.")] = "",
    page: Annotated[Path | None, typer.Option("--html", help="Write the first digest's page to this file.")] = None,
) -> None:
    """Preview what would be proposed and mailed to the matchmakers now; nothing is changed unless --send.

    Examples: `mailbot match digest`, `mailbot match digest --html digest.html`, `mailbot match digest --send`.
    """
    from mailbot.growing import grow_late
    from mailbot.matchmaking import scene_of, send_digests
    from mailbot.outbox import store as outbox

    opened = _opened(context)
    now = opened.office.clock()
    if not opened.policy.matchmakers:
        raise Permanent("rules.yaml has no matchmakers; add them, see docs/matching.md")
    transaction = opened.office.database.begin if send else opened.office.database.read
    with transaction() as connection:
        grow_late(connection, opened.office.desk, now)
        scene = scene_of(connection, opened.office.correspondence, now)
        drafts = send_digests(scene, f"digest:{now.isoformat()}")
        if send:
            outbox.enqueue(connection, drafts, now)
    opened.office.database.close()
    _show_digests([each for each in drafts if not to or each.recipient == to], page, sent=send)


def _show_digests(drafts: Sequence[Draft], page: Path | None, *, sent: bool) -> None:
    from email import message_from_bytes, policy

    mails = [message_from_bytes(draft.octets, policy=policy.default) for draft in drafts]
    for mail in mails:
        body = mail.get_body(("plain",))
        typer.echo(bold(f"To {safe(str(mail['To']))}: {safe(str(mail['Subject']))}"))
        typer.echo(safe(body.get_content() if body else "", lines=True))
    typer.echo(quiet(f"{len(mails)} mails {'are on their way' if sent else 'would leave now; --send sends them'}"))
    if page is not None and mails:
        shown = mails[0].get_body(("html",))
        page.write_text(shown.get_content() if shown else "", encoding="utf-8")
        typer.echo(f"{page} holds the first as a page")
