"""The private cluster gives as many empty databases as tests want."""

import psycopg
import pytest

from tests.servers.daemons import Unavailable
from tests.servers.postgres import Postgres


def test_every_database_is_empty_and_alone():
    """A table made in one database is not in the next."""
    try:
        with Postgres() as server:
            first, second = (url.replace("+psycopg", "") for _ in range(2) for url in [server.new_database()])
            with psycopg.connect(first) as connection:
                connection.execute("CREATE TABLE letters (id int)")
            with psycopg.connect(second) as connection:
                found = connection.execute("SELECT to_regclass('letters')").fetchone()
    except Unavailable as missing:
        pytest.skip(str(missing))

    assert first != second
    assert found == (None,)
