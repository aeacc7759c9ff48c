"""From a letter in the mailbox to an answer in the citizen's inbox, on real IMAP and SMTP."""

from email import message_from_bytes, policy

from tests.desk.conftest import on_both_engines

OFFER = "Ik ben student en wil graag helpen met boodschappen in Heverlee. Ik heb een fiets."
PLEA = "Mijn moeder heeft geen eten meer in huis en kan niet buiten. Kan er vandaag iemand komen?"


def answer_to(desk, address, number=0):
    return message_from_bytes(desk.mail.inboxes[address][number], policy=policy.default)


@on_both_engines
def test_a_letter_becomes_a_ticket_and_is_answered(desk):
    """The everyday way, end to end."""
    identifier = desk.write(OFFER)
    assert desk.run()

    answer = answer_to(desk, "maria@home.example")
    assert desk.rows("SELECT intent, status FROM ticket") == [("help_offer", "new")]
    assert answer["In-Reply-To"] == identifier
    assert answer["Auto-Submitted"] == "auto-replied"
    assert "[LH#1]" in answer["Subject"]


def test_an_urgent_letter_alerts_the_coordinator(desk):
    """A person hears of it within the round, without the citizen's words in the alert."""
    desk.write(PLEA)
    desk.run()

    alert = answer_to(desk, "coordinator@leuvenhelpt.example")
    assert "Dringend" in alert["Subject"]
    assert "moeder" not in alert.as_string()


@on_both_engines
def test_running_twice_answers_once(desk):
    """A round over what is done does nothing."""
    desk.write(OFFER)
    desk.run()
    desk.run()

    assert len(desk.mail.inboxes["maria@home.example"]) == 1


@on_both_engines
def test_an_answer_in_the_thread_joins_its_ticket(desk):
    """Our signed address and the known sender are the proof; no second acknowledgement leaves."""
    desk.write(OFFER)
    desk.run()
    reply_to = answer_to(desk, "maria@home.example")["Reply-To"]
    desk.write("Ik kan ook op zondag.", subject="Re: [LH#1]", extra=f"Delivered-To: {reply_to}\r\n")
    desk.run()

    assert desk.rows("SELECT count(*) FROM ticket") == [(1,)]
    assert desk.rows("SELECT state, thread FROM message ORDER BY id")[1] == ("attached", "signed address")
    assert len(desk.mail.inboxes["maria@home.example"]) == 1


@on_both_engines
def test_one_letter_to_both_mailboxes_is_one_message_with_two_deliveries(desk):
    """Everyday for a city with two addresses."""
    letter = (
        b"From: maria@home.example\r\nTo: corona@leuven.example, leuven.helpt@leuven.example\r\nSubject: hulp\r\n"
        b"Message-ID: <both@home.example>\r\n\r\nWie kan er boodschappen doen voor mijn vader in Leuven?\r\n"
    )
    desk.mail.deliver("corona", [b"Delivered-To: corona@leuven.example\r\n" + letter])
    desk.mail.deliver("leuven_helpt", [b"Delivered-To: leuven.helpt@leuven.example\r\n" + letter])
    desk.run()

    assert desk.rows("SELECT count(*) FROM message") == [(1,)]
    assert desk.rows("SELECT count(*) FROM delivery") == [(2,)]
    assert len(desk.mail.inboxes["maria@home.example"]) == 1


@on_both_engines
def test_mail_from_before_the_cut_off_is_taken_in_silently(desk):
    """First connect to a full mailbox answers nobody."""
    settings = desk.folder / "mailbot.toml"
    settings.write_text(settings.read_text().replace("since = 2020-03-13", "since = 2999-01-01"))
    desk.write(OFFER)
    desk.run()

    assert desk.rows("SELECT state FROM message") == [("archived",)]
    assert not desk.mail.inboxes


@on_both_engines
def test_a_bounce_of_our_answer_marks_the_address(desk):
    """Who cannot be reached is not written to again by a machine, and the mail is shown as failed."""
    desk.write(OFFER)
    desk.run()
    ours = answer_to(desk, "maria@home.example")["Message-ID"]
    report = (
        "From: MAILER-DAEMON@mx.example\r\nReturn-Path: <>\r\nTo: leuven.helpt@leuven.example\r\nSubject: Undelivered Mail\r\n"
        "Message-ID: <b1@mx.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        "Final-Recipient: rfc822; maria@home.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {ours}\r\n\r\n--b--\r\n"
    )
    desk.mail.deliver("leuven_helpt", [report.encode()])
    desk.run()
    desk.write("Mag ik mijn kleinkinderen nog zien?", to="corona")
    desk.run()

    assert desk.rows("SELECT email FROM unreachable") == [("maria@home.example",)]
    assert desk.rows("SELECT state FROM outbox") == [("failed",)]
    assert len(desk.mail.inboxes["maria@home.example"]) == 1


def test_a_refused_recipient_stops_at_once(make_desk):
    """5xx is not tried again; the mail is shown with what the relay said."""
    desk = make_desk(lambda recipient, _octets: "550 5.1.1 no such user" if "maria" in recipient else "250 ok")
    desk.write(OFFER)
    desk.run()

    assert desk.rows("SELECT state, attempts FROM outbox") == [("failed", 1)]
    assert "no such user" in desk.rows("SELECT outcome FROM outbox")[0][0]


def test_a_relay_that_says_later_is_asked_later(make_desk):
    """4xx waits in the outbox; what comes in goes on."""
    desk = make_desk(lambda _recipient, _octets: "451 4.7.1 greylisted")
    desk.write(OFFER)
    desk.run()

    assert desk.rows("SELECT state, attempts FROM outbox") == [("queued", 1)]
    assert desk.rows("SELECT count(*) FROM ticket") == [(1,)]
