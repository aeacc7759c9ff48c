"""`match explain`, `waiting`, `simulate`, `export` and `import` at the command line, on a desk of its own."""

from __future__ import annotations

import json
import random
from datetime import timedelta

import pytest
from openpyxl import Workbook, load_workbook

from mailbot.cli.match_views import changed
from mailbot.demo.people import NOW as THEN
from mailbot.demo.people import day
from mailbot.matching.playbook import Playbook, StandBys, TimeLimits
from mailbot.matching.simulate import after_desk_hours, simulate
from mailbot.model import Permanent
from mailbot.place import database_url
from mailbot.storage.database import Database
from mailbot.storage.tables import EVENT
from tests.cli.test_commands import mailbot, new_desk
from tests.matching.conftest import ticket

__all__ = ["mailbot", "new_desk"]


@pytest.fixture
def desk(new_desk):
    """A desk with a request, a volunteer who fits, one who speaks the wrong language, and a coordinator."""
    from datetime import UTC, datetime

    opened = Database(database_url(new_desk))
    recent = {"record": {"confirmed_at": datetime.now(UTC), "waiting_since": datetime.now(UTC) - timedelta(days=3)}}
    with opened.begin() as connection:
        ticket(connection, "help_request", kinds=("social_call",), record={"languages": ["fr"]})
        ticket(connection, "help_offer", kinds=("social_call",), record={"languages": ["fr"], **recent["record"]})
        ticket(connection, "help_offer", kinds=("social_call",), **recent)
    opened.close()
    rules = new_desk / "rules.yaml"
    people = "[{address: an@leuven.example, name: An, coordinator: true}, {address: bart@leuven.example, name: Bart}]"
    rules.write_text(rules.read_text().replace("matchmakers: []", f"matchmakers: {people}"))
    return new_desk


def test_explain_shows_candidates_with_their_terms_and_who_is_refused(mailbot, desk):
    code, out, _ = mailbot("-C", desk, "match", "explain", "H-1", "--all")

    assert code == 0
    assert "A-2" in out
    assert "speaks fr" in out
    assert "A-3: no common language (fr)" in out


def test_explain_as_json_has_every_offer(mailbot, desk):
    _, out, _ = mailbot("-C", desk, "match", "explain", "1", "--json")
    told = json.loads(out)

    assert [each["offer"] for each in told["candidates"]] == [2]
    assert [each["offer"] for each in told["others"]] == [3]
    assert sum(term[1] for term in told["candidates"][0]["terms"]) == told["candidates"][0]["score"]


@pytest.mark.parametrize(("word", "told"), [("H-99", "no open help request"), ("kaas", "is no help request"), ("2", "no open help request")])
def test_explain_of_nothing_says_what_to_type(mailbot, desk, word, told):
    code, out, err = mailbot("-C", desk, "match", "explain", word)

    assert code == 2
    assert told in out + err


def test_waiting_lists_who_was_never_asked(mailbot, desk):
    _, out, _ = mailbot("-C", desk, "match", "waiting")
    _, lines, _ = mailbot("-C", desk, "match", "waiting", "--json", "-n", "1")

    assert "2 of 2 volunteers were never asked (100 %)" in out
    assert [json.loads(line)["offer"] for line in lines.strip().split("\n")] == [2]


def test_an_export_has_four_sheets_and_is_kept_in_the_history(mailbot, desk, tmp_path):
    code, _, err = mailbot("-C", desk, "match", "export", tmp_path / "a.xlsx")

    assert code == 0, err
    assert load_workbook(tmp_path / "a.xlsx").sheetnames == ["matches", "open without candidate", "offers", "figures"]
    opened = Database(database_url(desk))
    with opened.read() as connection:
        assert connection.execute(EVENT.select().where(EVENT.c.kind == "match_file")).one().details == {"file": "a.xlsx", "with_contacts": False}
    opened.close()


