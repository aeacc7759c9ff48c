"""What an operator sets right is learnt from, and changed rules are tried on stored letters before they count."""

from __future__ import annotations

import json
import re
import shutil

from typer.testing import CliRunner

from mailbot.cli.app import app
from mailbot.corrections import corrected_letters
from mailbot.place import database_url
from mailbot.shipped import shipped
from mailbot.storage.database import Database
from mailbot.storage.reading import open_reader
from mailbot.triage.store import load_weights, model_folder, save_weights

DEAF = re.compile(r"urgent_from: [0-9.]+")
PLEA = "Mijn moeder is gevallen en kan niet meer opstaan. Zij heeft geen insuline meer voor vanavond. Kessel-Lo."


def correct(desk, **values) -> None:
    """What the operator's `set` leaves in the database."""
    database = Database(database_url(desk.folder))
    with database.begin() as connection:
        for name, value in values.items():
            connection.exec_driver_sql(f"UPDATE ticket SET {name} = ?", (value,))
            details = json.dumps({"field": name, "new": value})
            connection.exec_driver_sql(
                "INSERT INTO event (at, actor, kind, ticket, details) "
                "SELECT created_at, 'an', 'corrected', id, ? FROM ticket",
                (details,),
            )
    database.close()


def learnt(desk) -> list:
    with open_reader(database_url(desk.folder)) as reader:
        return list(corrected_letters(reader))


def test_a_corrected_ticket_becomes_a_labelled_letter(desk):
    """Its letter as it came, with the labels that stand on the ticket now."""
    desk.write("Kan ik ergens gras laten afrijden? Groeten, Jos, Heverlee", subject="gras")
    desk.run()
    assert learnt(desk) == []

    correct(desk, intent="help_request", place="Heverlee", urgent=True)

    [(name, mailbox, octets, gold)] = learnt(desk)
    assert (name, mailbox) == ("ticket-1", "leuven_helpt")
    assert b"gras laten afrijden" in octets
    assert (gold["intent"], gold["place"], gold["urgent"]) == ("help_request", "Heverlee", True)


def test_a_desk_reads_with_its_own_model_once_it_has_one(tmp_path):
    """Until then with the shipped one."""
    weights = load_weights(shipped("data") / "model")
    assert model_folder(tmp_path) == shipped("data") / "model"

    save_weights(weights, tmp_path / "data" / "model")

    assert model_folder(tmp_path) == tmp_path / "data" / "model"


def test_rules_that_would_miss_an_urgent_letter_are_found_out(desk):
    """Before they count, and without a trace in the database."""
    desk.write(PLEA)
    desk.run()
    held = desk.rows("SELECT * FROM ticket")
    same, deaf = desk.folder / "same.yaml", desk.folder / "deaf.yaml"
    shutil.copy(desk.folder / "rules.yaml", same)
    deaf.write_text(DEAF.sub("urgent_from: 1.0", same.read_text()))
    run = CliRunner()

    unchanged = run.invoke(app, ["-C", str(desk.folder), "replay", "--rules", str(same), "--json"])
    changed = run.invoke(app, ["-C", str(desk.folder), "replay", "--rules", str(deaf)])

    assert (unchanged.exit_code, json.loads(unchanged.stdout)["missed"]) == (0, [])
    assert changed.exit_code == 1
    assert "MISSED: 1" in changed.stdout
    assert desk.rows("SELECT * FROM ticket") == held
