"""The private cluster gives as many empty databases as tests want."""

import psycopg


def test_every_database_is_empty_and_alone(postgres):
    """A table made in one database is not in the next."""
    first, second = (postgres.new_database().replace("+psycopg", "") for _ in range(2))
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE letters (id int)")

    with psycopg.connect(second) as connection:
        found = connection.execute("SELECT to_regclass('letters')").fetchone()

    assert found == (None,)
