"""`answers clusters`, `answer-cluster`, `report`: what people ask, and one answer for all who ask the same."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli.answers_send import By, Yes, number_of, opened, operator
from mailbot.cli.terminal import bold, columns, local, quiet, safe
from mailbot.model import ConfigurationError, Permanent

if TYPE_CHECKING:
    from mailbot.answers.clusters import Cluster
    from mailbot.answers.library import Answer
    from mailbot.opening import Opened

BARS = " ▁▂▃▄▅▆▇█"


def register(nouns: typer.Typer) -> None:
    nouns.command("clusters")(list_clusters)
    nouns.command("answer-cluster")(answer_cluster)
    nouns.command("report")(report)


def list_clusters(
    context: typer.Context,
    least: Annotated[int, typer.Option("--least", min=2, help="Groups of at least so many.")] = 2,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many groups.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Unanswered questions that ask the same, the largest group first, named by their own words.

    `mailbot answers answer-cluster NUMBER FILE` answers all of one group at once.
    """
    from mailbot.asking import waiting_clusters

    with opened(context) as desk, desk.office.database.read() as connection:
        today = datetime.now(desk.policy.hours.tz).date()
        found = waiting_clusters(connection, today, least)[:limit]
    for each in found if as_json else ():
        typer.echo(json.dumps(_as_object(each), ensure_ascii=False))
    if not as_json:
        typer.echo(_text(found))


def _as_object(each: Cluster) -> dict[str, object]:
    return {
        "number": each.number,
        "name": each.name,
        "size": len(each.questions),
        "since": each.since.isoformat(),
        "languages": dict(each.languages),
        "trend": each.trend,
        "tickets": [one.ticket for one in each.questions],
    }


def _text(found: list[Cluster]) -> str:
    if not found:
        return "No two unanswered questions ask the same."
    rows = [
        (
            str(each.number),
            str(len(each.questions)),
            _sparkline(each.trend),
            local(each.since),
            " ".join(f"{language}:{count}" for language, count in each.languages.items()),
            safe(each.name),
            safe(each.questions[0].text)[:70],
        )
        for each in found
    ]
    table = columns(("GROUP", "LETTERS", "WEEK", "SINCE", "LANG", "ABOUT", "FIRST"), rows)
    return f"{table}\n{quiet('`mailbot answers answer-cluster GROUP FILE` answers all of one')}"


def _sparkline(counts: tuple[int, ...]) -> str:
    most = max(*counts, 1)
    return "".join(BARS[round(8 * count / most)] for count in counts)


def answer_cluster(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="GROUP", help="A group; `mailbot answers clusters` shows them.")],
    file: Annotated[Path, typer.Argument(help="The answer, a file as docs/answers.md tells.")],
    by: By = "",
    yes: Yes = False,
) -> None:
    """Send one reviewed answer to everybody in a group, each in the own thread; it joins the library.

    Shows the group and what is sent; `--yes` sends it.
    """
    from mailbot.asking import waiting_clusters

    wanted, name, now = number_of(number), operator(by), datetime.now(UTC)
    with opened(context) as desk:
        answer = _read(file, desk)
        with desk.office.database.read() as connection:
            today = datetime.now(desk.policy.hours.tz).date()
            groups = waiting_clusters(connection, today)
        group = next((each for each in groups if each.number == wanted), None)
        if group is None:
            raise Permanent(f"there is no group {wanted}; `mailbot answers clusters` shows them")
        if not answer.valid_on(today):
            raise Permanent(f"{file}: is not true today; mend valid_from and valid_until")
        typer.echo(_send(desk, answer, file, group, name, now) if yes else _review(answer, group))


def _read(file: Path, desk: Opened) -> Answer:
    from typing import get_args

    from mailbot.answers.library import Library, check_library, read_answer
    from mailbot.triage.rules import Topic

    try:
        answer = read_answer(file.stem, str(file), file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: cannot be read; name a file as docs/answers.md tells") from error
    library = {each.id: each for each in desk.office.desk.answering.index.answers} | {answer.id: answer}
    found = check_library(Library(library), desk.policy.answers.languages, get_args(Topic))
    problems = [each for each in found if each.startswith(f"{file}:")]
    if problems:
        raise ConfigurationError("\n".join(problems))
    return answer


def _review(answer: Answer, group: Cluster) -> str:
    able = [each for each in group.questions if each.language in answer.texts]
    title = f"group {group.number}: {safe(group.name)}, {len(group.questions)} letters since {local(group.since)}"
    lines = [bold(title)]
    lines += [f"  #{each.ticket} ({each.language})  {safe(each.text)[:90]}" for each in group.questions[:10]]
    lines += [bold(f"{answer.id} goes to {len(able)} of them:")]
    for language in sorted({each.language for each in able}):
        lines += [f"  {language}:", *(f"    {line}" for line in safe(answer.texts[language], lines=True).splitlines())]
    return "\n".join([*lines, "the same command with --yes sends it"])


def _send(desk: Opened, answer: Answer, file: Path, group: Cluster, name: str, now: datetime) -> str:
    """Keep the answer in the library first, so that what was told is known whatever happens next."""
    from mailbot.answer_desk import inform_all
    from mailbot.answering import make_answering
    from mailbot.answers.store import load_index, load_weights, weights_folder
    from mailbot.asking import with_library

    folder = desk.settings.folder / desk.settings.answers
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{answer.id}.md"
    if not (kept.exists() and kept.samefile(file)):
        if kept.exists():
            raise Permanent(f"{kept} is there already; give the file another name")
        shutil.copyfile(file, kept)
    weights = load_weights(weights_folder(desk.settings.folder))
    answering = make_answering(load_index(folder), weights, desk.policy.answers)
    correspondence = with_library(desk.office.correspondence, answering)
    with desk.office.database.begin() as connection:
        tickets = [each.ticket for each in group.questions]
        outcome = inform_all(connection, correspondence, answer, tickets, name, now)
    left = f"; {len(outcome.left)} wait for a person" if outcome.left else ""
    return f"{len(outcome.queued)} answers are queued{left}; {kept} is in the library; the worker takes it up."


def report(
    context: typer.Context,
    page: Annotated[Path | None, typer.Option("--html", help="Write it as a page with pictures.")] = None,
    send: Annotated[bool, typer.Option("--send", help="Mail it to the roles of answers.report_to now.")] = False,
) -> None:
    """What people asked in the last 24 hours: most, new, rising, unanswered, by language."""
    from mailbot.asking import enqueue_report, gather
    from mailbot.reports.asked import as_page, as_text

    now = datetime.now(UTC)
    with opened(context) as desk, desk.office.database.begin() as connection:
        correspondence = desk.office.correspondence
        asked = gather(connection, desk.office.desk.answering.index.library(), correspondence, now)
        if page:
            page.write_text(as_page(asked, desk.policy.town.name), encoding="utf-8")
        if send:
            typer.echo(f"queued for {enqueue_report(connection, correspondence, asked, now)} readers")
    if page:
        typer.echo(f"{page} is written.")
    elif not send:
        typer.echo(safe(as_text(asked).replace("**", ""), lines=True))
