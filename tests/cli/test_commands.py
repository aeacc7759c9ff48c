"""Every command on good and on bad input: one clear text, the next step, the right exit code."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mailbot.cli import main
from tests.ready import initiated

ROOT = Path(__file__).parent.parent.parent


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


@pytest.fixture
def new_desk(tmp_path):
    """A desk as `init` makes it."""
    return shutil.copytree(initiated(), tmp_path / "leuven")


def test_init_makes_a_desk_that_check_understands(mailbot, tmp_path):
    """From nothing to everything but the servers."""
    folder = tmp_path / "leuven"
    options = ("--mailbox", "corona=corona@leuven.example", "--imap", "127.0.0.1", "--smtp", "127.0.0.1")
    begun, _, _ = mailbot("init", folder, *options)
    (folder / "corona.password").write_text("x")
    code, out, _ = mailbot("-C", folder, "check", "--offline")

    assert begun == 0
    assert code == 0, out
    assert (folder / "secret.key").stat().st_mode & 0o077 == 0


def test_init_leaves_a_desk_alone_that_is_there(mailbot, new_desk):
    """Nobody's settings are overwritten."""
    code, _, err = mailbot("init", new_desk, "--imap", "x", "--smtp", "y")

    assert code == 2
    assert "is there already" in err


@pytest.mark.parametrize(
    "command", ["list", "show 1", "status", "doctor", "outbox list", "quarantine list", "run", "check", "migrate"]
)
def test_every_command_says_what_to_do_where_there_is_no_desk(mailbot, tmp_path, command):
    """No traceback, exit code 2, and the command to type."""
    code, _, err = mailbot("-C", tmp_path / "nowhere", *command.split())

    assert code == 2
    assert "mailbot init" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("command", ["list", "show 1", "status"])
def test_looking_at_a_desk_without_a_database_names_migrate(mailbot, new_desk, command):
    """A command that looks never makes a database."""
    (new_desk / "data" / "mailbot.db").unlink()
    code, _, err = mailbot("-C", new_desk, *command.split())

    assert code == 2
    assert "mailbot migrate" in err


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("host = ", "hots = "), "hots: unknown setting"),
        (("port = 993", "port = 99999"), "less than or equal to 65535"),
        (("since = ", "since_not = "), "since: Field required"),
        (("[smtp]", "[smtp"), "mailbot.toml"),
        (('tls = "implicit"', 'tls = "none"\nhots = 1'), "hots"),
    ],
)
def test_wrong_settings_are_named(mailbot, new_desk, change, told):
    """With the file, the setting and what is wrong with it."""
    settings = new_desk / "mailbot.toml"
    settings.write_text(settings.read_text().replace(*change))
    _code, out, err = mailbot("-C", new_desk, "check", "--offline")

    assert told in out + err


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ("town: {name: x", "rules.yaml:"),
        ("town:\n  name: x\n  desk: y\n  phone: 1\n", "town.phone"),
        ("town: {name: x, desk: y, phone: '1'}\nhuors: {}\n", "rules.yaml:2: huors: unknown key"),
        ("town: {name: x, desk: y, phone: '1'}\nhours: {zone: Mars}\n", "no such time zone"),
    ],
)
def test_wrong_rules_are_named_with_their_line(mailbot, new_desk, rules, told):
    """And `run --once` ends with 78, so that a service manager does not try again at once."""
    (new_desk / "rules.yaml").write_text(rules)
    code, out, _ = mailbot("-C", new_desk, "check", "--offline")
    once, _, err = mailbot("-C", new_desk, "run", "--once")

    assert (code, once) == (2, 78)
    assert told in out
    assert told in err


@pytest.mark.parametrize("url", ["nonsense", "postgresql://127.0.0.1:1/none", "sqlite:////nowhere/x.db"])
def test_a_wrong_database_is_named(mailbot, new_desk, url, monkeypatch):
    """Whatever the URL, the reader gets a next step."""
    monkeypatch.setenv("MAILBOT_DATABASE", url)
    code, _, err = mailbot("-C", new_desk, "list")

    assert code in {2, 75}
    assert "mailbot" in err
    assert "Traceback" not in err


def test_a_relay_that_is_not_there_ends_with_try_later(mailbot, new_desk):
    """Exit code 75, and the mailbox's trouble is in the status."""
    (new_desk / "corona.password").write_text("x")
    settings = new_desk / "mailbot.toml"
    settings.write_text(settings.read_text().replace("port = 993", "port = 1"))
    code, _, _ = mailbot("-C", new_desk, "run", "--once")
    _, out, _ = mailbot("-C", new_desk, "status")

    assert code == 75
    assert "refused" in out


