"""Whatever is wrong with the desk, every command there is says so in words, names the next step, and ends with 2.

The table is made of the commands themselves: one that is added later is covered by being there.
"""

from __future__ import annotations

import os
import pwd
import shutil
import sys
from datetime import date
from enum import Enum
from pathlib import Path

import pytest

from mailbot.cli import main
from mailbot.cli.app import command
from tests.ready import make_folder

MORE = {"check": ["--offline"], "run": ["--once"]}
# What works without a desk, or would work for minutes; each has tests of its own.
NEEDS_NO_DESK = {"demo", "train", "evaluate", "answers evaluate", "answers learn"}


def commands() -> list[str]:
    """Every command by its full name, sub-commands included."""

    def leaves(group, before: str):
        for name, inner in sorted(group.commands.items()):
            yield from leaves(inner, f"{before}{name} ") if hasattr(inner, "commands") else [f"{before}{name}"]

    return list(leaves(command(), ""))


def words_for(name: str) -> list[str]:
    """A call of the command that is complete, and names things that do not exist."""
    found = command()
    for word in name.split():
        found = found.commands[word]
    values = []
    for parameter in found.params:
        if parameter.required or getattr(parameter, "prompt", None):
            is_argument = parameter.param_type_name == "argument"
            values += [value_for(parameter)] if is_argument else [parameter.opts[0], value_for(parameter)]
    return [*name.split(), *values]


def value_for(parameter) -> str:
    """Something of the right kind that is not there."""
    kind = parameter.bare_type
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind)).value
    return {int: "999", float: "1", Path: "nowhere.eml"}.get(kind, "999")


