"""The IMAP servers of the tests are real: they give back what was delivered, to whoever knows the password."""

import imaplib

import pytest


def test_a_delivered_letter_is_read_over_imap_with_its_octets(imap_server):
    """What is delivered comes back by IMAP, line ends as the net wants them."""
    user = imap_server.new_user()
    imap_server.deliver(user, b"Subject: dag\r\n\r\ntekst\r\n")
    client = imaplib.IMAP4(imap_server.host, imap_server.port)
    client.login(user, imap_server.users[user])
    client.select()

    _, found = client.fetch("1", "BODY.PEEK[]")

    client.logout()
    assert found[0][1] == b"Subject: dag\r\n\r\ntekst\r\n"


def test_a_wrong_password_is_refused(imap_server):
    """Without the password nobody gets in."""
    client = imaplib.IMAP4(imap_server.host, imap_server.port)

    with pytest.raises(imaplib.IMAP4.error):
        client.login("corona", "fout")

    client.logout()
