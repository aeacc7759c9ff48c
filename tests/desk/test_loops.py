"""Two machines never write to each other for ever."""

from email import message_from_bytes, policy

from mailbot.cli.demo import MAILBOXES
from tests.desk.conftest import on_both_engines

OFFER = "Ik wil graag helpen met boodschappen in Heverlee."


def test_two_desks_that_write_to_each_other_stop_at_once(make_desk):
    """Each gets at most one answer of the other, then there is silence."""
    here, there = make_desk(name="here"), make_desk(name="there")
    there_settings = there.folder / "mailbot.toml"
    there_settings.write_text(there_settings.read_text().replace("leuven.example", "herent.example"))
    here.write(OFFER, sender="corona@herent.example")

    exchanged = []
    for _ in range(4):
        here.run()
        letters = here.mail.inboxes.pop("corona@herent.example", [])
        there.mail.deliver("corona", letters)
        there.run()
        answers = there.mail.inboxes.pop("corona@leuven.example", []) + there.mail.inboxes.pop(
            MAILBOXES["leuven_helpt"], []
        )
        here.mail.deliver("corona", answers)
        exchanged.append((len(letters), len(answers)))

    assert exchanged == [(1, 0), (0, 0), (0, 0), (0, 0)]


@on_both_engines
def test_a_vacation_notice_without_headers_gets_one_answer_in_a_week(desk):
    """It says the same each time, and answers whatever it gets."""
    for _ in range(5):
        desk.write("Ik ben er deze week niet.", subject="Re: uw vraag")
        desk.run()

    assert len(desk.mail.inboxes["maria@home.example"]) == 1


def test_an_automatic_letter_is_kept_and_not_answered(desk):
    """Its silence has a stored reason."""
    desk.write("Ik ben afwezig.", subject="Automatic reply", extra="Auto-Submitted: auto-replied\r\n")
    desk.run()

    assert desk.rows("SELECT state FROM message") == [("machine",)]
    assert "RFC 3834" in desk.rows("SELECT details FROM event WHERE kind = 'silent'")[0][0]
    assert not desk.mail.inboxes


def test_a_storm_of_bounces_answers_nobody_and_opens_the_breaker(desk):
    """Outgoing mail is parked and somebody told; what comes in is still taken in."""
    for number in range(60):
        desk.write(OFFER, sender=f"p{number}@home.example")
    desk.run()
    for number in range(60):
        ours = message_from_bytes(desk.mail.inboxes[f"p{number}@home.example"][0], policy=policy.default)["Message-ID"]
        report = (
            f"From: MAILER-DAEMON@mx.example\r\nReturn-Path: <>\r\nMessage-ID: <b{number}@mx.example>\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
            "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
            f"Final-Recipient: rfc822; p{number}@home.example\r\nAction: failed\r\nStatus: 4.4.1\r\n\r\n"
            f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {ours}\r\n\r\n--b--\r\n"
        )
        desk.mail.deliver("corona", [report.encode()])
    desk.run()
    desk.write(OFFER, sender="late@home.example")
    desk.run()

    assert desk.rows("SELECT count(*) FROM breaker") == [(1,)]
    assert "late@home.example" not in desk.mail.inboxes
    assert desk.rows("SELECT state FROM outbox WHERE recipient = 'late@home.example'") == [("queued",)]
    assert desk.rows("SELECT count(*) FROM message WHERE state = 'ticketed'") == [(61,)]


def test_letters_that_come_together_are_answered_as_if_they_came_one_by_one(desk):
    """The same words once, and every letter left without an answer says why; the ledger checks that."""
    for number in range(3):
        desk.write("Wie doet er boodschappen voor mijn vader in Leuven?", subject=f"hulp {number}")
    desk.run()

    assert len(desk.mail.inboxes["maria@home.example"]) == 1
    assert desk.rows("SELECT count(*) FROM event WHERE kind = 'silent'") == [(2,)]
