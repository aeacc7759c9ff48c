"""`init`, `check` and `migrate`: from an empty folder to a desk that can run. Settings are explained in docs."""

from __future__ import annotations

import re
import secrets
import shutil
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from mailbot.cli import where
from mailbot.cli.terminal import loud
from mailbot.model import ConfigurationError

SETTINGS = """\
# Where mail comes from and goes to. docs/settings.md explains every line; the environment wins over this file,
# and passwords belong there or in files of their own: MAILBOT_MAILBOXES__{name}__PASSWORD, or `password_file`.

host = "{host}"                       # the domain of our Message-IDs
# authserv_id = "mx.{host}"             # your own mail server, for matchmakers' answers; docs/matching.md
database = "sqlite:///data/mailbot.db"

{mailboxes}
[smtp]
host = "{smtp}"
port = 465
tls = "implicit"                      # or "starttls" with port 587
user = "{user}"
password_file = "smtp.password"
"""
MAILBOX = """\
[mailboxes.{name}]
address = "{address}"
host = "{imap}"
port = 993
tls = "implicit"
user = "{address}"
password_file = "{name}.password"
since = {since}                    # older mail is taken in silently and never answered

"""


def register(app: typer.Typer) -> None:
    app.command("init")(init)
    app.command("check")(check)
    app.command("migrate")(migrate)


def init(
    folder: Annotated[Path, typer.Argument(help="The new desk's folder.")],
    mailbox: Annotated[
        list[str] | None, typer.Option(help="A mailbox to poll, as NAME=ADDRESS; several times for several.")
    ] = None,
    imap: Annotated[str, typer.Option(help="The IMAP server.", prompt="IMAP server")] = "imap.example",
    smtp: Annotated[str, typer.Option(help="The SMTP relay.", prompt="SMTP relay")] = "smtp.example",
    since: Annotated[str, typer.Option(help="Cut-off date, YYYY-MM-DD; older mail is taken in silently.")] = "",
) -> None:
    """Make a new desk: settings, rules, templates, a key and an empty database.

    Example: `mailbot init leuven --mailbox corona=corona@leuven.be --imap imap.leuven.be --smtp smtp.leuven.be`.
    """
    from mailbot.place import FILE

    if (folder / FILE).exists():
        raise ConfigurationError(f"{folder / FILE} is there already; edit it, then run `mailbot -C {folder} check`")
    for host in (imap, smtp):
        if not re.fullmatch(r"[A-Za-z0-9.:-]+", host):
            raise typer.BadParameter(f"{host!r} is no server's name, such as imap.leuven.be")
    boxes = dict(_named(each) for each in mailbox or ["corona=corona@town.example", "leuven_helpt=helpt@town.example"])
    cutoff = _date(since) if since else date.today()  # noqa: DTZ011 - the town's own day is meant
    make_folder(folder, boxes, imap, smtp, cutoff)
    typer.echo(f"{folder} is ready. Put the passwords in place, then run `mailbot -C {folder} check`.")


def make_folder(folder: Path, boxes: dict[str, str], imap: str, smtp: str, since: date) -> None:
    """Write a new desk's files and its empty database. Raises ConfigurationError where it may not."""
    _write(folder, boxes, imap, smtp, since)
    _migrate(folder)


def _named(written: str) -> tuple[str, str]:
    name, _, address = written.partition("=")
    if not re.fullmatch(r"[A-Za-z0-9_]+", name) or not re.fullmatch(r"[^@\s\"\\]+@[A-Za-z0-9.-]+", address):
        raise typer.BadParameter(f"{written!r} is not written as NAME=ADDRESS, such as corona=corona@leuven.be")
    return name.lower(), address.lower()


def _date(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise typer.BadParameter(f"{written!r} is no date such as 2020-03-13") from error


def _write(folder: Path, boxes: dict[str, str], imap: str, smtp: str, since: date) -> None:
    from mailbot.place import FILE
    from mailbot.shipped import shipped

    first = next(iter(boxes.values()))
    sections = "".join(
        MAILBOX.format(name=name, address=address, imap=imap, since=since.isoformat())
        for name, address in boxes.items()
    )
    settings = SETTINGS.format(
        name=next(iter(boxes)).upper(), host=first.partition("@")[2], mailboxes=sections, smtp=smtp, user=first
    )
    try:
        (folder / "data").mkdir(parents=True, exist_ok=True)
        (folder / "secret.key").touch(mode=0o600)
        (folder / "secret.key").write_text(secrets.token_hex(32) + "\n", encoding="ascii")
        shutil.copy(shipped("rules.yaml"), folder / "rules.yaml")
        shutil.copytree(shipped("templates"), folder / "templates", dirs_exist_ok=True)
        shutil.copytree(shipped("data") / "answers", folder / "answers", dirs_exist_ok=True)
        (folder / FILE).write_text(settings, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{folder}: {error.strerror}; choose a folder that you may write to") from error


def check(
    context: typer.Context,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no mail server.")] = False,
) -> None:
    """Try everything a run needs: settings, rules, templates, database, login, folders, relay, clock.

    Each failure says what to do about it. Exit code 2 where anything failed.
    """
    from mailbot.inspection import inspect

    failed = 0
    for finding in inspect(where.folder(context), offline=offline):
        failed += not finding.is_sound
        mark = "ok  " if finding.is_sound else loud("FAIL")
        typer.echo(f"{mark} {finding.what}: {finding.text}")
    if failed:
        raise typer.Exit(2)
    typer.echo("Everything is in order; `mailbot run` starts the desk.")


def migrate(context: typer.Context) -> None:
    """Bring the database to the schema of this version; safe to run again."""
    _migrate(where.folder(context))
    typer.echo("The database is up to date.")


def _migrate(folder: Path) -> None:
    from mailbot.place import database_url
    from mailbot.storage.database import Database
    from mailbot.storage.schema import upgrade

    database = Database(database_url(folder))
    try:
        upgrade(database)
    finally:
        database.close()
