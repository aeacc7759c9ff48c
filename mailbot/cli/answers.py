"""`answers`: the library of answers and what people are told. The verbs that send are in `answers_send`."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailbot.cli import answers_asked, answers_send
from mailbot.cli.terminal import bold, columns, quiet, safe
from mailbot.model import ConfigurationError, Permanent

if TYPE_CHECKING:
    from mailbot.answers.figures import Figures, Ranked
    from mailbot.answers.library import Answer, Library
    from mailbot.policy import Policy

nouns = typer.Typer(help="The library of answers: docs/answers.md.", rich_markup_mode=None, no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
On = Annotated[str, typer.Option("--on", help="As it is on this day, YYYY-MM-DD; default: today.")]


def register(app: typer.Typer) -> None:
    app.add_typer(nouns, name="answers")


@nouns.callback()
def common() -> None:
    """The library of answers, who was told what, and what people ask."""


def library_of(context: typer.Context) -> tuple[Library, Policy]:
    """The library and policy of the desk, or those that ship where there is no desk."""
    from mailbot.answers.store import load_library
    from mailbot.place import FILE
    from mailbot.policy import load_policy
    from mailbot.settings import load_settings
    from mailbot.shipped import shipped

    folder = context.obj or Path()
    if not (folder / FILE).is_file():
        if context.obj:
            raise ConfigurationError(f"{folder / FILE}: no such file; run `mailbot init FOLDER`")
        return load_library(shipped("data") / "answers"), load_policy(shipped("rules.yaml"))
    settings = load_settings(folder)
    return load_library(folder / settings.answers), load_policy(folder / settings.rules)


def day_of(written: str, policy: Policy) -> date:
    """The day that is meant: as written, else today in the desk's time zone."""
    if not written:
        return datetime.now(policy.hours.tz).date()
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise typer.BadParameter(f"{written!r} is no date such as 2020-04-07") from error


@nouns.command("list")
def list_answers(
    context: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(help="Words that must stand in the answer.")] = None,
    on: On = "",
    everything: Annotated[bool, typer.Option("--all", help="Also what is not true on the day.")] = False,
    as_json: Json = False,
) -> None:
    """The answers that are true today, or on a day.

    Examples: `mailbot answers list`, `mailbot answers list markt --on 2020-04-01`, `mailbot answers list --all`.
    """
    library, policy = library_of(context)
    day = day_of(on, policy)
    meant = [each for each in library.answers.values() if everything or each.valid_on(day)]
    found = [each for each in meant if _has(each, words or [])]
    if as_json:
        for each in found:
            typer.echo(json.dumps(_as_object(each), ensure_ascii=False))
        return
    if not found:
        typer.echo("Nothing. `mailbot answers list --all` shows what is not true on the day as well.")
        return
    rows = [_row(each) for each in found]
    typer.echo(columns(("ANSWER", "FROM", "UNTIL", "ALONE", "LANG", "TOPICS"), rows))


def _has(answer: Answer, words: list[str]) -> bool:
    whole = " ".join((answer.id, *answer.texts.values(), *(q for each in answer.questions.values() for q in each)))
    return all(word.lower() in whole.lower() for word in words)


def _row(each: Answer) -> tuple[str, ...]:
    until = each.valid_until.isoformat() if each.valid_until else "open"
    alone = "yes" if each.automatic else "no"
    return each.id, each.valid_from.isoformat(), until, alone, " ".join(each.texts), ", ".join(each.topics)


def _as_object(each: Answer) -> dict[str, Any]:
    return {
        "id": each.id,
        "topics": each.topics,
        "valid_from": each.valid_from.isoformat(),
        "valid_until": each.valid_until.isoformat() if each.valid_until else "open",
        "automatic": each.automatic,
        "owner": each.owner,
        "source": each.source,
        "source_date": each.source_date.isoformat(),
        "supersedes": each.supersedes,
        "questions": dict(each.questions),
        "texts": dict(each.texts),
    }


@nouns.command()
def show(
    context: typer.Context,
    identifier: Annotated[str, typer.Argument(metavar="ID", help="An answer, such as recyclagepark-2020-04.")],
    language: Annotated[str, typer.Option("--language", "-l", help="Only this language.")] = "",
    as_json: Json = False,
) -> None:
    """One answer: when it is true, on what it rests, how people ask it, its texts."""
    library, _ = library_of(context)
    answer = answer_of(library, identifier)
    if as_json:
        typer.echo(json.dumps(_as_object(answer), ensure_ascii=False))
        return
    until = f"until {answer.valid_until}" if answer.valid_until else "without end"
    lines = [bold(answer.id), f"  true      from {answer.valid_from} {until}"]
    lines.append(f"  rests on  {safe(answer.source)} ({answer.source_date}); kept by {safe(answer.owner)}")
    lines.append(f"  leaves    {'by itself where it is sure' if answer.automatic else 'only when a person sends it'}")
    for each, text in answer.texts.items():
        if language in ("", each):
            asked = [quiet(f"    ? {safe(question)}") for question in answer.questions.get(each, ())]
            lines += ["", bold(f"  {each}"), *asked, *(f"    {line}" for line in safe(text, lines=True).splitlines())]
    typer.echo("\n".join(lines))


def answer_of(library: Library, identifier: str) -> Answer:
    """The answer of that name. Raises Permanent with the nearest names."""
    from difflib import get_close_matches

    if identifier in library.answers:
        return library.answers[identifier]
    near = get_close_matches(identifier, library.answers, 3, 0.4)
    hint = f"; did you mean {' or '.join(near)}?" if near else "; `mailbot answers list --all` shows all"
    raise Permanent(f"there is no answer {safe(identifier)!r}{hint}")


