"""The sink keeps what it accepts, and misbehaves exactly as planned; tests of the outbox stand on this."""

import smtplib

import pytest

from tests.servers.smtp_sink import Plan, SmtpSink

LETTER = b"Subject: dag\r\n\r\n.een punt vooraan\r\n"


def send(sink, recipient="an@burger.test", sender="corona@stad.test"):
    with smtplib.SMTP(sink.host, sink.port, local_hostname="client.test", timeout=5) as client:
        return client.sendmail(sender, [recipient], LETTER)


def test_an_accepted_mail_is_kept_as_it_was_sent(sink):
    """Envelope and octets are those of the client, the null sender included."""
    send(sink, sender="")

    (mail,) = sink.wait_for(1)
    assert (mail.sender, mail.recipients, mail.octets) == ("", ("an@burger.test",), LETTER)


@pytest.mark.parametrize(
    ("stage", "error"),
    [
        ("connect", smtplib.SMTPConnectError),
        ("ehlo", smtplib.SMTPHeloError),
        ("mail", smtplib.SMTPSenderRefused),
        ("rcpt", smtplib.SMTPRecipientsRefused),
        ("data", smtplib.SMTPDataError),
        ("dot", smtplib.SMTPDataError),
    ],
)
def test_a_planned_refusal_is_what_the_client_hears(sink, stage, error):
    """Each stage can be refused, and mail passes again when the plans are forgotten."""
    sink.plan(Plan(stage, reply="451 4.3.0 later", times=0))

    with pytest.raises(error):
        send(sink)

    sink.forget_plans()
    send(sink)
    assert len(sink.wait_for(1)) == 1


@pytest.mark.parametrize("stage", ["connect", "ehlo", "mail", "rcpt", "data", "body", "dot"])
@pytest.mark.parametrize("do", ["close", "reset"])
def test_a_planned_end_of_the_line_is_an_end_of_the_line(sink, stage, do):
    """The client loses the connection at that stage, and nothing was accepted."""
    plan = Plan(stage, do)
    sink.plan(plan)

    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(sink)

    assert plan.fired == 1
    assert sink.mails == []


def test_a_mail_may_be_accepted_without_the_client_hearing_of_it(sink):
    """The dangerous end: the server has the mail, the client an error."""
    sink.plan(Plan("dot", "reset", keep=True))

    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(sink)

    assert len(sink.wait_for(1)) == 1


def test_a_plan_is_for_whom_it_names(sink):
    """One recipient is refused for good, another is accepted in the meantime."""
    sink.plan(Plan("rcpt", reply="550 5.1.1 unknown", match="^weg@", times=0))

    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(sink, "weg@burger.test")
    send(sink, "an@burger.test")

    assert [mail.recipients for mail in sink.wait_for(1)] == [("an@burger.test",)]


def test_who_does_not_know_the_password_sends_nothing():
    """With users, a client must log in first."""
    with SmtpSink(users={"corona": "geheim"}) as sink, smtplib.SMTP(sink.host, sink.port, timeout=5) as client:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("corona", "fout")
        client.login("corona", "geheim")
        client.sendmail("corona@stad.test", ["an@burger.test"], LETTER)

        assert len(sink.wait_for(1)) == 1
