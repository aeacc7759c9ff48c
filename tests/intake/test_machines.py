"""Whose letter it is: mail systems, absent people's programs, lists, and people who only look like machines."""

from textwrap import dedent

import pytest

from mailbot.intake.parse import parse
from mailbot.intake.screen import Own, screen
from mailbot.model import Kind, Machine

OWN = Own(frozenset({"corona@leuven.example"}), "leuven.example")
RETURNED = "Received: from relay.leuven.example by mx.mail.example\r\nMessage-ID: <lh.7.x@leuven.example>\r\nFrom: corona@leuven.example\r\nTo: rita@mail.example\r\nSubject: Uw vraag\r\n\r\nDag\r\n"


def seen(octets):
    letter = parse(octets.encode() if isinstance(octets, str) else octets)
    return letter, screen(letter, OWN)


def notice(sender, subject, text, headers=""):
    """A failure notice in words, as plain text."""
    return f"{headers}From: {sender}\nTo: corona@leuven.example\nSubject: {subject}\n\n{dedent(text).strip()}\n"


def report(fields, *, text="Your mail came back.", sender="MAILER-DAEMON@mx.mail.example", kind="delivery-status"):
    """A multipart/report (RFC 6522) with the given fields of its one recipient."""
    return (
        f"Return-Path: <>\nFrom: Mail Delivery System <{sender}>\nTo: corona@leuven.example\n"
        f"Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="b"\n\n--b\nContent-Type: text/plain\n\n{text}\n'
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.mail.example\n\n{dedent(fields).strip()}\n\n"
        f"--b\nContent-Type: message/rfc822\n\n{RETURNED}\n--b--\n"
    )


REPORTS = {
    "unknown user": ("Final-Recipient: rfc822; rita@mail.example\nAction: failed\nStatus: 5.1.1", "5.1.1", True),
    "mixed case and angle brackets": ("FINAL-RECIPIENT: RFC822;<Rita@Mail.example>\nACTION: Failed\nSTATUS: 5.1.1 (bad)", "5.1.1", True),
    "mailbox full": ("Final-Recipient: rfc822; rita@mail.example\nAction: failed\nStatus: 5.2.2", "5.2.2", False),
    "full, said only in words": ("Final-Recipient: rfc822; rita@mail.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 552 mailbox is full", "5.2.2", False),
    "given up after days": ("Final-Recipient: rfc822; rita@mail.example\nAction: failed\nStatus: 4.4.1", "4.4.1", False),
    "the words know better": ("Final-Recipient: rfc822; rita@mail.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp;\n 550-5.1.1 no such user\n 550 5.1.1 sorry", "5.1.1", True),
    "a filter": ("Final-Recipient: rfc822; rita@mail.example\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 554 5.7.1 looks like spam", "5.7.1", False),
    "a filter's number, a missing user": ("Final-Recipient: rfc822; rita@mail.example\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 550 5.7.1 user unknown", "5.7.1", True),
    "too large": ("Final-Recipient: rfc822; rita@mail.example\nAction: failed\nStatus: 5.3.4", "5.3.4", False),
    "a loop": ("Final-Recipient: rfc822; rita@mail.example\nAction: failed\nStatus: 5.4.6", "5.4.6", False),
    "our own address refused": ("Final-Recipient: rfc822; rita@mail.example\nAction: failed\nStatus: 5.1.8", "5.1.8", False),
    "exchange's word for no such user": ("Final-Recipient: rfc822;rita@mail.example\nAction: failed\nStatus: 5.4.1\nDiagnostic-Code: smtp;550 5.4.1 Recipient address rejected: Access denied.", "5.4.1", True),
    "unknown host": ("Final-Recipient: rfc822; rita@mail.example\nAction: failed\nStatus: 5.4.4\nDiagnostic-Code: X-Postfix; Host or domain name not found", "5.4.4", True),
    "no action at all": ("Final-Recipient: rfc822; rita@mail.example\nStatus: 5.1.10", "5.1.10", True),
    "only the original recipient": ("Original-Recipient: rfc822;rita@mail.example\nAction: failed\nStatus: 5.1.1", "5.1.1", True),
    "x400 final, original real": ("Final-Recipient: X400; c=BE;a=x\nOriginal-Recipient: rfc822; rita@mail.example\nAction: failed\nStatus: 5.1.1", "5.1.1", True),
}


