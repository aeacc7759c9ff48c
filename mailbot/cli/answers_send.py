"""`answers suggest`, `send`, `affected`, `correct`: what the library would say, said, and must say again."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailbot.cli import where
from mailbot.cli.terminal import bold, columns, local, quiet, safe
from mailbot.model import Permanent

if TYPE_CHECKING:
    from mailbot.answers.library import Answer
    from mailbot.answers.suggest import Found
    from mailbot.correspondence import Correspondence
    from mailbot.opening import Opened

Number = Annotated[str, typer.Argument(metavar="TICKET", help="A ticket number, such as 1042 or #1042.")]
Name = Annotated[str, typer.Argument(metavar="ID", help="An answer; `mailbot answers list` shows them.")]
By = Annotated[str, typer.Option("--as", help="Who you are. [env MAILBOT_OPERATOR; default: your login]")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it; without this it is only shown.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def register(nouns: typer.Typer) -> None:
    for command in (suggest, send, affected, correct):
        nouns.command(command.__name__)(command)


@contextmanager
def opened(context: typer.Context) -> Iterator[Opened]:
    """The desk, opened for a change and closed again."""
    from mailbot.opening import open_desk

    desk = open_desk(where.folder(context))
    try:
        yield desk
    finally:
        desk.office.database.close()


def number_of(written: str) -> int:
    """A ticket's number as people write it."""
    wanted = written.lstrip("#")
    if not wanted.isdecimal() or len(wanted) > 15:
        raise typer.BadParameter(f"{written!r} is no ticket number; `mailbot list` shows them")
    return int(wanted)


def operator(written: str) -> str:
    """Who acts, in one plain line."""
    try:
        login = getpass.getuser()
    except (KeyError, OSError):
        login = ""
    name = " ".join((written or os.environ.get("MAILBOT_OPERATOR", "") or login).split())
    if not name or name == "mailbot" or len(name) > 60 or safe(name) != name:
        raise Permanent("who are you? add --as NAME, or set MAILBOT_OPERATOR once")
    return name


def known_answer(desk: Opened, identifier: str) -> Answer:
    """The answer of that name. Raises Permanent where there is none."""
    answer = desk.office.desk.answering.index.answer(identifier)
    if answer is None:
        raise Permanent(f"there is no answer {safe(identifier)!r}; `mailbot answers list --all` shows all")
    return answer


def suggest(context: typer.Context, number: Number, as_json: Json = False) -> None:
    """The answers that fit the last letter of a ticket, the best first, and why.

    Example: `mailbot answers suggest 1042`, then `mailbot answers send 1042 recyclagepark-afspraak-2020-04`.
    """
    from mailbot.answer_desk import found_for

    wanted = number_of(number)
    with opened(context) as desk, desk.office.database.read() as connection:
        today = datetime.now(desk.policy.hours.tz).date()
        found = found_for(connection, wanted, desk.office.desk, today)
    for each in found if as_json else ():
        typer.echo(json.dumps(_as_object(each), ensure_ascii=False))
    if not as_json:
        typer.echo(found_text(found, wanted))


def _as_object(found: Found) -> dict[str, Any]:
    return {
        "question": found.question,
        "answers": [
            {"id": one.answer.id, "confidence": one.confidence, "phrasing": one.phrasing, "words": one.words}
            for one in found.suggestions
        ],
    }


def found_text(found: tuple[Found, ...], number: int) -> str:
    """What was found, for people to read."""
    lines: list[str] = []
    for each in found:
        lines.append(bold(f"? {safe(each.question)[:100]}"))
        for one in each.suggestions:
            lines.append(f"  {one.confidence:4.0%}  {one.answer.id}")
            words = f"; words {', '.join(one.words)}" if one.words else ""
            lines.append(quiet(f"        because it is like {safe(one.phrasing)!r}{safe(words)}"))
    if not lines:
        return "The library has nothing for this letter; `mailbot show` opens it."
    return "\n".join([*lines, "", f"`mailbot answers send {number} ID …` sends one or several in one mail"])


