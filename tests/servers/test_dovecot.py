"""The private Dovecot is a real server with our users, certificates and tokens."""

import imaplib

import pytest

from tests.servers.daemons import Unavailable
from tests.servers.dovecot import Dovecot


def test_a_delivered_letter_is_read_over_imap_with_its_octets():
    """What is put into the Maildir comes back by IMAP, line ends as the net wants them."""
    try:
        with Dovecot() as server:
            server.deliver("corona", b"Subject: dag\n\ntekst\n")
            client = imaplib.IMAP4(server.host, server.port)
            client.login("corona", server.users["corona"])
            client.select()

            _, found = client.fetch("1", "BODY.PEEK[]")

            client.logout()
    except Unavailable as missing:
        pytest.skip(str(missing))
    assert found[0][1] == b"Subject: dag\r\n\r\ntekst\r\n"
