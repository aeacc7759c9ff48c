"""The wheel holds all that a town needs, and works far from any checkout."""

import os
import subprocess
import sys
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel, built offline with the pinned builder and unpacked; how to run mailbot from it."""
    from hatchling.build import build_wheel

    folder = tmp_path_factory.mktemp("wheel")
    here = Path.cwd()
    os.chdir(ROOT)
    try:
        name = build_wheel(str(folder))
    finally:
        os.chdir(here)
    with zipfile.ZipFile(folder / name) as wheel:
        wheel.extractall(folder / "site")
    environment = {"PYTHONPATH": str(folder / "site"), "PATH": os.environ["PATH"], "HOME": str(folder)}

    def run(*words):
        line = [sys.executable, "-m", "mailbot", *map(str, words)]
        return subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    run.folder = folder
    return run


def test_it_runs_from_the_wheel_and_not_from_the_checkout(installed):
    """Else the rest would prove nothing."""
    line = [
        sys.executable,
        "-c",
        "import mailbot, mailbot.shipped as s; print(mailbot.__file__, s.shipped('rules.yaml'))",
    ]
    environment = {"PYTHONPATH": str(installed.folder / "site"), "PATH": os.environ["PATH"]}
    done = subprocess.run(line, cwd=installed.folder, env=environment, capture_output=True, text=True, check=True)

    assert str(ROOT) not in done.stdout
    assert done.stdout.count(str(installed.folder)) == 2


def test_init_and_check_work_from_it(installed):
    """Rules and templates are written, and they are sound."""
    desk = installed.folder / "desk"
    made = installed(
        "init", desk, "--mailbox", "corona=corona@leuven.example", "--imap", "127.0.0.1", "--smtp", "127.0.0.1"
    )
    assert made.returncode == 0, made.stderr
    for name in ("corona", "smtp"):
        (desk / f"{name}.password").write_text("x")
    checked = installed("-C", desk, "check", "--offline")

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert (desk / "templates" / "nl" / "letter.txt.j2").is_file()


def test_explain_understands_a_letter_from_it(installed):
    """The weights, the map and the rules came along."""
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "maria@home.example", "hulp gevraagd"
    letter.set_content("Wie kan er boodschappen doen voor mijn moeder in Kessel-Lo? Zij mag niet meer buiten.")
    (installed.folder / "letter.eml").write_bytes(letter.as_bytes())
    told = installed("explain", "letter.eml", "--json")

    assert told.returncode == 0, told.stderr
    assert '"intent": "help_request"' in told.stdout
    assert '"place": "Kessel-Lo"' in told.stdout


def test_nothing_of_ours_is_missing_in_it(installed):
    """Every file under the shipped folders is in the wheel."""
    shipped = installed.folder / "site" / "mailbot" / "shipped"
    for name in ("templates", "data"):
        here = {path.relative_to(ROOT) for path in (ROOT / name).rglob("*") if path.is_file()}
        there = {path.relative_to(shipped) for path in (shipped / name).rglob("*") if path.is_file()}
        assert here <= there