def send(
    context: typer.Context,
    number: Number,
    answers: Annotated[list[str], typer.Argument(metavar="ID…", help="Answers, in the order of the mail.")],
    by: By = "",
) -> None:
    """Take a ticket and answer it from the library, in one mail; like `reply --answer`, it rests before it leaves.

    Example: `mailbot answers send 1042 recyclagepark-afspraak-2020-04`.
    """
    from mailbot.cli.claims import take
    from mailbot.cli.reply import from_library

    wanted, name = number_of(number), operator(by)
    take(context, wanted, name)
    from_library(context, wanted, answers, name)


def affected(context: typer.Context, identifier: Name, as_json: Json = False) -> None:
    """Who was told something else than the answer says now, and since when."""
    from dataclasses import asdict

    from mailbot.answer_desk import affected as told_otherwise
    from mailbot.cli.queue import as_line

    with opened(context) as desk, desk.office.database.read() as connection:
        found = told_otherwise(connection, desk.office.desk, known_answer(desk, identifier))
    if as_json:
        for each in found:
            typer.echo(as_line(asdict(each)))
    elif not found:
        typer.echo("Nobody was told anything else.")
    else:
        rows = [
            (f"#{each.ticket}", local(each.since), each.language, each.answer, safe(each.recipient)) for each in found
        ]
        typer.echo(columns(("TICKET", "SINCE", "LANG", "WAS TOLD", "WHO"), rows))
        typer.echo(quiet(f"`mailbot answers correct {identifier}` prepares one mail to each"))


def correct(context: typer.Context, identifier: Name, by: By = "", yes: Yes = False) -> None:
    """Write to everybody who was told something else, once, each in the own thread and language.

    Shows how many and one letter in each language; `--yes` queues them in the bulk lane.
    """
    from mailbot.answer_desk import affected as told_otherwise
    from mailbot.answer_desk import correct as corrected
    from mailbot.library_reply import require_sendable

    now, name = datetime.now(UTC), operator(by)
    with opened(context) as desk, desk.office.database.begin() as connection:
        answer, correspondence = known_answer(desk, identifier), desk.office.correspondence
        today = now.astimezone(desk.policy.hours.tz).date()
        require_sendable(answer, identifier, next(iter(answer.texts)), today)
        if yes:
            outcome = corrected(connection, correspondence, answer, name, now)
            typer.echo(f"{len(outcome.queued)} corrections are queued in the bulk lane.")
            _tell_left(outcome.left)
        else:
            found = told_otherwise(connection, desk.office.desk, answer)
            typer.echo(_review(correspondence, answer, found, now))


def _tell_left(left: tuple[int, ...]) -> None:
    if left:
        shown = ", ".join(f"#{number}" for number in left[:20])
        typer.echo(f"{len(left)} wait for a person, for the answer has no text in their language: {shown}")


def _review(correspondence: Correspondence, answer: Answer, found: list[Any], now: datetime) -> str:
    from mailbot.answer_desk import corrections
    from mailbot.answer_mail import Conversation, draft
    from mailbot.model import Address

    if not found:
        return "Nobody was told anything else; there is nothing to correct."
    first = {each.language: (each, telling) for each, telling in reversed(corrections(correspondence, answer, found))}
    lines = []
    for language, (reader, telling) in sorted(first.items()):
        count = sum(each.language == language for each in found)
        to = Conversation(reader.ticket, "", Address(reader.recipient), language, reader.mail)
        sample = draft(correspondence, to, telling, "review", now)
        lines += [bold(f"{count} in {language}, such as #{reader.ticket}:"), _text(sample.octets), ""]
    missing = sum(each.language not in answer.texts for each in found)
    left = [f"{missing} have no text in their language and wait for a person."] if missing else []
    return "\n".join([*lines, *left, f"`mailbot answers correct {answer.id} --yes` sends them"])


def _text(octets: bytes) -> str:
    from email import message_from_bytes, policy

    body = message_from_bytes(octets, policy=policy.default).get_body(("plain",))
    text = safe(body.get_content() if body else "", lines=True).strip()
    return "\n".join(f"    {line}" for line in text.splitlines())