@pytest.mark.parametrize(("fields", "status", "hard"), REPORTS.values(), ids=REPORTS)
def test_a_delivery_report_names_whom_why_and_whether_for_good(fields, status, hard):
    """RFC 3464, and how servers fill it in; hard means that the address is dead."""
    _, found = seen(report(fields))

    assert found.kind is Kind.BOUNCE
    assert found.machine is Machine.BOUNCE
    assert found.bounce.recipients == ("rita@mail.example",)
    assert (found.bounce.status, found.bounce.hard) == (status, hard)
    assert found.bounce.message_ids == ("<lh.7.x@leuven.example>",)


def test_a_report_of_two_recipients_names_the_one_that_failed():
    """What was delivered did not come back."""
    fields = "Final-Recipient: rfc822; jan@mail.example\nAction: delivered\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; rita@mail.example\nAction: failed\nStatus: 5.1.1"

    assert seen(report(fields))[1].bounce.recipients == ("rita@mail.example",)


def test_a_delay_is_no_failure():
    """The mail is on its way; nothing is hard about it."""
    _, found = seen(report("Final-Recipient: rfc822; rita@mail.example\nAction: delayed\nStatus: 4.4.1"))

    assert found.machine is Machine.DELAY_NOTICE
    assert not found.bounce.hard
    assert found.bounce.recipients == ("rita@mail.example",)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_success_is_no_failure(action):
    """It is a machine's letter all the same."""
    _, found = seen(report(f"Final-Recipient: rfc822; rita@mail.example\nAction: {action}\nStatus: 2.0.0"))

    assert found.machine is Machine.REPORT
    assert found.bounce is None


WRITTEN = {
    "qmail": notice(
        "MAILER-DAEMON@mail.example",
        "failure notice",
        """
        Hi. This is the qmail-send program at mail.example.
        I'm afraid I wasn't able to deliver your message to the following addresses.
        This is a permanent error; I've given up. Sorry it didn't work out.

        <rita@mail.example>:
        Sorry, no mailbox here by that name. (#5.1.1)

        --- Below this line is a copy of the message.

        Return-Path: <corona@leuven.example>
        """,
    ),
    "exim": notice(
        "Mail Delivery System <Mailer-Daemon@mx.mail.example>",
        "Mail delivery failed: returning message to sender",
        """
        This message was created automatically by mail delivery software.

        A message that you sent could not be delivered to one or more of its
        recipients. This is a permanent error. The following address(es) failed:

          rita@mail.example
            Unrouteable address: user unknown

        ------ This is a copy of the message, including all the headers. ------
        """,
    ),
    "exim by header": notice("Mail Delivery System <Mailer-Daemon@mx.mail.example>", "Mail delivery failed", "550 unknown user", "X-Failed-Recipients: rita@mail.example\n"),
    "sendmail": notice(
        "Mail Delivery Subsystem <MAILER-DAEMON@mx.mail.example>",
        "Returned mail: User unknown",
        """
        The original message was received at Mon, 16 Mar 2020 10:02:00 +0100

           ----- The following addresses had permanent fatal errors -----
        <rita@mail.example>

           ----- Transcript of session follows -----
        ... while talking to mx.mail.example.:
        >>> RCPT To:<rita@mail.example>
        <<< 550 5.1.1 unknown user
        """,
    ),
    "exchange en": notice(
        "System Administrator <postmaster@kantoor.example>",
        "Undeliverable: Uw vraag",
        """
        Your message

          To:      corona@leuven.example
          Subject: Uw vraag

        did not reach the following recipient(s):

        rita@mail.example on Mon, 16 Mar 2020 10:02:00 +0100
            The recipient name is not recognized
        """,
    ),
    "exchange nl": notice(
        "Microsoft Outlook <postmaster@kantoor.example>",
        "Onbestelbaar: Uw vraag",
        """
        Het bericht is niet bezorgd bij de volgende geadresseerden:

        rita@mail.example
        Het e-mailadres bestaat niet. 550 5.1.10 RESOLVER.ADR.RecipientNotFound
        """,
    ),
    "exchange fr": notice("postmaster@kantoor.example", "Non remis : Uw vraag", "Échec de la remise pour le destinataire suivant :\n\nrita@mail.example\nL'adresse n'existe pas. 550 5.1.1"),
    "exchange de": notice("postmaster@kantoor.example", "Unzustellbar: Uw vraag", "Fehler bei der Nachrichtenzustellung an folgende Empfänger:\n\nrita@mail.example\nDie Adresse ist unbekannt. 550 5.1.1"),
    "exchange es": notice("postmaster@kantoor.example", "No se puede entregar: Uw vraag", "No se pudo entregar el mensaje a:\n\nrita@mail.example\n550 5.1.1 no existe"),
    "gmail": notice(
        "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        "Delivery Status Notification (Failure)",
        """
        ** Address not found **

        Your message wasn't delivered to rita@mail.example because the address couldn't be found.
        The response was: 550 5.1.1 The email account that you tried to reach does not exist.
        """,
    ),
    "domino": notice("postmaster@kantoor.example", "DELIVERY FAILURE: User rita (rita@mail.example) not listed in Domino Directory", "Your message\n\n  Subject: Uw vraag\n\nwas not delivered to:\n\n  rita@mail.example\n\nbecause:\n\n  User rita not listed in Domino Directory"),
    "null path only": notice("Beheer <mail@kantoor.example>", "Undeliverable mail", "Unable to deliver message to the following recipient:\n\n  rita@mail.example\n\nuser unknown", "Return-Path: <>\n"),
    "no sender": notice("<>", "Returned mail: see transcript for details", "550 5.1.1 <rita@mail.example>... User unknown"),
    "through a list server": notice("lijst@lijsten.example", "Undelivered Mail Returned to Sender", "<rita@mail.example>: user unknown 550 5.1.1\n\nReceived: from relay.leuven.example\nMessage-ID: <x@leuven.example>"),
    "aol": notice("Mailer-Daemon@aol.example", "Returned mail: rita@mail.example", "Your mail to rita@mail.example could not be delivered: mailbox does not exist"),
    "courier": notice('"Courier mail server at mx" <@mx.mail.example>', "NOTICE: mail delivery status.", "This is a delivery status notification from mx.\n\nUNDELIVERABLE MAIL\n\n<rita@mail.example>:\n     550 User unknown."),
    "amazon": notice("no-reply@sns.example", "AWS Notification Message", '{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"rita@mail.example","action":"failed","status":"5.1.1"}]}}'),
    "an address of bounces": notice("lijst-bounces@lijsten.example", "Undeliverable: Uw vraag", "No such user: rita@mail.example"),
    "japanese": notice("postmaster@mail.example", "メッセージを配信できません。", "rita@mail.example\n550 5.1.1 User unknown"),
    "russian": notice("mailer-daemon@mail.example", "Недоставленное сообщение", "Сообщение не было доставлено:\n\nrita@mail.example\n550 5.1.1 no such user"),
}