@nouns.command()
def expiring(
    context: typer.Context,
    days: Annotated[int, typer.Option("--days", min=0, max=400, help="So far ahead; default: rules.yaml.")] = -1,
    on: On = "",
    as_json: Json = False,
) -> None:
    """What stops being true soon and has no successor, the first to go first."""
    from mailbot.answers.library import expiring as ends_soon

    library, policy = library_of(context)
    day = day_of(on, policy)
    found = ends_soon(library, day, policy.answers.expiring_days if days < 0 else days)
    for each in found if as_json else ():
        typer.echo(json.dumps(_as_object(each), ensure_ascii=False))
    if not as_json and not found:
        typer.echo("Nothing ends in the next days. `--days 30` looks further.")
    elif not as_json:
        rows = [(each.id, str(each.valid_until), safe(each.owner), safe(each.source)) for each in found]
        typer.echo(columns(("ANSWER", "LAST DAY", "KEPT BY", "RESTS ON"), rows))


@nouns.command()
def evaluate(
    context: typer.Context,
    worst: Annotated[int, typer.Option("--worst", min=0, help="Show so many of the surest mistakes.")] = 0,
    only: Annotated[str, typer.Option(help="Count only letters whose id begins so; several between commas.")] = "",
    as_json: Json = False,
) -> None:
    """How often the right answer stands first, beside two plain ways; cross-validated on the labelled letters.

    Needs the extra `train`. Takes a minute. Example: `mailbot answers evaluate --only dev,d2,d3`.
    """
    from dataclasses import asdict

    from mailbot.answers.figures import figures, mistakes
    from mailbot.answers.learning import cross_validate

    index, examples, policy = _labelled(context)
    starts = tuple(each.strip() for each in only.split(",") if each.strip()) or ("",)
    if not any(each.id.startswith(starts) for each in examples):
        raise ConfigurationError(f"no labelled letter has an id that begins with {safe(only)}; leave out --only")
    every = _needing_training(lambda: cross_validate(index, examples))
    tried = [each for each in every if each.example.id.startswith(starts)]
    found = figures(index, tried, policy.answers.automatic)
    typer.echo(json.dumps(asdict(found)) if as_json else _figures_text(found, policy.answers.automatic))
    for line in mistakes(tried)[:worst]:
        typer.echo(safe(line))


@nouns.command()
def learn(
    context: typer.Context,
    ours: Annotated[bool, typer.Option("--shipped", help="Without a desk, in a checkout: what mailbot ships.")] = False,
) -> None:
    """Learn the weights of the library from all labelled letters, and keep them in the desk's data/model.

    The desk suggests with its own weights from then on. Example: `mailbot -C leuven answers learn`.
    """
    from mailbot.answers.learning import learn as learnt
    from mailbot.answers.store import keep_weights

    to = _weights_to(context, ours=ours)
    index, examples, _ = _labelled(context)
    path = keep_weights(_needing_training(lambda: learnt(index, examples)), to)
    typer.echo(f"{len(examples)} letters; the weights are in {path}")


def _weights_to(context: typer.Context, *, ours: bool) -> Path:
    """The folder to keep weights in. Raises ConfigurationError where neither a desk nor the shipped ones are meant."""
    from mailbot.place import FILE
    from mailbot.shipped import shipped

    folder: Path = context.obj or Path()
    is_desk = (folder / FILE).is_file()
    if is_desk == ours:
        said = "a desk keeps its own weights; leave --shipped out" if ours else "no desk here; name one with -C FOLDER"
        raise ConfigurationError(f"{said}, or add --shipped in a checkout" if not ours else said)
    return shipped("data") / "model" if ours else folder / "data" / "model"


def _labelled(context: typer.Context) -> tuple[Any, Any, Any]:
    from mailbot.answer_labels import labelled
    from mailbot.answers.index import make_index
    from mailbot.answers.store import load_days, load_labels, load_one_liners, load_synonyms
    from mailbot.shipped import shipped
    from mailbot.triage.store import load_records, load_rules

    library, policy = library_of(context)
    index = make_index(library, load_synonyms(shipped("data") / "answers"))
    rules = load_rules(policy.triage)
    return index, labelled(load_records(), load_labels(), load_days(), rules, load_one_liners()), policy


def _needing_training(work: Any) -> Any:
    try:
        return work()
    except ModuleNotFoundError as error:
        raise ConfigurationError("learning needs an extra: pip install 'mailbot[train]'") from error


def _figures_text(found: Figures, automatic: float) -> str:
    lines = [f"{found.letters} letters, {found.answerable} of which the library can answer", ""]
    rows = [_ranked(way, one) for way, one in found.by_way.items()]
    lines += [columns(("", "LETTERS", "RIGHT FIRST", "IN FIRST THREE"), rows), ""]
    lines += [columns(("LANG", "LETTERS", "RIGHT FIRST", "IN FIRST THREE"), [
        _ranked(language, one) for language, one in found.by_language.items()
    ]), ""]  # fmt: skip
    lines.append(f"sent by itself from confidence {automatic} on: {found.automatic:.1%} of the letters,")
    lines.append(f"of which all that was sent is right in {found.automatic_right:.1%}; the rest a person answers")
    lines.append(f"confidence is off the truth by {found.calibration:.1%} on average")
    return "\n".join(lines)


def _ranked(name: str, one: Ranked) -> tuple[str, ...]:
    return name, str(one.letters), f"{one.first:.1%}", f"{one.three:.1%}"


answers_send.register(nouns)
answers_asked.register(nouns)
