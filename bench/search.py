"""How fast words are found among many letters, and what keeping the index costs; medians of seven, in one process.

python -m bench.search                    100,000 letters on SQLite
python -m bench.search --letters 1000000

Letters have forty words each, drawn as words are in life: a few are in almost every letter, most in hardly any.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from mailbot.storage import schema
from mailbot.storage.database import Database
from mailbot.storage.reading import open_reader
from mailbot.storage.searching import search
from mailbot.tickets.queries import read_query

ZONE = ZoneInfo("Europe/Brussels")
BATCH = 5_000
WORDS = [f"w{n:05}" for n in range(20_000)]
WEIGHTS = list(accumulate(1 / (n + 1) for n in range(20_000)))
# a word of almost every letter, of some, of one in many thousands; two together; with filters; people; a number
QUERIES = (
    "w00000", "w00100", "w15000", "w00010 w00200", "w00000 status:open place:Heverlee", "w00100 intent:info before:2020-03-20",
    "maria12345", "0470 00 12 34", "w00000 w00001 w00002 language:fr",
)  # fmt: skip


def letters(count: int, seed: int = 1) -> Iterator[tuple[int, str]]:
    dice = random.Random(seed)
    for number in range(1, count + 1):
        yield number, " ".join(dice.choices(WORDS, cum_weights=WEIGHTS, k=40))


def fill(path: Path, count: int, *, indexed: bool) -> float:
    """Write letters as judging does, collected first; seconds of CPU."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=TRUNCATE", "synchronous=OFF", "cache_size=-200000"):
        connection.execute(f"PRAGMA {pragma}")
    if not indexed:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
    begun, at = time.process_time(), datetime(2020, 3, 16, tzinfo=UTC)
    rows = letters(count)
    for start in range(1, count + 1, BATCH):
        batch = [next(rows) for _ in range(start, min(start + BATCH, count + 1))]
        connection.execute("BEGIN")
        times = {number: (at + timedelta(seconds=number * 3)).strftime("%Y-%m-%d %H:%M:%S.%f") for number, _ in batch}
        connection.executemany(
            "INSERT INTO message (id, content_key, mailbox, state, size, truncated, arrived_at, collected_at, attempts, kind, verdict) "
            "VALUES (?1, ?1, 'corona', 'collected', 1, 0, ?2, ?2, 1, '', '{}')",
            [(number, times[number]) for number, _ in batch],
        )
        connection.executemany(
            "UPDATE message SET state = 'ticketed', subject = 'bericht', text = ?2, new_text = ?2, sender_name = ?3 WHERE id = ?1",
            [(number, text, f"maria{number}") for number, text in batch],
        )
        connection.executemany(
            "INSERT INTO ticket (id, version, status, intent, urgent, language, audience, on_behalf, confidence, automatic, "
            "categories, topics, needs, place, phone, channel, mailbox, subject, requester_name, created_at, updated_at) VALUES "
            "(?1, 1, ?2, ?3, 0, ?4, 'individual', 0, 1, 1, '[]', '[]', '{}', ?5, ?6, 'email', 'corona', 'bericht', ?7, ?8, ?8)",
            [ticket(number, times[number]) for number, _ in batch],
        )
        connection.executemany("INSERT INTO ticket_message VALUES (?1, ?1)", [(number,) for number, _ in batch])
        connection.execute("COMMIT")
    connection.close()
    return time.process_time() - begun


def ticket(number: int, at: str) -> tuple[object, ...]:
    status = "open" if number % 10 == 0 else "closed"
    place = ("Heverlee", "Kessel-Lo", "Wilsele", "Leuven")[number % 4]
    language = "fr" if number % 20 == 0 else "nl"
    return (
        number,
        status,
        ("info", "help_request")[number % 2],
        language,
        place,
        f"+32470{number:06}",
        f"maria{number}",
        at,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--letters", type=int, default=100_000)
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="mailbot-search-") as folder:
        costs = {}
        for name in ("bare", "indexed"):
            path = Path(folder) / f"{name}.db"
            database = Database(f"sqlite:///{path}")
            schema.upgrade(database)
            database.close()
            costs[name] = fill(
                path, asked.letters if name == "indexed" else min(asked.letters, 20_000), indexed=name == "indexed"
            )
        bare = costs["bare"] / min(asked.letters, 20_000)
        print(f"{'keeping the index':44}{(costs['indexed'] / asked.letters - bare) * 1e6:8.0f} µs CPU a letter")
        for query in QUERIES:
            with open_reader(f"sqlite:///{Path(folder) / 'indexed.db'}") as reader:
                took, count = timed(reader, query)
            print(f"{query:44}{took * 1000:8.1f} ms{count:6} found")


def timed(reader: object, query: str) -> tuple[float, int]:
    wanted, times, found = read_query([query], ZONE), [], []
    for _ in range(7):
        begun = time.perf_counter()
        found = search(reader, wanted, 20)  # type: ignore[arg-type]
        times.append(time.perf_counter() - begun)
    return statistics.median(times), len(found)


if __name__ == "__main__":
    main()
