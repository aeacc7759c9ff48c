"""What matchmakers do by mail, at the terminal: the same states, one clear line where it may not be."""

import json
import re
from datetime import UTC, date, datetime

import pytest
from typer.testing import CliRunner

from mailbot.cli.app import app
from mailbot.model import MailbotError
from mailbot.place import database_url
from mailbot.storage.database import Database
from tests.desk.matching import AN, BART, MATCHMAKERS, SECOND
from tests.matching.conftest import ticket
from tests.ready import make_folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A desk with two matchmakers, one request and two offers."""
    made = tmp_path_factory.mktemp("cli") / "desk"
    make_folder(made, {"leuven_helpt": "leuven.helpt@leuven.example"}, "127.0.0.1", "127.0.0.1", date(2020, 3, 13))
    rules = made / "rules.yaml"
    rules.write_text(re.sub(r"(?m)^matchmakers: \[\].*\n", MATCHMAKERS + SECOND, rules.read_text()))
    database = Database(database_url(made))
    with database.begin() as connection:
        now = datetime.now(UTC)
        ticket(connection, "help_request", created_at=now)
        for n in range(2):
            ticket(connection, "help_offer", requester_email=f"v{n}@home.example", created_at=now)
    database.close()
    return made


def say(folder, *words):
    return CliRunner().invoke(app, ["-C", str(folder), "match", *words])


def test_a_day_at_the_terminal(folder, tmp_path):
    """Preview changes nothing; sent, listed, shown, said yes, handed over, completed."""
    preview = say(folder, "digest", "--html", str(tmp_path / "d.html"))
    assert "M-1" in preview.output, preview.exception
    assert "mailto:" in (tmp_path / "d.html").read_text()
    assert "No match stands" in say(folder, "list").output

    assert "on their way" in say(folder, "digest", "--send").output
    (listed,) = say(folder, "list", "--json").output.splitlines()
    assert json.loads(listed)["state"] == "proposed"
    assert "M-1  proposed: H-1 with A-2" in say(folder, "show", "R-1").output

    owner = json.loads(listed)["owner"]
    other = BART if owner == AN else AN
    assert "proposed -> proposed" in say(folder, "say", "M-1", "hand-over", "--to", other).output
    assert "proposed -> accepted" in say(folder, "say", "m1", "ja").output
    done = say(folder, "complete", "H-1", "--street", "Diestsestraat 12", "--when", "elke woensdag namiddag")
    assert "filled in; it is open" in done.output
    shown = json.loads(say(folder, "show", "H-1", "--json").output)
    assert shown["record"]["precision"] == "street"
    assert shown["record"]["recurs"] is True


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "X-1"), "H-231"),
        (("show", "M-99"), "no M-99"),
        (("say", "H-1", "yes"), "no match"),
        (("say", "M-1", "perhaps"), "none of yes no"),
        (("say", "M-99", "yes"), "no M-99"),
        (("say", "M-1", "hand-over", "--to", "eve@home.example"), AN),
        (("complete", "1"), "nothing to fill in"),
        (("complete", "1", "--street", "Nergensstraat 1"), "--place"),
        (("complete", "1", "--when", "ooit"), "wednesday afternoon"),
        (("complete", "99", "--people", "2"), "no help request"),
        (("complete", "1", "--range", "3"), "no reach_km"),
    ],
)
def test_what_may_not_be_says_what_may(folder, words, told):
    """One line that names the next thing to type."""
    done = say(folder, *words)

    heard = done.output + (str(done.exception) if isinstance(done.exception, MailbotError) else "")
    assert done.exit_code != 0
    assert told in " ".join(heard.replace("│", " ").split())


def test_check_says_that_nobodys_answers_can_be_believed(folder):
    """Matchmakers without the name of the town's own mail server: said before the first answer is lost."""
    done = CliRunner().invoke(app, ["-C", str(folder), "check", "--offline"])

    assert done.exit_code != 0
    assert "authserv_id is not set" in done.output


def test_who_nearly_fits_is_shown_and_then_asked(folder):
    """Shown without a change; sent with --send; a wrong name is one line and what to type."""
    database = Database(database_url(folder))
    with database.begin() as connection:
        number = ticket(connection, "help_request", kinds=("transport",), created_at=datetime.now(UTC))
        ticket(connection, "help_offer", requester_email="near@home.example", created_at=datetime.now(UTC))
        connection.exec_driver_sql("UPDATE help_offer SET confirmed_at = (SELECT max(created_at) FROM ticket)")
    shown = say(folder, "ask", f"H-{number}")
    assert "Doet u ook vervoer?" in shown.output, shown.exception
    assert f"`mailbot match ask H-{number} --send` asks them" in shown.output
    assert "Doet u ook vervoer?" in say(folder, "ask", str(number), f"A-{number + 1}", "--send").output
    with database.read() as connection:
        asked = connection.exec_driver_sql("SELECT recipient FROM outbox WHERE purpose = 'near_miss'").all()
    database.close()

    assert [each for (each,) in asked] == ["near@home.example"]
    assert "would not fit" in str(say(folder, "ask", f"H-{number}", "A-999").exception)
    assert "H-999 is not open" in str(say(folder, "ask", "H-999").exception)


def test_calls_in_vain_at_the_terminal(folder):
    """When it comes back, and after the third a person's."""
    database = Database(database_url(folder))
    with database.begin() as connection:
        number = ticket(connection, "help_request", created_at=datetime.now(UTC))
    database.close()
    said = [say(folder, "no-answer", f"H-{number}").output for _ in range(3)]

    assert "try 1; call again" in said[0]
    assert "3 calls in vain" in said[2]
    assert "there is no request" in str(say(folder, "no-answer", "H-999").exception)