@pytest.mark.parametrize("octets", WRITTEN.values(), ids=WRITTEN)
def test_a_failure_told_in_words_is_a_bounce_with_its_address(octets):
    """As the servers of the world write it, each in its own way."""
    _, found = seen(octets)

    assert found.kind is Kind.BOUNCE
    assert found.machine is Machine.BOUNCE
    assert found.bounce.recipients == ("rita@mail.example",)
    assert found.bounce.hard
    assert found.bounce.status[:1] in {"5", ""}


DELAYS = [
    notice("Mail Delivery Subsystem <MAILER-DAEMON@mx.example>", "Warning: could not send message for past 4 hours", "THIS IS A WARNING MESSAGE ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE.\n<rita@mail.example>... Deferred"),
    notice("Mail Delivery System <Mailer-Daemon@mx.example>", "Warning: message 1jDxyz-0001 delayed 24 hours", "The address to which the message has not yet been delivered is:\n\n  rita@mail.example\n\nNo action is required on your part."),
    notice("mailer-daemon@googlemail.com", "Delivery Status Notification (Delay)", "Message not delivered yet: rita@mail.example. Gmail will retry for 46 more hours."),
    notice("postmaster@kantoor.example", "Bezorging vertraagd: Uw vraag", "Bezorging bij rita@mail.example is vertraagd, wordt later opnieuw geprobeerd."),
]


@pytest.mark.parametrize("octets", DELAYS)
def test_a_delay_told_in_words_is_no_failure(octets):
    """It is neither answered nor held against the address."""
    _, found = seen(octets)

    assert found.machine is Machine.DELAY_NOTICE
    assert not found.bounce.hard


