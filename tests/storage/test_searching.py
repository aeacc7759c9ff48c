"""Found by words and filters, on both engines, from the moment a letter is judged until it is erased."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailbot.model import Permanent
from mailbot.storage.database import Database
from mailbot.storage.reading import open_reader
from mailbot.storage.searching import search
from mailbot.storage.tables import EVENT, MESSAGE, TICKET, TICKET_MESSAGE
from mailbot.tickets.queries import around, read_query
from tests.ready import new_database, new_sqlite

NOW = datetime(2020, 3, 16, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Brussels")


@pytest.fixture(params=["sqlite", "postgresql"])
def stored(request, tmp_path):
    """A database of each engine, by URL, and a way to write letters into it."""
    url = new_database(request, tmp_path)
    database = Database(url)
    yield database, url
    database.close()


def write(database, number, text, *, subject="bericht", name="Maria Peeters", days=0, **ticket):
    """A letter collected, then judged, on a ticket of its own."""
    at = NOW + timedelta(days=days)
    row = {"id": number, "content_key": str(number), "mailbox": "corona", "state": "collected", "size": 1, "kind": ""}
    row |= {"truncated": False, "arrived_at": at, "collected_at": at, "attempts": 1, "verdict": {}}
    facts = {"id": number, "status": "open", "intent": "info", "urgent": False, "version": 1, "language": "nl"}
    facts |= {"audience": "individual", "on_behalf": False, "confidence": 1.0, "automatic": True, "categories": []}
    facts |= {"topics": [], "needs": {}, "channel": "email", "mailbox": "corona", "subject": subject}
    facts |= {"requester_name": name, "created_at": at, "updated_at": at, **ticket}
    with database.begin() as connection:
        connection.execute(MESSAGE.insert(), row)
        judged = {"subject": subject, "text": text, "new_text": text, "sender_name": name, "state": "ticketed"}
        connection.execute(MESSAGE.update().where(MESSAGE.c.id == number).values(judged))
        connection.execute(TICKET.insert(), facts)
        connection.execute(TICKET_MESSAGE.insert(), {"ticket": number, "message": number})


def found(url, *words, limit=20):
    with open_reader(url) as reader:
        return [row["id"] for row in search(reader, read_query(words, ZONE), limit)]


def test_words_are_found_whatever_their_case_accents_and_ends(stored):
    """Every word of the query, as the beginning of a word of the letter, its subject or its sender."""
    database, url = stored
    write(database, 1, "Wie brengt er boodschappen naar Kessel-Lo?")
    write(database, 2, "Je cherche un médecin à Louvain", name="Élodie Dubois", subject="Aide")

    assert found(url, "BOODSCHAP") == [1]
    assert found(url, "medecin", "louvain") == [2]
    assert found(url, "elodie") == [2]
    assert found(url, "aide") == [2]
    assert found(url, "kessel-lo") == [1]
    assert found(url, "boodschap louvain") == []


def test_the_newest_comes_first_and_each_ticket_once(stored):
    """However many of its letters match."""
    database, url = stored
    for number in range(1, 8):
        write(database, number, "insuline", days=number)

    assert found(url, "insuline", limit=3) == [7, 6, 5]


def test_letters_brought_in_whole_are_found_too(stored):
    """As from a backup, in one insert."""
    database, url = stored
    write(database, 1, "brood")
    with database.begin() as connection:
        row = dict(connection.execute(MESSAGE.select()).one()._mapping)
        connection.execute(MESSAGE.insert(), row | {"id": 2, "content_key": "2", "text": "melk", "new_text": "melk"})
        connection.execute(TICKET_MESSAGE.insert(), {"ticket": 1, "message": 2})

    assert found(url, "melk") == [1]


def test_filters_narrow(stored):
    """By what a ticket is, where, and when."""
    database, url = stored
    write(database, 1, "brood", intent="help_request", place="Heverlee")
    write(database, 2, "brood", status="closed", place="Leuven", days=20)
    write(database, 3, "brood", urgent=True, phone="+32470000015", claimed_by="an")

    assert found(url, "brood", "intent:help_request") == [1]
    assert found(url, "brood place:heverlee,leuven") == [2, 1]
    assert found(url, "brood before:2020-04-01") == [3, 1]
    assert found(url, "brood after:2020-03-20") == [2]
    assert found(url, "urgent:yes") == [3]
    assert found(url, "by:an") == [3]
    assert found(url, "0470 00 00 15") == [3]
    assert found(url, "+32 470/00.00.15") == [3]


def test_notes_are_found_too(stored):
    """What a colleague wrote down counts as much as a letter."""
    database, url = stored
    write(database, 1, "brood")
    event = {"at": NOW, "actor": "an", "kind": "note", "ticket": 1, "details": {"text": "Dochter heet Godelieve"}}
    with database.begin() as connection:
        connection.execute(EVENT.insert(), event)

    assert found(url, "godelieve") == [1]


def test_what_is_erased_is_found_no_more(stored):
    """The index forgets with the letter, in the same transaction."""
    database, url = stored
    write(database, 1, "geheim verhaal")
    write(database, 2, "geheim verhaal")
    with database.begin() as connection:
        connection.execute(
            MESSAGE.update().where(MESSAGE.c.id == 1).values(text="", new_text="", subject="", sender_name="")
        )
        connection.execute(MESSAGE.delete().where(MESSAGE.c.id == 2))

    assert found(url, "geheim") == []
    assert found(url, "maria") == []


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (["brood", "status:open"], "SCAN s VIRTUAL TABLE"),
        (["brood", "intent:info", "status:open", "before:2020-04-01"], "SCAN s VIRTUAL TABLE"),
        (["0470", "00", "00", "15"], "SEARCH ticket USING COVERING INDEX ticket_phone"),
    ],
)
def test_no_more_is_read_than_must_be(tmp_path, words, first):
    """Filters are tried on what the words found; a number is looked for among the numbers. The other way takes seconds."""
    with open_reader(new_sqlite(tmp_path / "m.db")) as reader:
        asked, rows, plans = read_query(words, ZONE), reader.rows, []

        def explained(sql, **values):
            plans.append([row["detail"] for row in rows(f"EXPLAIN QUERY PLAN {sql}", **values)])
            return rows(sql, **values)

        reader.rows = explained
        search(reader, asked, 20)

    assert plans
    assert all(any(step.startswith(first) for step in plan) for plan in plans)
    assert not [step for plan in plans for step in plan if "ticket_queue" in step and first.startswith("SCAN s")]


@pytest.mark.parametrize(
    "nonsense", ['"', "'", "a' OR 'b", "NEAR(", "* AND", "-", "x:y", "(((", "\\", "%", ":*", "&|!"]
)
def test_nothing_typed_is_syntax(stored, nonsense):
    """Quotes, operators and brackets are words or nothing."""
    database, url = stored
    write(database, 1, "brood")

    assert found(url, nonsense) in ([], [1])


@pytest.mark.parametrize("wrong", ["status:wrong", "intent:help", "before:yesterday", "after:2020-13-01"])
def test_a_wrong_filter_names_what_is_known(wrong):
    """And the command that tells more."""
    with pytest.raises(Permanent, match="mailbot search --help"):
        read_query([wrong], ZONE)


def test_the_text_is_shown_around_what_was_found():
    """On one line, with the word in it."""
    shown = around("x " * 200 + "hier staat\n de Insuline in " + "y " * 200, ["insuline"])

    assert "de Insuline in" in shown
    assert len(shown) < 90