@pytest.mark.parametrize("options", [("--with-contacts",), ("--with-contacts", "--by", "bart@leuven.example"), ("--by", "x@evil.example")])
def test_contact_details_are_for_a_coordinator(mailbot, desk, tmp_path, options):
    code, _, err = mailbot("-C", desk, "match", "export", tmp_path / "a.xlsx", *options)

    assert code == 2
    assert "for a coordinator" in err
    assert not (tmp_path / "a.xlsx").exists()


def test_a_coordinator_gets_them(mailbot, desk, tmp_path):
    code, out, _ = mailbot("-C", desk, "match", "export", tmp_path / "a.xlsx", "--with-contacts", "--by", "an@leuven.example")

    assert code == 0
    assert "keep it safe" in out


def test_an_export_writes_over_nothing(mailbot, desk, tmp_path):
    (tmp_path / "a.xlsx").write_text("mine")

    assert mailbot("-C", desk, "match", "export", tmp_path / "a.xlsx")[0] == 2
    assert mailbot("-C", desk, "match", "export", tmp_path / "a.csv")[0] == 2
    assert (tmp_path / "a.xlsx").read_text() == "mine"


def test_an_import_tells_before_it_takes(mailbot, desk, tmp_path):
    book = Workbook()
    book.active.title = "vragen"
    book.active.append(("naam", "mail", "hulp"))
    book.active.append(("Rosa", "rosa@home.example", "apotheek"))
    book.active.append(("Paul", "geen", "apotheek"))
    book.save(tmp_path / "a.xlsx")

    first = mailbot("-C", desk, "match", "import", tmp_path / "a.xlsx", "--dry-run")[1]
    second = mailbot("-C", desk, "match", "import", tmp_path / "a.xlsx")[1]
    third = mailbot("-C", desk, "match", "import", tmp_path / "a.xlsx")[1]

    assert "would take in: 1 requests" in first
    assert "vragen row 3: 'geen' is no e-mail address" in first
    assert "taken in: 1 requests" in second
    assert "same person as ticket #4" in third


def test_a_simulation_says_its_figures_and_draws_them(mailbot, desk, tmp_path):
    picture = tmp_path / "a.png"
    code, out, err = mailbot("-C", desk, "match", "simulate", "--days", "3", "--set", "stand_bys.urgent=0", "--plot", picture)

    assert code == 0, err
    assert "as it is" in out
    assert "changed" in out
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("change", ["kaas=3", "weights.kaas=3", "weights.distance", "weights.distance=veel", "limits=3"])
def test_a_key_that_is_none_is_told(change):
    with pytest.raises(Permanent, match=r"docs/rules\.md"):
        changed(Playbook(), [change])


def test_a_change_is_in_the_playbook_that_is_tried():
    tried = changed(Playbook(), ["weights.distance=800", "time_limits.answer_hours=24"])

    assert (tried.weights.distance, tried.time_limits.answer_hours) == (800, 24)


def played(playbook: Playbook, seed: int = 1):
    requests, offers = day(seed, 25, 200)
    return simulate(requests, offers, playbook, THEN, 4, random.Random(seed))


def test_the_same_seed_plays_the_same_days():
    assert played(Playbook()) == played(Playbook())


def test_stand_bys_and_short_limits_serve_the_urgent_sooner():
    slow = Playbook(time_limits=TimeLimits(answer_hours=24, urgent_answer_hours=24), stand_bys=StandBys(urgent=0))
    sooner = [played(Playbook(), seed).urgent_p95 <= played(slow, seed).urgent_p95 for seed in range(4)]

    assert sum(sooner) >= 3


def test_nobody_is_served_who_did_not_wait_and_shares_are_shares():
    figures = played(Playbook())

    assert 0 < figures.within_24 <= figures.within_48 <= figures.served <= 1
    assert len(figures.hours) == round(figures.served * figures.requests)
    assert figures.asks >= figures.served


def test_desk_hours_are_counted_while_the_desk_is_open():
    assert after_desk_hours(THEN.replace(hour=18), 4) == (THEN + timedelta(days=1)).replace(hour=10)
    assert after_desk_hours(THEN.replace(hour=8), 4) == THEN.replace(hour=12)
