"""`match explain`, `match waiting`, `match simulate`: who could help and why, who waits, what other limits would do."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailbot.cli import where
from mailbot.cli.terminal import ago, bold, columns, quiet, safe
from mailbot.model import Permanent

if TYPE_CHECKING:
    from mailbot.matching.candidates import Explained, Explanation
    from mailbot.matching.playbook import Playbook
    from mailbot.matching.records import Offer, Request
    from mailbot.matching.simulate import Figures

SHOWN = 15
LONGEST_DAYS = 60


def register(nouns: typer.Typer) -> None:
    nouns.command("explain")(explain)
    nouns.command("waiting")(waiting)
    nouns.command("simulate")(simulate)


def explain(
    context: typer.Context,
    request: Annotated[str, typer.Argument(metavar="REQUEST", help="A help request, such as H-231 or 231.")],
    everybody: Annotated[bool, typer.Option("--all", help="Every candidate and every refusal.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Who could help, with the terms of the score, and which rule refuses everybody else.

    Examples: `mailbot match explain H-231`, `mailbot match explain 231 --all`.
    """
    from mailbot.matching import candidates, records_store

    number, now = _number(request), datetime.now(UTC)
    playbook = _playbook(context)
    with where.database(context) as database, database.read() as connection:
        facts = records_store.facts(connection, now)
    wanted = next((each for each in facts.requests if each.id == number), None)
    if wanted is None:
        raise Permanent(f"H-{number} is no open help request; `mailbot show {number}` tells what became of it")
    told = candidates.explain(wanted, facts.offers, playbook, now)
    near = candidates.near_misses(wanted, facts.offers, playbook, now)
    if as_json:
        typer.echo(json.dumps({**asdict(told), "near_misses": [asdict(each) for each in near]}, ensure_ascii=False))
    else:
        held = {offer for _, offer in facts.locked}
        typer.echo(explanation_text(wanted, told, near, held, most=10**6 if everybody else SHOWN))


def explanation_text(
    request: Request, told: Explanation, near: tuple[Explained, ...], held: set[int], *, most: int = SHOWN
) -> str:
    """An explanation for people. `held` are offers that are proposed to somebody now."""
    head = f"H-{request.id}: {', '.join(request.kinds)}, {'/'.join(request.languages)}"
    lines = [bold(head + (", urgent" if request.urgent else "") + f", {request.places} place(s)")]
    lines += [f"  nobody may be proposed: {each.reason}" for each in told.refusals]
    lines += ["", f"{len(told.candidates)} may help, best first:", *_candidates(told, held, most)]
    lines += _near(near) if not told.candidates else []
    lines += ["", f"{len(told.others)} may not:"]
    counted = Counter(each.refusals[0].rule for each in told.others)
    lines += [f"  {count:>5}  {rule}" for rule, count in counted.most_common()]
    shown = told.others if most > SHOWN else ()
    lines += [f"  A-{each.offer}: {'; '.join(one.reason for one in each.refusals)}" for each in shown]
    hint = [] if most > SHOWN else ["", quiet("`--all` shows every refusal")]
    return "\n".join([*lines, *hint])


def _candidates(told: Explanation, held: set[int], most: int) -> list[str]:
    if not told.candidates:
        return ["  nobody"]
    rows = [
        (
            f"A-{each.offer}" + ("*" if each.offer in held else ""),
            str(each.score),
            *(f"{term.points} {term.why}" for term in each.terms),
        )
        for each in told.candidates[:most]
    ]
    names = tuple(term.name.upper() for term in told.candidates[0].terms)
    more = len(told.candidates) - most
    lines = columns(("OFFER", "SCORE", *names), rows).splitlines() + ([f"... and {more} more"] if more > 0 else [])
    starred = ["* is proposed to somebody now"] if any(each.offer in held for each in told.candidates[:most]) else []
    return [f"  {line}" for line in (*lines, *starred)]


def _near(near: tuple[Explained, ...]) -> list[str]:
    found = [f"  A-{each.offer} ({each.score}): {each.refusals[0].reason}" for each in near]
    return ["", "fit but for one thing that a question may solve:", *(found or ["  nobody"])]