def test_a_full_mailbox_is_no_dead_address():
    """Somebody who is ill does not empty it."""
    _, found = seen(notice("MAILER-DAEMON@mx.example", "failure notice", "<rita@mail.example>:\n552 5.2.2 Mailbox full, over quota"))

    assert (found.bounce.status, found.bounce.hard) == ("5.2.2", False)


AUTO = {
    "rfc 3834": "Auto-Submitted: auto-replied\nSubject: Re: uw vraag",
    "rfc 3834 with a comment": "Auto-Submitted: auto-replied (vacation)\nSubject: Re: uw vraag",
    "generated": "Auto-Submitted: auto-generated; owner=x\nSubject: melding",
    "precedence": "Precedence: auto_reply\nSubject: Re: uw vraag",
    "x-autoreply": "X-Autoreply: yes\nSubject: Re: uw vraag",
    "x-autorespond": "X-Autorespond: Re: uw vraag\nSubject: Re: uw vraag",
    "apple": "X-Apple-Action: VACATION/1.0\nSubject: Re: uw vraag",
    "messagelabs": "X-POST-MessageClass: 9; Autoresponder\nSubject: Re: uw vraag",
    "cpanel": "X-AutoReply-From: jan@mail.example\nSubject: Re: uw vraag",
    "outlook nl": "Subject: Automatisch antwoord: uw vraag",
    "outlook en": "Subject: Automatic reply: uw vraag",
    "outlook en, old": "Subject: Out of Office AutoReply: uw vraag",
    "outlook fr": "Subject: Réponse automatique : uw vraag",
    "outlook de": "Subject: Automatische Antwort: uw vraag",
    "outlook es": "Subject: Respuesta automática: uw vraag",
    "outlook it": "Subject: Risposta automatica: uw vraag",
    "outlook pt": "Subject: Resposta automática: uw vraag",
    "outlook pl": "Subject: Odpowiedź automatyczna: uw vraag",
    "outlook sv": "Subject: Automatiskt svar: uw vraag",
    "outlook no": "Subject: Automatisk svar: uw vraag",
    "outlook fi": "Subject: Automaattinen vastaus: uw vraag",
    "outlook tr": "Subject: Otomatik yanıt: uw vraag",
    "outlook ru": "Subject: Автоматический ответ: uw vraag",
    "outlook zh": "Subject: 自动答复: uw vraag",
    "notes": "Subject: AUTO: Jan Aerts is out of the office (returning 20/03/2020)",
    "notes de": "Subject: Abwesenheitsnotiz: Jan Aerts",
    "fr": "Subject: Absence du bureau",
    "nl": "Subject: Afwezigheidsbericht",
    "nl with a colon": "Subject: Afwezig: uw vraag",
    "words": "Subject: Vakantie\n\nIk ben met verlof tot 30 maart. Voor dringende zaken: mijn collega.",
}


@pytest.mark.parametrize("head", AUTO.values(), ids=AUTO)
def test_an_absent_persons_program_is_heard_as_one(head):
    """By its headers, or, where programs set none, by the subject that they write."""
    text = "" if "\n\n" in head else "\n\nIk ben afwezig tot 30 maart."
    _, found = seen(f"From: Jan Aerts <jan@mail.example>\nTo: corona@leuven.example\n{head}{text}\n")

    assert found.kind is Kind.AUTO_REPLY
    assert found.machine is Machine.AUTO_REPLY