@pytest.mark.parametrize(
    "words",
    [
        "show x",
        "show",
        "list --status wrong",
        "explain",
        "explain nowhere.eml",
        "outbox retry x",
        "nonsense",
        "list --limit 0",
    ],
)
def test_wrong_usage_ends_with_two(mailbot, new_desk, words):
    """As every shell tool does."""
    code, _, err = mailbot("-C", new_desk, *words.split())

    assert code == 2
    assert err
    assert "Traceback" not in err


def test_what_does_not_exist_is_said(mailbot, new_desk):
    """With the command that shows what does."""
    for words in ("show 99", "outbox retry 99", "outbox cancel 99", "quarantine show 99", "quarantine replay 99"):
        code, _, err = mailbot("-C", new_desk, *words.split())

        assert code == 2, words
        assert "list" in err


def test_explain_tells_of_what_it_cannot_read_when_all_else_is_explained(mailbot, tmp_path):
    """One line of error, exit code 2, and a line for every letter that is there."""
    for name in ("a.eml", "c.eml"):
        (tmp_path / name).write_bytes(b"Subject: hulp\r\n\r\nWie kan helpen?\r\n")

    code, out, err = mailbot("explain", tmp_path / "a.eml", tmp_path / "b.eml", tmp_path, tmp_path / "c.eml", "--json")

    assert code == 2
    assert [json.loads(line)["file"] for line in out.splitlines()] == [str(tmp_path / "a.eml"), str(tmp_path / "c.eml")]
    assert "b.eml: No such file or directory (and 1 more)" in err
    assert "Traceback" not in err


def test_explain_prints_one_object_a_line(mailbot, tmp_path):
    """With every field of the contract, for any letter."""
    letter = tmp_path / "a.eml"
    letter.write_bytes(
        b"From: maria@home.example\r\nSubject: hulp\r\n\r\nWie kan er boodschappen doen in Kessel-Lo?\r\n"
    )
    (tmp_path / "b.eml").write_bytes(b"\xff\x00")
    code, out, _ = mailbot("explain", letter, tmp_path / "b.eml", "--json")

    lines = [json.loads(line) for line in out.splitlines()]
    contract = (
        "file subject from to date message_id text new_text attachments kind bounce intent also confidence automatic "
        "language urgent audience on_behalf categories topics place phone thread actions reasons"
    )
    assert code == 0
    assert len(lines) == 2
    assert set(contract.split()) == set(lines[0]) == set(lines[1])
    assert lines[0]["from"] == {"name": "", "email": "maria@home.example"}
    documented = (Path(__file__).parents[2] / "docs" / "explain.md").read_text(encoding="utf-8")
    assert [name for name in lines[0] if f"| `{name}` |" not in documented] == []


@pytest.mark.parametrize("command", ["list -n 5 --status open --intent info", "show 1", "search boodschappen", "status", "waiting"])
def test_looking_reads_without_the_orm(new_desk, command):
    """Looking at the queue starts fast because it loads little: no model of values, no ORM, no templates."""
    heavy = "{'sqlmodel', 'sqlalchemy', 'imapclient', 'jinja2', 'pydantic', 'mailbot.policy', 're2'}"
    program = (
        f"import sys; sys.argv = ['mailbot', '-C', {str(new_desk)!r}, *{command.split()}]\n"
        "try:\n    from mailbot.cli import main; main()\nexcept SystemExit: pass\n"
        f"print('loaded', sorted({heavy} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, env=dict(os.environ)
    )

    assert done.stderr.splitlines()[-1] == "loaded []"


DESK_VERBS = (
    "triage next claim release assign snooze reply undo note close reopen set merge split link move forward waiting search "
    "history list show"
)


@pytest.mark.parametrize("command", [*DESK_VERBS.split(), "roster import", "roster swap", "intake phone", "intake import"])
def test_the_help_of_a_verb_fits_a_screen(mailbot, monkeypatch, command):
    """Of eighty columns and twenty-four lines."""
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = mailbot(*command.split(), "--help")

    assert code == 0
    assert len(out.splitlines()) <= 24


@pytest.mark.parametrize("command", ["list", "search brood", "roster today", "check --offline"])
def test_rules_may_have_another_name(mailbot, new_desk, command):
    """As the setting `rules` says, for every command that reads them."""
    (new_desk / "rules.yaml").rename(new_desk / "beleid.yaml")
    settings = new_desk / "mailbot.toml"
    settings.write_text('rules = "beleid.yaml"\n' + settings.read_text())
    (new_desk / "corona.password").write_text("x")
    code, out, err = mailbot("-C", new_desk, *command.split())

    assert code == 0, out + err
