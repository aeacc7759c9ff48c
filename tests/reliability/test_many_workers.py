"""Several workers on one desk share the work, and killing them at any moment loses and doubles nothing."""

import threading

import pytest

from bench import kill
from mailbot.worker import run_once


def test_two_workers_at_once_answer_everybody_once(make_town, engine):
    """On PostgreSQL they share; on SQLite the second waits for the first, and does not fail."""
    town = make_town(database=engine)
    town.write(40)
    faults: list[BaseException] = []
    barrier = threading.Barrier(2)

    def work() -> None:
        try:
            opened = town.open()
            barrier.wait(20)
            run_once(opened)
        except BaseException as fault:
            faults.append(fault)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert not faults
    assert town.run()
    assert set(town.answers.values()) == {1}
    town.holds()


@pytest.mark.parametrize(("database", "workers", "rounds"), [("sqlite", 1, 20), ("postgresql", 2, 6)])
def test_a_worker_killed_again_and_again_loses_and_doubles_nothing(
    database, workers, rounds, dovecot, postgres, postfix_with
):
    """SIGKILL at random moments while letters come in through Dovecot and answers leave through Postfix.

    `python -m bench.kill` does the same two hundred times with two thousand letters.
    """
    postfix_with()  # skips, or fails where servers are required
    result = kill.run(40, rounds, 3, database=database, workers=workers, longest_life=0.6)

    assert result.kills > rounds * workers // 2
    assert result.holds, result