PEOPLE = {
    "Auto-Submitted: no": "Auto-Submitted: no\nSubject: hulp\n\nWie kan helpen?",
    "a suppressing header alone": "X-Auto-Response-Suppress: All\nSubject: hulp\n\nWie kan helpen?",
    "an answer about absence": "Subject: Re: afwezig?\n\nNee, ik ben er.",
    "an answer to an absence notice": "Subject: Re: Automatisch antwoord: uw vraag\n\nMaar wie belt mij dan?",
    "absent from school": "Subject: Afwezigheid op school door corona\n\nMoet ik een attest binnenbrengen als mijn zoon niet komt?",
    "on leave abroad": "Subject: Op verlof in Spanje\n\nIk ben met verlof in Spanje en geraak niet thuis. Wie kan helpen?",
    "a car": "Subject: Auto: wie kan mijn moeder brengen\n\nNaar de dialyse, morgen.",
    "a forwarded bounce": "Subject: Fwd: Undelivered Mail Returned to Sender\n\nWat betekent dit?\n\n<rita@mail.example>: 550 5.1.1 user unknown",
    "an answered bounce": "Subject: Re: Undeliverable: uw vraag\n\nIk kreeg uw mail terug, 550 5.1.1. Message-ID: <a@b>",
    "mail that is not delivered": "Subject: Mail delivery failed\n\nIk krijg al drie dagen geen post meer, de postbode komt niet.",
    "parcels": "Subject: Niet bezorgd: mijn medicijnen\n\nDe apotheek zegt dat het pakje niet bezorgd kon worden. Wie kan het halen?",
    "undeliverable in the text": "Subject: post\n\nMijn brief kwam terug als onbestelbaar, hoe kan dat?",
    "null return path": "Return-Path: <>\nSubject: hulp\n\nWie kan helpen?",
    "read": "Subject: Read: dit boek\n\nIk lees graag voor aan kinderen.",
    "a discussion list": "List-Id: <buurt.lijst.example>\nList-Post: <mailto:buurt@lijst.example>\nList-Unsubscribe: <mailto:x@lijst.example>\nPrecedence: list\nSubject: [buurt] wie helpt?\n\nIk kan zaterdag.",
    "an answer on a list": "List-Id: <buurt.lijst.example>\nList-Unsubscribe: <mailto:x@lijst.example>\nPrecedence: bulk\nIn-Reply-To: <a@b.example>\nSubject: Re: wie helpt?\n\nIk kan zaterdag.",
    "precedence bulk": "Precedence: bulk\nSubject: hulp\n\nWie kan helpen?",
    "somebody who got our mail back": "Subject: Undeliverable mail to your address\n\nI wrote to hulp@leuven.example but it came back: 550 5.1.1 user unknown. Please help.",
    "a list's own address": "Sender: lijst-bounces@lijsten.example\nSubject: melding\n\nDe zaal was onbereikbaar, het kon niet doorgaan. 550 mensen.",
    "a person called Bounce": "Reply-To: x@mail.example\nSubject: springkasteel\n\nIk heb een springkasteel over.",
}


@pytest.mark.parametrize("head", PEOPLE.values(), ids=PEOPLE)
def test_no_person_is_called_a_machine(head):
    """Whatever a header, a subject or a word looks like."""
    _, found = seen(f"From: Rita Claes <rita@mail.example>\nTo: corona@leuven.example\n{head}\n")

    assert found.kind is Kind.HUMAN


def test_a_bounce_that_a_person_passes_on_is_the_persons():
    """With the report attached, part and all."""
    inner = report("Final-Recipient: rfc822; rita@mail.example\nAction: failed\nStatus: 5.1.1")
    octets = f'From: Jan <jan@mail.example>\nSubject: dit kreeg ik terug\nContent-Type: multipart/mixed; boundary="o"\n\n--o\nContent-Type: text/plain\n\nKan u kijken?\n--o\nContent-Type: message/rfc822\n\n{inner}\n--o--\n'

    assert seen(octets)[1].kind is Kind.HUMAN


@pytest.mark.parametrize(
    ("head", "machine"),
    [
        ('Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\nSubject: x', Machine.READ_RECEIPT),
        ("Subject: Gelezen: uw vraag\n\nUw bericht is gelezen op maandag.", Machine.READ_RECEIPT),
        ("Subject: Not read: uw vraag\n\nYour message was deleted without being read on Monday.", Machine.READ_RECEIPT),
        ('Content-Type: multipart/report; report-type=feedback-report; boundary="b"\nSubject: x', Machine.REPORT),
        ("Subject: Report Domain: leuven.example Submitter: mail.example Report-ID: 1\n\nx", Machine.REPORT),
        ('Content-Type: application/zip; name="mail.example!leuven.example!1584316800!1584403199.zip"\nSubject: x', Machine.REPORT),
        ("Subject: Nieuws\nList-Unsubscribe: <https://x.example>\n\nKorting!", Machine.BULK),
        ("Subject: x\nX-Mailbot-Loop: leuven.example\n\nx", Machine.OWN_LOOP),
    ],
)
def test_receipts_reports_newsletters_and_our_own_letters_are_known(head, machine):
    """What most desks make tickets of, or answer."""
    assert seen(f"From: Jan <jan@mail.example>\n{head}\n")[1].machine is machine
