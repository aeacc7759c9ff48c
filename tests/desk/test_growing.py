"""Records of help grow from letters, and follow their tickets."""

from datetime import UTC, datetime

from mailbot import growing
from mailbot.opening import open_desk
from tests.desk.test_first_day import answer_to

REQUEST = "Kan er iemand boodschappen doen voor mijn moeder van 81? Zij woont in Heverlee en kan niet meer buiten."
STREET = "Kan er iemand boodschappen doen voor mijn moeder? Zij woont in de Bondgenotenlaan in Leuven."
OFFER = "Ik ben student en wil graag helpen met boodschappen in Heverlee. Ik heb een fiets."
VOLUNTEER = "Ik wil graag boodschappen doen voor mensen in Heverlee. Mijn nummer is 0470 00 00 2{}."
LATER = datetime(2100, 1, 1, tzinfo=UTC)


def late(desk) -> None:
    opened = desk.open()
    with opened.office.database.begin() as connection:
        growing.grow_late(connection, opened.office.desk, LATER)
    opened.office.database.close()


def text_of(desk, address: str, number: int = 0) -> str:
    return answer_to(desk, address, number).get_body(("plain",)).get_content()


def test_a_letter_leaves_a_record_of_help(desk):
    """One of each: with its kind of help and its district."""
    desk.write(REQUEST, sender="rik@home.example")
    desk.write(OFFER)
    desk.run()

    assert desk.rows("SELECT state, kinds, district, precision FROM help_request") == [
        ("open", '["groceries"]', "Heverlee", "municipality")
    ]
    assert desk.rows("SELECT state, kinds, district FROM help_offer") == [("ready", '["groceries"]', "Heverlee")]


def test_a_missing_street_is_asked_for_in_the_first_answer(desk):
    """And where it is known, it is not asked again."""
    desk.write(REQUEST, sender="rik@home.example")
    desk.write(STREET, sender="els@home.example")
    desk.run()

    assert "In welke straat" in text_of(desk, "rik@home.example")
    assert "In welke straat" not in text_of(desk, "els@home.example")
    assert desk.rows("SELECT precision, postcode FROM help_request ORDER BY ticket")[1] == ("street", "3000")


def test_a_street_that_is_told_afterwards_makes_the_place_exact(desk):
    """We asked for it, so we hear it."""
    desk.write(REQUEST, sender="rik@home.example")
    desk.run()
    reply_to = answer_to(desk, "rik@home.example")["Reply-To"]
    words = "Dat is in de Naamsesteenweg, nummer 12."
    desk.write(words, sender="rik@home.example", subject="Re: [LH#1]", extra=f"Delivered-To: {reply_to}\r\n")
    desk.run()

    assert desk.rows("SELECT precision, district FROM help_request") == [("street", "Heverlee")]


def test_a_volunteer_hears_how_many_offers_stand_against_how_many_requests(desk):
    """Honestly, from the first answer on."""
    desk.write(REQUEST, sender="rik@home.example")
    desk.run()
    for number in range(3):
        desk.write(VOLUNTEER.format(number), sender=f"v{number}@home.example")
        desk.run()

    assert "3 keer hulp aangeboden, 1 keer hulp gevraagd" in text_of(desk, "v2@home.example")


def test_a_corrected_ticket_corrects_its_record(desk):
    """An operator says that it is medicines; matching hears of it."""
    desk.write(REQUEST)
    desk.run()
    change(desk, "UPDATE ticket SET categories = '[\"pharmacy\"]', updated_at = '2099-01-01 00:00:00'")
    late(desk)

    assert desk.rows("SELECT kinds FROM help_request") == [('["pharmacy"]',)]


def test_a_request_that_was_an_offer_changes_sides(desk):
    """The old record is withdrawn, a new one grows."""
    desk.write(REQUEST)
    desk.run()
    change(desk, "UPDATE ticket SET intent = 'help_offer', updated_at = '2099-01-01 00:00:00'")
    late(desk)
    late(desk)

    assert desk.rows("SELECT state FROM help_request") == [("withdrawn",)]
    assert desk.rows("SELECT state FROM help_offer") == [("ready",)]


def test_a_closed_ticket_takes_its_record_out(desk):
    """Nobody is proposed for what is over."""
    desk.write(REQUEST)
    desk.run()
    change(desk, "UPDATE ticket SET status = 'closed', updated_at = '2099-01-01 00:00:00'")
    late(desk)

    assert desk.rows("SELECT state FROM help_request") == [("withdrawn",)]


def change(desk, sql: str) -> None:
    opened = open_desk(desk.folder)
    with opened.office.database.begin() as connection:
        connection.exec_driver_sql(sql)
    opened.office.database.close()
