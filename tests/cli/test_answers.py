"""The commands of the library on good and on bad input."""

from __future__ import annotations

import json

from tests.cli.test_commands import mailbot, new_desk

__all__ = ["mailbot", "new_desk"]


def test_the_answers_of_a_day_are_listed_without_a_desk(mailbot):
    """The library that ships, as it was on the first of April."""
    code, out, _ = mailbot("answers", "list", "vrijdagmarkt", "--on", "2020-04-01", "--json")

    assert code == 0
    assert "markt-afgelast-2020-03" in [json.loads(line)["id"] for line in out.splitlines()]


def test_an_answer_is_shown_with_its_texts(mailbot):
    """Everything a person wants to check before sending."""
    code, out, _ = mailbot("answers", "show", "markt-afgelast-2020-03", "-l", "nl")

    assert code == 0
    assert "rests on" in out
    assert "? " in out


def test_a_name_that_nothing_has_leads_to_the_nearest(mailbot):
    """A slip of the pen costs one look."""
    code, _, err = mailbot("answers", "show", "markt-afgelast-2020")

    assert code != 0
    assert "did you mean markt-afgelast-2020-03" in err


def test_what_ends_soon_is_listed_unless_its_successor_stands_ready(mailbot):
    """On the last day of March."""
    code, out, _ = mailbot("answers", "expiring", "--on", "2020-06-29", "--days", "3")

    assert code == 0
    assert "2020-06-30" in out


def test_a_date_that_is_none_is_refused(mailbot):
    """With an example of one."""
    code, _, err = mailbot("answers", "list", "--on", "gisteren")

    assert code == 2
    assert "2020-04-07" in err


def test_check_names_a_broken_answer_with_file_and_line(mailbot, new_desk):
    """And the desk's other answers stay usable."""
    (new_desk / "corona.password").write_text("x")
    (new_desk / "answers" / "kapot.md").write_text("---\ntopics: [masks]\ncolour: blue\n---\n## nl\nx\n")
    code, out, _ = mailbot("-C", new_desk, "check", "--offline")

    assert code == 2
    assert "kapot.md:3: colour: unknown key" in out


def test_commands_about_a_ticket_that_is_not_there_say_so(mailbot, new_desk):
    """No traceback, and the next step."""
    (new_desk / "corona.password").write_text("x")
    for words in (("suggest", "7"), ("send", "7", "markt-afgelast-2020-03", "--as", "An")):
        code, _, err = mailbot("-C", new_desk, "answers", *words)

        assert code != 0
        assert "there is no ticket #7" in err


def test_nobody_is_affected_in_a_new_desk_and_nothing_is_corrected(mailbot, new_desk):
    """Said in words."""
    (new_desk / "corona.password").write_text("x")

    assert "Nobody was told" in mailbot("-C", new_desk, "answers", "affected", "voedselhulp")[1]
    assert "nothing to correct" in mailbot("-C", new_desk, "answers", "correct", "voedselhulp", "--as", "An")[1]
    assert "No two unanswered" in mailbot("-C", new_desk, "answers", "clusters")[1]


def test_the_report_is_a_page_that_needs_nothing_else(mailbot, new_desk, tmp_path):
    """Also on a day on which nobody asked."""
    (new_desk / "corona.password").write_text("x")
    code, _, _ = mailbot("-C", new_desk, "answers", "report", "--html", tmp_path / "page.html")

    assert code == 0
    assert "24 uur: 0," in (tmp_path / "page.html").read_text(encoding="utf-8")
