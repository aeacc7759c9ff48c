"""The index of words over letters and notes, for SQLite (FTS5) and PostgreSQL (tsvector); asked in `searching`.

Triggers keep it, so that whoever writes or erases a letter keeps it too, in the same transaction. Only judged
letters and notes have words in it. Everything is folded: case and accents do not matter.
"""

# ruff: noqa: S608 - every word of these statements is written here
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SMALL, _BARE = "àáâãäåèéêëìíîïòóôõöùúûüçñýÿ", "aaaaaaeeeeiiiiooooouuuucnyy"
ACCENTED, PLAIN = _SMALL + _SMALL.upper(), _BARE * 2  # a server in the C locale knows no small É
PREFIX = "search_"  # every table of the index is named so, and none of them is in `tables`

_LETTER = "{0}.subject || ' ' || {0}.sender_name || ' ' || {0}.sender_email || ' ' || {0}.text"
_NEW, _OLD = _LETTER.format("new"), _LETTER.format("old")
_NEW_SPEAKS, _OLD_SPEAKS = (f"({row}.text <> '' OR {row}.subject <> '')" for row in ("new", "old"))
_ADD_LETTER = f"INSERT INTO search_letter(rowid, words) SELECT new.id, {_NEW} WHERE {_NEW_SPEAKS};"
_DROP_LETTER = f"INSERT INTO search_letter(search_letter, rowid, words) VALUES ('delete', old.id, {_OLD});"
# No positions are kept: a query is words that must all be there, and the index is a third as large to read.
_INDEX = "fts5(words, content='', detail=none, tokenize='unicode61 remove_diacritics 2')"
_SQLITE = (
    f"CREATE VIRTUAL TABLE search_letter USING {_INDEX}",
    f"CREATE VIRTUAL TABLE search_note USING {_INDEX}",
    f"CREATE TRIGGER search_letter_brought AFTER INSERT ON message WHEN {_NEW_SPEAKS} BEGIN {_ADD_LETTER} END",
    f"""CREATE TRIGGER search_letter_judged AFTER UPDATE OF text, subject ON message WHEN NOT {_OLD_SPEAKS}
    BEGIN {_ADD_LETTER} END""",
    f"""CREATE TRIGGER search_letter_changed AFTER UPDATE OF text, subject, sender_name, sender_email ON message
    WHEN {_OLD_SPEAKS} AND {_OLD} <> {_NEW}
    BEGIN {_DROP_LETTER} {_ADD_LETTER} END""",
    f"CREATE TRIGGER search_letter_gone AFTER DELETE ON message WHEN {_OLD_SPEAKS} BEGIN {_DROP_LETTER} END",
    """CREATE TRIGGER search_note_written AFTER INSERT ON event WHEN new.kind = 'note'
    BEGIN INSERT INTO search_note(rowid, words) VALUES (new.id, json_extract(new.details, '$.text')); END""",
    """CREATE TRIGGER search_note_gone AFTER DELETE ON event WHEN old.kind = 'note'
    BEGIN INSERT INTO search_note(search_note, rowid, words)
    VALUES ('delete', old.id, json_extract(old.details, '$.text')); END""",
    f"""INSERT INTO search_letter(rowid, words)
    SELECT id, {_LETTER.format("message")} FROM message WHERE text <> '' OR subject <> ''""",
)


def _folded(expression: str) -> str:
    return f"to_tsvector('simple', lower(translate(left({expression}, 200000), '{ACCENTED}', '{PLAIN}')))"


_POSTGRESQL = (
    "CREATE TABLE search_letter (id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE TABLE search_note (id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX search_letter_words ON search_letter USING gin (words)",
    "CREATE INDEX search_note_words ON search_note USING gin (words)",
    f"""CREATE FUNCTION search_keep_letter() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'DELETE' THEN DELETE FROM search_letter WHERE id = old.id; RETURN NULL; END IF;
    IF NOT {_NEW_SPEAKS} THEN DELETE FROM search_letter WHERE id = old.id; RETURN NULL; END IF;
    INSERT INTO search_letter VALUES (new.id, {_folded(_NEW)})
    ON CONFLICT (id) DO UPDATE SET words = excluded.words; RETURN NULL; END $$""",
    f"""CREATE TRIGGER search_letter_brought AFTER INSERT ON message
    FOR EACH ROW WHEN ({_NEW_SPEAKS}) EXECUTE FUNCTION search_keep_letter()""",
    f"""CREATE TRIGGER search_letter_changed AFTER UPDATE OF text, subject, sender_name, sender_email ON message
    FOR EACH ROW WHEN ({_OLD} IS DISTINCT FROM {_NEW}) EXECUTE FUNCTION search_keep_letter()""",
    "CREATE TRIGGER search_letter_gone AFTER DELETE ON message FOR EACH ROW EXECUTE FUNCTION search_keep_letter()",
    f"""CREATE FUNCTION search_keep_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'DELETE' THEN DELETE FROM search_note WHERE id = old.id; RETURN NULL; END IF;
    INSERT INTO search_note VALUES (new.id, {_folded("new.details ->> 'text'")}); RETURN NULL; END $$""",
    """CREATE TRIGGER search_note_written AFTER INSERT ON event FOR EACH ROW WHEN (new.kind = 'note')
    EXECUTE FUNCTION search_keep_note()""",
    """CREATE TRIGGER search_note_gone AFTER DELETE ON event FOR EACH ROW WHEN (old.kind = 'note')
    EXECUTE FUNCTION search_keep_note()""",
    f"""INSERT INTO search_letter SELECT id, {_folded(_LETTER.format("message"))}
    FROM message WHERE text <> '' OR subject <> ''""",
)


def create_search(connection: Connection) -> None:
    """Make the index and fill it with the letters that are there."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.exec_driver_sql(statement)


def drop_search(connection: Connection) -> None:
    """Take the index away; no letter is touched."""
    triggers = ("letter_brought", "letter_judged", "letter_changed", "letter_gone", "note_written", "note_gone")
    on = {"letter": "message", "note": "event"}
    for name in triggers:
        of = "" if connection.dialect.name == "sqlite" else f" ON {on[name.partition('_')[0]]}"
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS search_{name}{of}")
    for name in ("letter", "note"):
        connection.exec_driver_sql(f"DROP TABLE search_{name}")
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql(f"DROP FUNCTION search_keep_{name}")
