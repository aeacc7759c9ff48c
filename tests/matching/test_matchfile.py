"""The match file and a town's own workbook: no live formula, nobody reachable unless asked, bad rows told by number."""

from __future__ import annotations

import warnings
import zipfile
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook, load_workbook

from mailbot.matching import imported, imported_store, overview_store, records_store, store, workbook_store
from mailbot.matching.matchfile import (
    MATCH_COLUMNS,
    Sheet,
    figures_sheet,
    lacking_sheet,
    masked,
    matches_sheet,
    offers_sheet,
    short_name,
    week_words,
)
from mailbot.matching.playbook import Playbook
from mailbot.matching.proposals import Proposal
from mailbot.matching.records import ANY_TIME, slots_of
from mailbot.matching.terms import Term
from mailbot.model import Intent, Permanent
from mailbot.storage.tables import EVENT, PARTY, TICKET
from tests.matching.conftest import NOW, ticket

BRUSSELS = ZoneInfo("Europe/Brussels")
HOSTILE = ['=HYPERLINK("http://evil.example";"x")', "+32 470 00 00 12", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1", "=cmd|' /C calc'!A0", "#REF!", "＝1+1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_ever_a_live_formula(tmp_path, text):
    workbook_store.write(tmp_path / "a.xlsx", [Sheet("x", ("name",), ((text,),))], BRUSSELS)
    cell = load_workbook(tmp_path / "a.xlsx")["x"]["A2"]
    packed = zipfile.ZipFile(tmp_path / "a.xlsx").read("xl/worksheets/sheet1.xml").decode()

    assert cell.data_type == "s"
    assert cell.value.strip() == text.strip()
    assert cell.quotePrefix or text.startswith("#")
    assert "<f>" not in packed


def test_a_workbook_is_the_owners_alone_and_written_whole(tmp_path):
    workbook_store.write(tmp_path / "a.xlsx", [Sheet("x", ("at",), ((NOW,), (None,), (3,)))], BRUSSELS)

    assert (tmp_path / "a.xlsx").stat().st_mode & 0o077 == 0
    assert [each.name for each in tmp_path.iterdir()] == ["a.xlsx"]
    assert load_workbook(tmp_path / "a.xlsx")["x"]["A2"].value == datetime(2020, 3, 16, 10, 0)
    with pytest.raises(Permanent, match="cannot be written"):
        workbook_store.write(tmp_path / "nowhere" / "a.xlsx", [], BRUSSELS)


def test_control_characters_do_not_break_it(tmp_path):
    workbook_store.write(tmp_path / "a.xlsx", [Sheet("x", ("n",), (("a\x00b\x0bc" + "z" * 40_000,),))], BRUSSELS)

    assert load_workbook(tmp_path / "a.xlsx")["x"]["A2"].value.startswith("a b c")


@pytest.mark.parametrize(
    ("written", "shown"),
    [("Maria Vermeulen", "Maria V."), ("Maria", "Maria"), ("maria@home.example", "…"), ("0470 00 00 12", "…"), ("Jan-Piet de Wit", "Jan-Piet W."), ("Jan, Tiensestraat 3", "…"), ("", "…")],
)
def test_people_are_a_first_name_and_an_initial(written, shown):
    assert short_name(written) == shown


def test_what_reaches_somebody_is_masked_in_a_reason():
    assert masked("bel 0470 00 00 12 of jan@home.example, te ver") == "bel … of … te ver"


@pytest.mark.parametrize(("slots", "words"), [(ANY_TIME, ("", "")), (slots_of(["morning"], ["wed"]), ("wed", "morning")), (slots_of(["evening"]), ("", "evening"))])
def test_the_week_in_words(slots, words):
    assert week_words(slots) == words


def proposed(connection) -> tuple[int, int, int]:
    asked = ticket(connection, "help_request", phone="0470 00 00 12", record={"street": "Tiensestraat 5"})
    offered = ticket(connection, "help_offer", requester_email="jan@home.example", requester_name="Jan Peeters")
    terms = (Term("distance", 390, "0.1 km"), Term("choice", 200, "own first choice: groceries"))
    made = store.add_proposal(connection, Proposal(asked, offered, 590, terms, 100, True, False), NOW, NOW)
    return made, asked, offered


def sheet_of(database, *, with_contacts=False) -> Sheet:
    with database.begin() as connection:
        made, _, _ = proposed(connection)
        store.record_consent(connection, made, "requester", "an", "mail", NOW)
    with database.read() as connection:
        rows, consents = store.matches(connection), overview_store.consents(connection)
    return matches_sheet(rows, consents, Playbook(), with_contacts=with_contacts)


def test_every_column_of_the_match_file_is_filled_from_the_database(database):
    sheet = sheet_of(database)
    row = dict(zip(sheet.head, sheet.rows[0], strict=True))

    assert sheet.head == MATCH_COLUMNS
    assert (row["status"], row["requester"], row["helper"]) == ("proposed", "Maria V.", "Jan P.")
    assert row["consent requester"] == "2020-03-16, an"
    assert row["why"] == "distance 390: 0.1 km; choice 200: own first choice: groceries"
    assert (row["km"], row["next step"], row["remarks"]) == (0.1, "the matchmaker answers", "distance from the postcode only")


def test_nobody_can_be_reached_by_it_unless_a_coordinator_asked(database):
    told = str(sheet_of(database).rows)

    assert not [each for each in ("0470", "home.example", "Tiensestraat", "Vermeulen", "Peeters") if each in told]


def test_with_contacts_they_can_be_reached(database):
    sheet = sheet_of(database, with_contacts=True)

    assert sheet.rows[0][-5:] == ("0470 00 00 12", "maria@home.example", "Tiensestraat 5", "", "jan@home.example")


def test_the_other_sheets_say_who_lacks_help_and_who_waits(database):
    with database.begin() as connection:
        proposed(connection)
        lonely = ticket(connection, "help_request", kinds=("translation",), record={"languages": ["pl"]})
        idle = ticket(connection, "help_offer", kinds=("pets",), record={"languages": ["pl"]})
    with database.read() as connection:
        facts = records_store.facts(connection, NOW)
        matches, asked, offers = store.matches(connection), overview_store.requests(connection), overview_store.offers(connection)
    busy = {request for request, _ in facts.locked}
    lacking = lacking_sheet([r for r in facts.requests if r.id not in busy], facts.offers, {}, Playbook(), NOW)
    figures = dict(figures_sheet(matches, asked, offers, NOW + timedelta(days=3)).rows)

    assert [(row[0], row[-2]) for row in lacking.rows] == [(f"H-{lonely}", "nobody fits")]
    assert f"A-{idle}" in lacking.rows[0][-1]
    assert [row[0] for row in offers_sheet(offers, {}).rows] == [f"A-{offers[0]['ticket']}", f"A-{idle}"]
    assert (figures["offers"], figures["offers ever asked"], figures["offers never asked"]) == (2, 1, 1)
    assert [row["ticket"] for row in overview_store.never_asked(offers)] == [idle]


ROWS = {
    "Hulpvragen": [
        ("Naam", "E-mail", "Telefoon", "Soort hulp", "Straat", "Postcode", "Gemeente", "Taal", "Dringend", "Kleur"),
        ("Rosa Willems", "rosa@home.example", None, "boodschappen", "Naamsestraat 12", 3000, "Leuven", "Nederlands", "ja", "rood"),
        ("Paul Hermans", None, 470000013, "hond uitlaten", None, 3010, "Kessel-Lo", "Frans, Engels", None, None),
        (None, None, None, None, None, None, None, None, None, None),
        ("Zonder Bereik", None, None, "boodschappen", None, 3000, None, None, None, None),
        ("Fout Adres", "rosa at home", None, "boodschappen", None, None, None, None, None, None),
        ("Rosa Willems", "ROSA@home.example", None, "boodschappen doen", None, 3000, None, None, None, None),
        ("Rosa Willems", "rosa@home.example", None, "vervoer naar dokter", None, 3000, None, None, None, None),
        ("Wat Nu", "wat@home.example", None, "kaas", None, 3000, None, None, None, None),
    ],
    "Vrijwilligers": [
        ("Voornaam", "Achternaam", "e-mailadres", "gsm", "hulp", "gemeente", "beschikbaarheid"),
        ("Sofie", "Baert", "sofie@home.example", "+32 470 00 00 14", "boodschappen, hond", "Heverlee", "avond"),
        ("Sofie", "Baert", None, "0470 00 00 14", "babbel", "Heverlee", None),
    ],
}  # fmt: skip


@pytest.fixture
def workbook(tmp_path):
    book = Workbook()
    book.remove(book.active)
    for title, rows in ROWS.items():
        place = book.create_sheet(title)
        for row in rows:
            place.append(row)
    book.save(tmp_path / "lijst.xlsx")
    return tmp_path / "lijst.xlsx"


def test_a_towns_workbook_is_read_and_each_bad_row_told_by_number(workbook):
    found = imported.read_sheets(workbook_store.read(workbook), {})

    assert [(e.row, e.intent.value, e.name, e.kinds) for e in found.entries] == [
        (2, "help_request", "Rosa Willems", ("groceries",)),
        (3, "help_request", "Paul Hermans", ("pets",)),
        (8, "help_request", "Rosa Willems", ("transport",)),
        (2, "help_offer", "Sofie Baert", ("groceries", "pets")),
    ]
    assert (found.entries[0].urgent, found.entries[0].place, found.entries[1].phone) == (True, "3000 Leuven", "0470000013")
    assert found.entries[1].languages == ("fr", "en")
    assert found.problems == (
        "Hulpvragen row 5: no e-mail address and no telephone number",
        "Hulpvragen row 6: 'rosa at home' is no e-mail address",
        "Hulpvragen row 9: no kind of help is known by 'kaas'",
    )
    assert found.doubles == (
        "Hulpvragen row 7: same person as Hulpvragen row 2",
        "Vrijwilligers row 3: same person as Vrijwilligers row 2",
    )
    assert found.unknown == ("Hulpvragen: Kleur",)


def test_what_was_taken_in_once_is_there_already(either, workbook):
    sheets = workbook_store.read(workbook)
    with either.begin() as connection:
        found = imported.read_sheets(sheets, imported_store.known(connection))
        numbers = imported_store.add(connection, found.entries, "leuven_helpt", "an", NOW)
    with either.read() as connection:
        again = imported.read_sheets(sheets, imported_store.known(connection))
        tickets = connection.execute(TICKET.select()).mappings().all()
        parties = connection.execute(PARTY.select()).mappings().all()
        events = connection.execute(EVENT.select()).mappings().all()

    assert again.entries == ()
    assert len(again.doubles) == 6
    assert [row["id"] for row in tickets] == numbers
    assert (tickets[0]["intent"], tickets[0]["urgent"], tickets[0]["place"]) == (Intent.HELP_REQUEST, True, "3000 Leuven")
    assert [row["email"] for row in parties] == ["rosa@home.example", "rosa@home.example", "sofie@home.example"]
    assert {row["kind"] for row in events} == {"imported"}


@pytest.mark.parametrize("octets", [b"", b"not a workbook", b"PK\x03\x04 broken", b"PK\x05\x06" + b"\x00" * 18])
def test_what_is_no_workbook_is_one_clear_line(tmp_path, octets):
    (tmp_path / "a.xlsx").write_bytes(octets)
    with warnings.catch_warnings(), pytest.raises(Permanent, match="no workbook"):
        workbook_store.read(tmp_path / "a.xlsx")


def test_an_export_is_an_event(database):
    with database.begin() as connection:
        overview_store.note_export(connection, "an.peeters@leuven.example", "a.xlsx", with_contacts=True, now=datetime.now(UTC))
    with database.read() as connection:
        row = connection.execute(EVENT.select()).mappings().one()

    assert (row["kind"], row["actor"], row["details"]) == ("match_file", "an.peeters@leuven.example", {"file": "a.xlsx", "with_contacts": True})