@pytest.fixture(scope="module")
def blank(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("bad") / "desk"
    make_folder(folder, {"corona": "corona@leuven.example"}, "127.0.0.1", "127.0.0.1", date(2020, 3, 13))
    for name in ("corona", "smtp"):
        (folder / f"{name}.password").write_text("geheim-van-de-balie")
    return folder


@pytest.fixture
def folder(blank, tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return copy(blank, tmp_path / "desk")


def copy(blank: Path, folder: Path) -> Path:
    """A desk of its own; the templates and answers, which nobody changes, are shared."""
    shared = ("templates", "answers")
    shutil.copytree(blank, folder, ignore=shutil.ignore_patterns(*shared))
    for name in shared:
        (folder / name).symlink_to(blank / name)
    return folder


@pytest.fixture
def mailbot(monkeypatch, capsys):
    """Run a command in this process; its exit code and what it printed on both streams."""

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mailbot", *map(str, words)])
        try:
            code = main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        said = capsys.readouterr()
        return code or 0, said.out, said.err

    return run


def nowhere(folder: Path) -> None:
    shutil.rmtree(folder)


def in_place_of(name: str):
    def change(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    change.__name__ = f"a folder in place of {name}"
    return change


def written(name: str, text: str, what: str):
    def change(folder: Path) -> None:
        (folder / name).write_text(text)

    change.__name__ = what
    return change


def database(url: str):
    def change(folder: Path) -> None:
        settings = folder / "mailbot.toml"
        settings.write_text(settings.read_text().replace("sqlite:///data/mailbot.db", url))

    change.__name__ = f"database {url}"
    return change


# What is wrong, and which commands cannot but notice.
ALWAYS = ("list", "show", "status", "doctor", "run", "check", "outbox list", "quarantine list")
WRONG = [
    (nowhere, ALWAYS),
    (in_place_of("mailbot.toml"), ALWAYS),
    (written("mailbot.toml", "[smtp\nhost = ", "broken settings"), ALWAYS),
    (written("mailbot.toml", 'hots = "x"\n', "unknown setting"), ("run", "check", "doctor")),
    (in_place_of("rules.yaml"), ("run", "check", "doctor")),
    (written("rules.yaml", "town: [\n", "broken rules"), ("run", "check", "doctor")),
    (
        written("rules.yaml", "town: {name: x, desk: y, phone: '1'}\nhuors: {}\n", "unknown rule"),
        ("run", "check", "doctor"),
    ),
    (in_place_of("secret.key"), ("run", "check")),
    (in_place_of("data/mailbot.db"), ALWAYS),
    (
        written(
            "data/mailbot.db", "this is no database at all, but a letter to grandmother " * 99, "noise for a database"
        ),
        ALWAYS,
    ),
    (written("data/mailbot.db", "", "an empty database"), ALWAYS),
    (database("nonsense"), ALWAYS),
    (database("mysql://root:geheim-van-de-balie@127.0.0.1/x"), ALWAYS),
    (database("postgresql://desk:geheim-van-de-balie@127.0.0.1:1/none"), ALWAYS),
    (database("postgresql://desk:geheim van de balie@[::1/none"), ALWAYS),
    (database("sqlite:////dev/null/all.db"), ALWAYS),
]
EARLY = {change for change, _ in WRONG[:4]} | {WRONG[9][0], WRONG[12][0]}


@pytest.mark.parametrize("name", [name for name in commands() if name not in NEEDS_NO_DESK])
def test_every_command_tells_what_is_wrong_with_the_desk(mailbot, blank, tmp_path, monkeypatch, name):
    """No traceback, no secret, a next step; 2 for a mistake and 75 for what may pass."""
    monkeypatch.chdir(tmp_path)
    looks_far = name in {"check", "run", "doctor", "explain"}
    for number, (change, noticed_by) in enumerate(WRONG):
        if not looks_far and noticed_by is not ALWAYS:
            continue  # it reads neither rules nor keys, and starting costs time
        if name == "check" and noticed_by is ALWAYS and change not in EARLY:
            continue  # it tries everything else too, which takes a second each time
        folder = copy(blank, tmp_path / f"desk{number}")
        change(folder)
        code, out, err = mailbot("-C", folder, *words_for(name), *MORE.get(name, ()))
        case = f"{name} with {change.__name__}: {code}\n{out}{err}"

        assert "Traceback" not in out + err, case
        assert "geheim" not in out + err, case
        assert code in ({2, 75, 78} if name in noticed_by else {0, 1, 2, 75, 78}), case
        assert not code or err or name == "check", case
        assert name not in noticed_by or "mailbot" in out + err, case
        assert len(err.splitlines()) <= 12, case


@pytest.mark.parametrize("name", commands())
def test_every_command_refuses_an_option_that_it_does_not_have(mailbot, folder, name):
    """As every shell tool does, with the way to its help."""
    code, _, err = mailbot("-C", folder, *words_for(name), "--no-such-option")

    assert code == 2
    assert " -h" in err


@pytest.mark.parametrize("name", commands())
def test_every_command_explains_itself(mailbot, name):
    """In one screen."""
    code, out, _ = mailbot(*name.split(), "--help")

    assert code == 0
    assert "Usage" in out
    assert len(out.splitlines()) <= 50


def test_a_desk_that_may_not_be_read_is_told_by_its_name(mailbot, folder):
    """Another user's files: who owns them should run it."""
    mailbot("-C", folder, "list")  # everything is loaded before the user changes
    (folder / "mailbot.toml").chmod(0)
    (folder / "data" / "mailbot.db").chmod(0)
    for path in (folder, *folder.parents):
        if path.owner() == pwd.getpwuid(os.geteuid()).pw_name and path != Path("/"):
            path.chmod(path.stat().st_mode | 0o055)
    root = os.geteuid() == 0
    if root:
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        code, _, err = mailbot("-C", folder, "list")
    finally:
        if root:
            os.seteuid(0)

    assert code == 2
    assert "mailbot.toml" in err
    assert "ermission" in err


def test_a_folder_that_may_not_be_written_is_told_by_init(mailbot, tmp_path):
    """With nothing half-made left behind."""
    (tmp_path / "taken").write_text("a file, no folder")
    code, _, err = mailbot("init", tmp_path / "taken" / "desk", "--imap", "x", "--smtp", "y")

    assert code == 2
    assert "choose a folder" in err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--since", "yesterday"), "2020-03-13"),
        (("--mailbox", "corona"), "NAME=ADDRESS"),
        (("--mailbox", "corona=nobody"), "NAME=ADDRESS"),
        (("--mailbox", 'co"rona=a@b.example'), "NAME=ADDRESS"),
        (("--mailbox", 'corona=a@b.example"\nx = "1'), "NAME=ADDRESS"),
        (("--imap", 'imap"\nx = "1'), "server"),
    ],
)
def test_init_refuses_what_would_break_its_own_settings(mailbot, tmp_path, words, told):
    """A slip on the command line never becomes a file that cannot be read."""
    asked = {"--imap": "imap.example", "--smtp": "smtp.example"} | dict([words])
    code, _, err = mailbot("init", tmp_path / "desk", *[word for pair in asked.items() for word in pair])

    assert code == 2
    assert told in err
    assert not (tmp_path / "desk").exists()
