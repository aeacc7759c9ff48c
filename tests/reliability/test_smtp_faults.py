"""Whatever happens to the line to the relay, no answer is lost, and only what is recorded as unknown may go twice."""

from datetime import timedelta
from email import message_from_bytes

import pytest

from tests.servers.smtp_sink import Plan

AFTER_THE_REST = timedelta(minutes=11)  # unknown_rest_minutes is 10


@pytest.mark.parametrize(
    "plan",
    [
        Plan("connect", "close"),
        Plan("ehlo", "reset"),
        Plan("mail", "close"),
        Plan("rcpt", "reset", match="p2@"),
        Plan("rcpt", "hang", match="p2@"),
        Plan("rcpt", reply="451 4.7.1 greylisted", match="p2@"),
        Plan("body", "reply", reply="451 4.3.0 later", match="p2@"),
        Plan("dot", reply="421 4.3.2 going down", match="p2@"),
    ],
    ids=lambda plan: f"{plan.stage}-{plan.do}-{plan.reply[:3]}",
)
def test_what_fails_before_the_final_dot_goes_again_and_once(make_town, sink, plan):
    """Nothing was handed over, so trying again is safe; citizens get one answer each."""
    sink.plan(plan)
    town = make_town()
    town.write(3)
    town.run()
    assert plan.fired
    town.later = timedelta(minutes=2)
    town.run()

    assert set(town.answers.values()) == {1}
    assert town.rows("SELECT count(*) FROM attempt WHERE outcome = 'unknown'") == [(0,)]
    town.holds()


@pytest.mark.parametrize(("way", "keep"), [("close", True), ("reset", False), ("hang", True)])
def test_a_line_lost_after_the_final_dot_leaves_the_answer_unknown(make_town, sink, engine, way, keep):
    """It may have arrived: nothing is sent again blindly, and after a rest it goes once more, the very same."""
    plan = Plan("dot", way, match="p2@", keep=keep)
    sink.plan(plan)
    town = make_town(database=engine)
    town.write(3)
    town.run()
    town.run()

    assert plan.fired == 1
    assert town.rows("SELECT state, attempts FROM outbox WHERE recipient = 'p2@home.example'") == [("unknown", 1)]
    assert town.answers["p2@home.example"] == int(keep)
    town.later = AFTER_THE_REST
    assert town.run()
    assert town.rows("SELECT state FROM outbox WHERE recipient = 'p2@home.example'") == [("sent",)]
    identifiers = {
        message_from_bytes(mail.octets)["Message-ID"] for mail in town.mails() if "p2@" in mail.recipients[0]
    }
    assert len(identifiers) == 1
    town.holds()


def test_an_answer_unknown_twice_waits_for_a_person(make_town, sink):
    """Machines stop guessing after the second time."""
    sink.plan(Plan("dot", "close", times=0, keep=True))
    town = make_town()
    town.write(1)
    town.run()
    for days in range(1, 4):
        town.later = timedelta(days=days)
        town.run()

    assert town.answers == {"p1@home.example": 2}
    assert town.rows("SELECT state, attempts FROM outbox") == [("unknown", 2)]
    town.holds()


@pytest.mark.parametrize(
    "plan",
    [
        Plan("connect", reply="554 5.7.1 no service for you", times=0),
        Plan("mail", reply="550 5.7.60 not allowed to send as this sender", times=0),
    ],
    ids=["greeting", "sender"],
)
def test_a_relay_that_refuses_us_parks_the_mail_and_fails_none_of_it(make_town, sink, plan):
    """It is our trouble, not the citizens': every answer waits, and leaves when the relay has us again."""
    sink.plan(plan)
    town = make_town(relay="null_sender = false")
    town.write(3)
    town.run()
    assert plan.fired
    assert town.rows("SELECT DISTINCT state FROM outbox") == [("queued",)]
    assert town.rows("SELECT count(*) FROM breaker") == [(1,)]
    sink.forget_plans()
    town.later = timedelta(minutes=16)
    assert town.run()

    town.holds()


def test_one_recipient_refused_by_policy_stops_nobody_elses_mail(make_town, sink):
    """554 5.7.1 is what a relay says of a blocked recipient, too."""
    sink.plan(Plan("rcpt", reply="554 5.7.1 access denied", match="p2@", times=0))
    town = make_town()
    town.write(6)
    town.run()

    assert len(town.answers) == 5
    assert town.rows("SELECT count(*) FROM breaker") == [(0,)]
    for minutes in range(16, 16 * 9, 16):
        town.later = timedelta(minutes=minutes)
        town.run()
    assert town.rows("SELECT state FROM outbox WHERE recipient = 'p2@home.example'") == [("failed",)]


def test_a_relay_that_refuses_everything_by_policy_is_about_us(make_town, sink):
    """Three mails in a row, three times the same: nobody is given up, the mail is parked."""
    sink.plan(Plan("dot", reply="554 5.2.0 quota exceeded", times=0))
    town = make_town()
    town.write(6)
    town.run()

    assert town.rows("SELECT count(*) FROM breaker") == [(1,)]
    assert town.rows("SELECT DISTINCT state FROM outbox") == [("queued",)]


def test_one_flooded_address_does_not_hold_up_those_behind_it(make_town, sink):
    """What a budget holds back leaves room: one round sends everybody else's answers."""
    town = make_town()
    rules = town.folder / "rules.yaml"
    rules.write_text(rules.read_text() + "\noutbox:\n  per_domain: [{mails: 2, minutes: 10}]\n")
    town.write(12)
    town.dovecot.deliver(
        town.user, b"From: ann@elsewhere.example\r\nSubject: x\r\n\r\nIk wil helpen met boodschappen.\r\n"
    )
    town.run()

    assert any(mail.recipients == ("ann@elsewhere.example",) for mail in sink.mails)
    assert len(town.answers) == 1  # a tenth of every common budget is kept for urgent mail