def waiting(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100_000, help="At most so many.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Volunteers who were never asked, the longest waiting first, and how many there are in all.

    Examples: `mailbot match waiting`, `mailbot match waiting -n 200 --json`.
    """
    from mailbot.matching import overview_store

    now = datetime.now(UTC)
    with where.database(context) as database, database.read() as connection:
        rows = overview_store.offers(connection)
    never = overview_store.never_asked(rows)
    if as_json:
        for row in never[:limit]:
            typer.echo(json.dumps(_waiting_object(row, now), ensure_ascii=False))
    else:
        typer.echo(waiting_text(rows, never, limit, now))


def _waiting_object(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    told = {name: row[name] for name in ("kinds", "district", "languages", "state")}
    return {"offer": row["ticket"], "days": (now - row["created_at"]).days, **told}


def waiting_text(rows: list[dict[str, Any]], never: list[dict[str, Any]], limit: int, now: datetime) -> str:
    """The report of who was never asked."""
    if not rows:
        return "There are no offers yet."
    share = f"{len(never)} of {len(rows)} volunteers were never asked ({round(100 * len(never) / len(rows))} %)"
    cells = [
        (
            f"A-{row['ticket']}",
            ago(now - row["created_at"]),
            ", ".join(row["kinds"]),
            safe(row["district"]),
            "/".join(row["languages"]),
            row["state"],
        )
        for row in never[:limit]
    ]
    table = columns(("OFFER", "WAITS", "KINDS", "DISTRICT", "SPEAKS", "STATE"), cells).splitlines() if cells else []
    more = [f"... and {len(never) - limit} more; `-n` shows them"] if len(never) > limit else []
    return "\n".join([bold(share), *table, *more])


def simulate(
    context: typer.Context,
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="A playbook key to try, such as time_limits.answer_hours=24.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=LONGEST_DAYS, help="How many days to let pass.")] = 14,
    seed: Annotated[int, typer.Option(help="Another seed gives other days.")] = 1,
    invented: Annotated[
        bool, typer.Option("--invented", help="Invent 120 requests and 1,490 offers instead.")
    ] = False,
    plot: Annotated[Path | None, typer.Option("--plot", help="Draw how soon requests are served, as a PNG.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """The desk's requests and offers played out under its playbook, and under a changed one beside it.

    How volunteers answer is assumed (docs/match-file.md says how). Nothing is sent and nothing is changed.

    Examples: `mailbot match simulate --set time_limits.answer_hours=24 --plot answer.png`,
    `mailbot match simulate --set stand_bys.urgent=0 --set weights.distance=800`.
    """
    import random

    from mailbot.matching.simulate import simulate as play

    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    playbook = _playbook(context)
    tried = {"as it is": playbook} | ({"changed": changed(playbook, changes)} if changes else {})
    requests, offers, now = _invented(seed) if invented else (*_facts(context, now), now)
    draws = {name: random.Random(seed) for name in tried}  # noqa: S311  the same luck for each
    found = {name: play(requests, offers, book, now, days, draws[name]) for name, book in tried.items()}
    if plot:
        from mailbot.matching.plot_store import draw

        draw(plot, found)
    if as_json:
        typer.echo(json.dumps({name: asdict(figures) for name, figures in found.items()}))
    else:
        typer.echo(simulation_text(found, len(offers), days) + (f"\ndrawn in {plot}" if plot else ""))


def _invented(seed: int) -> tuple[list[Request], list[Offer], datetime]:
    from mailbot.demo.people import NOW, day

    return *day(seed), NOW


def _facts(context: typer.Context, now: datetime) -> tuple[tuple[Request, ...], tuple[Offer, ...]]:
    from mailbot.matching import records_store

    with where.database(context) as database, database.read() as connection:
        facts = records_store.facts(connection, now)
    if not facts.requests or not facts.offers:
        raise Permanent("there is nothing to play with: no open request or no offer; `mailbot list` shows the queue")
    return facts.requests, facts.offers


def simulation_text(found: dict[str, Figures], offers: int, days: int) -> str:
    """Figures of each playbook beside each other."""
    first = next(iter(found.values()))
    rows = [
        ("has a volunteer", *(f"{each.served:.0%}" for each in found.values())),
        ("within 24 h", *(f"{each.within_24:.0%}" for each in found.values())),
        ("within 48 h", *(f"{each.within_48:.0%}" for each in found.values())),
        ("urgent, median h", *(f"{each.urgent_median:.1f}" for each in found.values())),
        ("urgent, 95 % within h", *(f"{each.urgent_p95:.1f}" for each in found.values())),
        ("asked per request", *(f"{each.asks:.2f}" for each in found.values())),
        ("yes not needed", *(f"{each.surplus:.1%}" for each in found.values())),
        ("mean km", *(f"{each.km:.2f}" for each in found.values())),
        ("volunteers ever asked", *(f"{each.ever_asked:.0%}" for each in found.values())),
        ("most tasks of one", *(str(each.most_tasks) for each in found.values())),
    ]
    head = f"{first.requests} requests, {offers} offers, {days} days; answers are simulated"
    return "\n".join([bold(head), columns(("", *found), rows)])


def changed(playbook: Playbook, changes: list[str]) -> Playbook:
    """The playbook with some keys set, checked as rules.yaml is. Raises Permanent that names the key."""
    from pydantic import ValidationError

    document = playbook.model_dump()
    for change in changes:
        path, equals, value = change.partition("=")
        section, _, key = path.strip().removeprefix("playbook.").rpartition(".")
        place = document.get(section) if section else document
        if not equals or not isinstance(place, dict) or key not in place:
            raise Permanent(f"{change!r} is no key of the playbook; write SECTION.KEY=VALUE, see docs/rules.md")
        place[key] = value.strip()
    try:
        return type(playbook).model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where_ = ".".join(map(str, first["loc"]))
        raise Permanent(f"{where_}: {first['msg'].lower()}; see docs/rules.md") from None


def _playbook(context: typer.Context) -> Playbook:
    from mailbot.cli.where import folder
    from mailbot.policy import load_policy
    from mailbot.settings import load_settings

    place = folder(context)
    return load_policy(place / load_settings(place).rules).playbook


def _number(written: str) -> int:
    found = re.fullmatch(r"\s*(?:[HhRr]-|#)?0*(\d{1,15})\s*", written)
    if not found:
        raise typer.BadParameter(f"{written!r} is no help request; write H-231 or 231")
    return int(found.group(1))
