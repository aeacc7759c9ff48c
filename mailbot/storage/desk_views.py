"""What the desk's own commands ask of the database: letters passed on, where a letter is. Read-only, portable SQL."""

from __future__ import annotations

from mailbot.storage.reading import Reader, Row, as_time


def forwarded(reader: Reader) -> list[Row]:
    """Letters passed on to SPOCs on unfinished tickets, oldest first; `answer` is the letter that came back."""
    found = reader.rows(
        "SELECT f.ticket, f.spoc, f.address, f.by, f.at, t.subject, t.status, (SELECT min(m.id) FROM message m "
        "JOIN ticket_message x ON x.message = m.id WHERE x.ticket = f.ticket AND m.sender_email = f.address "
        "AND m.id > f.after_letter) AS answer FROM forwarded f JOIN ticket t ON t.id = f.ticket "
        "WHERE t.status IN ('new', 'open', 'pending') AND t.merged_into IS NULL ORDER BY f.at, f.id"
    )
    return [{**row, "at": as_time(row["at"])} for row in found]


def tickets_of_letter(reader: Reader, letter: int) -> list[int]:
    """The tickets that a letter is on."""
    found = reader.rows("SELECT ticket FROM ticket_message WHERE message = :n ORDER BY ticket", n=letter)
    return [row["ticket"] for row in found]
