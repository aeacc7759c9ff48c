"""`roster`: shifts and seats: import, show, today, swap."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli import where
from mailbot.cli.acting import Actor, clock, operator
from mailbot.cli.terminal import columns, loud, safe
from mailbot.model import ConfigurationError, Permanent

if TYPE_CHECKING:
    from mailbot.policy import Policy
    from mailbot.tickets.roster import Duty

nouns = typer.Typer(help="Who is on duty: import, show, today, swap.", rich_markup_mode=None, no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def register(app: typer.Typer) -> None:
    app.add_typer(nouns, name="roster")


@contextmanager
def _policy(context: typer.Context) -> Iterator[Policy]:
    from mailbot.policy import load_sections

    yield load_sections(where.rules(context), ("hours", "roster"))


@nouns.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV with date, shift, seat, name, email, phone.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
) -> None:
    """Fill seats from a spreadsheet saved as CSV; a bad row is named, the rest is taken.

    Dates as 2020-03-16 or 16/03/2020, shifts as 8-12 or 1. Example: `mailbot roster import maart.csv --dry-run`.
    """
    from mailbot.tickets import roster_store
    from mailbot.tickets.roster import COLUMNS, read_rows

    rows = read_csv(file)
    missing = set(COLUMNS[:4]) - {str(name).strip().lower() for name in (rows[0] if rows else {})}
    if missing:
        raise ConfigurationError(f"{file}: no column {', '.join(sorted(missing))}; see `mailbot roster import --help`")
    with _policy(context) as policy:
        duties, problems = read_rows(policy.roster, rows)
    for problem in problems:
        typer.echo(loud(safe(problem)), err=True)
    if not dry_run:
        with where.database(context) as database, database.begin() as connection:
            roster_store.keep(connection, duties)
    verb = "would be filled" if dry_run else "filled"
    typer.echo(f"{len(duties)} seats {verb}, {len(problems)} rows left out. `mailbot roster show` shows them.")
    if problems:
        raise typer.Exit(1)


def read_csv(file: Path) -> list[dict[str, str | None]]:
    """The rows of a CSV file as spreadsheets save it: comma or semicolon, UTF-8 or Windows."""
    try:
        octets = file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{file}: {error.strerror}; name a file saved as CSV") from error
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = octets.decode("cp1252", "replace")
    head = text.partition("\n")[0]
    rows = csv.DictReader(
        io.StringIO(text.replace("\0", "")), delimiter=";" if head.count(";") > head.count(",") else ","
    )
    try:
        return [{name: value for name, value in row.items() if isinstance(name, str)} for row in rows]
    except csv.Error as error:
        raise ConfigurationError(f"{file}: {error}; save it as CSV again") from error


@nouns.command("show")
def show(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=1, max=60, help="So many days from today.")] = 7,
    as_json: Json = False,
) -> None:
    """The coming days, shift by shift. Example: `mailbot roster show --days 3`."""
    _print(context, days, as_json=as_json)


@nouns.command("today")
def today(context: typer.Context, as_json: Json = False) -> None:
    """Today's shifts, with the one that runs now marked."""
    _print(context, 1, as_json=as_json)


def _print(context: typer.Context, days: int, *, as_json: bool) -> None:
    from dataclasses import asdict

    from mailbot.cli.queue import as_line
    from mailbot.tickets import roster_store
    from mailbot.tickets.roster import shift_at

    now = clock()
    with _policy(context) as policy:
        first = now.astimezone(policy.hours.tz).date()
        running = shift_at(policy.roster, policy.hours, now)
    with where.database(context) as database, database.read() as connection:
        duties = roster_store.between(connection, first, first + timedelta(days=days - 1))
    if as_json:
        for each in duties:
            typer.echo(as_line(asdict(each) | {"now": (each.day, each.shift) == running}))
        return
    cells = [_cells(each, is_now=(each.day, each.shift) == running) for each in duties]
    empty = "Nobody is on the roster; `mailbot roster import FILE.csv` fills it."
    typer.echo(columns(("NOW", "DAY", "SHIFT", "SEAT", "NAME", "MAIL", "PHONE"), cells) if cells else empty)


def _cells(each: Duty, *, is_now: bool) -> tuple[str, ...]:
    day = each.day.strftime("%a %d/%m")
    return (">" if is_now else "", day, each.shift, each.seat, safe(each.name), safe(each.email), safe(each.phone))


@nouns.command("swap")
def swap(
    context: typer.Context,
    shift: Annotated[str, typer.Argument(help="Such as 8-12.")],
    seat: Annotated[str, typer.Argument(help="Such as corona or coordinator.")],
    name: Annotated[str, typer.Argument(help="Somebody of the pool.")],
    day: Annotated[str, typer.Option("--on", help="A date; default: today.")] = "",
    actor: Actor = "",
) -> None:
    """Put somebody else in a seat. Example: `mailbot roster swap 8-12 coordinator "Els Claes" --on 2020-03-17`."""
    from mailbot.tickets import roster_store
    from mailbot.tickets.roster import read_day, require

    now, who = clock(), operator(actor)
    with _policy(context) as policy:
        wanted = require(policy.roster, shift, seat)
        local: datetime = now.astimezone(policy.hours.tz)
    try:
        date = read_day(day) if day else local.date()
    except ValueError as error:
        raise Permanent(f"{error}; see `mailbot roster swap --help`") from error
    with where.database(context) as database, database.begin() as connection:
        before = roster_store.swap(connection, date, *wanted, name, who, now)
    instead = f" instead of {before}" if before else ""
    typer.echo(safe(f"{name} holds {wanted[1]} on {date:%d/%m} {wanted[0]}{instead}."))
