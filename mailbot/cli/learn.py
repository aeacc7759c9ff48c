"""`train`, `evaluate` and `replay`: learning from labelled letters, and what it is worth. Changes no ticket."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli import where
from mailbot.cli.terminal import bold, quiet, safe
from mailbot.model import ConfigurationError

if TYPE_CHECKING:
    from mailbot.learning import Lessons
    from mailbot.replaying import Change, Difference
    from mailbot.triage.corpus import LabelledLetter
    from mailbot.triage.table import Table
    from mailbot.triage.train import Tell

SHOWN = 20


def register(app: typer.Typer) -> None:
    app.command("train")(train)
    app.command("evaluate")(evaluate)
    app.command("replay")(replay)


def train(
    context: typer.Context,
    to: Annotated[Path | None, typer.Option(help="Where to write; default: data/model in the desk's folder.")] = None,
) -> None:
    """Learn from the labelled letters, and in a desk also from its own and from every corrected ticket.

    Takes some minutes. The desk reads with its own model from its next start. Example: `mailbot -C leuven train`.
    """
    _require_extra("sklearn")
    from mailbot.triage.store import save_weights
    from mailbot.triage.train import train as trained

    folder = _folder(context)
    if folder is None and to is None:
        raise ConfigurationError("no desk here: name one with -C, or where to write with --to FOLDER")
    lessons, table = _table(folder)
    weights = trained(table, lessons.roles, tell=_tell(False))
    file = save_weights(weights, to or (folder or Path()) / "data" / "model")
    typer.echo(f"{len(lessons.letters)} letters ({lessons.corrected} of them corrected tickets) and "
               f"{len(table.spoken)} sentences learnt; {file}, {file.stat().st_size // 1024} KiB")  # fmt: skip


def evaluate(
    context: typer.Context,
    picture: Annotated[Path | None, typer.Option(help="Also draw calibration and confusion, as PNG.")] = None,
    only: Annotated[str, typer.Option(help="Count only letters whose id begins so; several between commas.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The figures as one JSON object.")] = False,
) -> None:
    """How well letters are understood that were not learnt from: cross-validated, and a tenth kept aside.

    Takes a quarter of an hour. Example: `mailbot evaluate --picture understanding.png`.
    """
    _require_extra("sklearn")
    if picture is not None:
        _require_extra("matplotlib")
    from mailbot.reports.understanding import as_json as plain
    from mailbot.reports.understanding import lines
    from mailbot.triage.folds import cross_validate, judge_set_aside

    lessons, table = _table(_folder(context))
    starts = _beginnings(only, lessons.letters)
    every = cross_validate(table, lessons.roles, lessons.rules, _tell(as_json))
    judged = [each for each in every if each.example.id.startswith(starts)]
    every = judge_set_aside(table, lessons.roles, lessons.rules, _tell(as_json))
    aside = [each for each in every if each.example.id.startswith(starts)]
    if picture is not None:
        from mailbot.reports.understanding_picture import draw

        draw(judged, picture)
    if as_json:
        typer.echo(json.dumps({"cross_validated": plain(judged), "set_aside": plain(aside)}, ensure_ascii=False))
    else:
        typer.echo("\n".join(safe(line) for line in lines(judged, aside)))


def replay(
    context: typer.Context,
    rules: Annotated[Path, typer.Option(help="The changed rules.yaml.")],
    model: Annotated[Path | None, typer.Option(help="A folder with another model.")] = None,
    most: Annotated[int, typer.Option("--letters", min=1, help="How many, from the newest back.")] = 2000,
    as_json: Annotated[bool, typer.Option("--json", help="The difference as one JSON object.")] = False,
) -> None:
    """Read stored letters with changed rules or another model, and tell what would differ. Writes and sends nothing.

    Exit code 1 where an urgent letter would be missed. Example: `mailbot replay --rules new.yaml`.
    """
    from mailbot.replaying import replay as replayed
    from mailbot.replaying import rules_of
    from mailbot.settings import load_settings

    folder = where.folder(context)
    settings = load_settings(folder)
    before, after = rules_of(folder / settings.rules, folder), rules_of(rules, folder, model)
    with where.reader(context) as reader:
        found = replayed(reader, settings, before, after, most)
    typer.echo(json.dumps(asdict(found), ensure_ascii=False) if as_json else _difference(found))
    if found.missed:
        raise typer.Exit(1)


def _beginnings(only: str, letters: Sequence[LabelledLetter]) -> tuple[str, ...]:
    """What the ids to count begin with; checked before minutes of training go by."""
    starts = tuple(each.strip() for each in only.split(",") if each.strip()) or ("",)
    if not any(each.id.startswith(starts) for each in letters):
        raise ConfigurationError(f"no letter of the corpus has an id that begins with {only}; leave out --only")
    return starts


def _table(folder: Path | None) -> tuple[Lessons, Table]:
    from mailbot.learning import gather
    from mailbot.triage.table import tabulate
    from mailbot.triage.train import apart

    lessons = gather(folder)
    spoken = apart(lessons.spoken, lessons.letters)
    return lessons, tabulate(lessons.letters, spoken, lessons.roles, lessons.rules)


def _folder(context: typer.Context) -> Path | None:
    """The desk's folder, where there is one."""
    from mailbot.place import find_folder

    try:
        return find_folder(context.obj)
    except ConfigurationError:
        if context.obj is not None:
            raise
        return None


def _require_extra(module: str) -> None:
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise ConfigurationError("this needs the extra for training: pip install 'mailbot[train]'")


def _tell(silent: bool) -> Tell:
    return lambda line: None if silent else typer.echo(quiet(line), err=True)


def _difference(found: Difference) -> str:
    share = max(1, found.letters) / 100
    parts = [
        bold(f"{found.letters} letters read twice"),
        f"answered without a person: {found.automatic_before / share:.0f} % before, "
        f"{found.automatic_after / share:.0f} % after",
        *_listed("would be taken for something else", found.intents),
        *_listed("URGENT AND WOULD BE MISSED", found.missed),
        *_listed("would newly be urgent", found.alarmed),
    ]
    return "\n".join(parts)


def _listed(what: str, changes: list[Change]) -> list[str]:
    rows = [f"  message {one.message}: {one.before} → {one.after}  {safe(one.subject)[:70]}" for one in changes[:SHOWN]]
    more = [f"  and {len(changes) - SHOWN} more; --json shows all"] if len(changes) > SHOWN else []
    return [f"{what}: {len(changes)}", *rows, *more]
