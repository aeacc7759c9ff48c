"""Who is at the other end is proven, or nothing is said to him: certificates of mail servers and relays."""

import pytest

from mailbot.inspection import inspect
from tests.servers.faultproxy import Fault, FaultProxy
from tests.servers.smtp_sink import SmtpSink
from tests.servers.tls import Authority


def secured(town, section, tls, port, ca_file=None):
    """The desk's settings, with one server reached by TLS."""
    path = town.folder / "mailbot.toml"
    before, mark, rest = path.read_text().partition(f"[{section}]")
    inside, end, after = rest.partition("\n[")
    kept = [line for line in inside.splitlines() if not line.startswith(("tls", "port", "ca_file"))]
    trust = [f'ca_file = "{ca_file}"'] if ca_file else []
    path.write_text(before + mark + "\n".join([*kept, f'tls = "{tls}"', f"port = {port}", *trust, ""]) + end + after)


def told(town, what):
    """What `check` says of one server."""
    return next(finding for finding in inspect(town.folder) if finding.what == what)


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_the_towns_own_authority_is_trusted_where_it_is_named(make_town, dovecot, tmp_path, tls):
    """Letters come and answers go, both by TLS."""
    authority = Authority(tmp_path)
    with SmtpSink(tls=tls, context=authority.server_context()) as sink:
        town = make_town()
        town.sink = sink
        port = dovecot.tls_port if tls == "implicit" else dovecot.starttls_port
        secured(town, "mailboxes.corona", tls, port, dovecot.ca_file)
        secured(town, "smtp", tls, sink.port, authority.ca_file)
        town.write(2)

        assert told(town, "mailbox corona").is_sound
        assert told(town, "relay").is_sound
        assert town.run()
        town.holds()


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_mail_server_with_a_strangers_certificate_is_told_no_password(make_town, dovecot, tls):
    """The reader learns that it is the certificate, and what to type."""
    town = make_town()
    secured(town, "mailboxes.corona", tls, dovecot.tls_port if tls == "implicit" else dovecot.starttls_port)
    town.write(1)

    assert not town.run()
    assert "certificate verify failed" in town.rows("SELECT last_error FROM mailbox")[0][0]
    finding = told(town, "mailbox corona")
    assert not finding.is_sound
    assert "certificate verify failed" in finding.text
    assert "mailbot check" in finding.text


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
@pytest.mark.parametrize("name", ["127.0.0.1", "elsewhere.example"])
def test_a_relay_with_a_strangers_certificate_gets_no_mail(make_town, tmp_path, tls, name):
    """Unknown authority, or a known one that vouches for somebody else."""
    authority = Authority(tmp_path, name)
    known = authority.ca_file if name == "elsewhere.example" else None
    with SmtpSink(tls=tls, context=authority.server_context()) as sink:
        town = make_town()
        secured(town, "smtp", tls, sink.port, known)
        town.write(1)

        assert not town.run()
        assert not sink.mails
        assert not [verb for _, verb in sink.commands if verb in {"MAIL", "RCPT", "DATA", "AUTH"}]
        assert "certificate" in town.rows("SELECT outcome FROM outbox")[0][0]
        finding = told(town, "relay")
        assert not finding.is_sound
        assert "certificate" in finding.text
        assert "[smtp]" in finding.text


def test_a_relay_from_which_starttls_was_stripped_gets_no_mail(make_town, sink):
    """Never in clear text because somebody in between would like it."""
    town = make_town()
    secured(town, "smtp", "starttls", sink.port)
    town.write(1)

    assert not town.run()
    assert not sink.mails
    assert "STARTTLS" in town.rows("SELECT outcome FROM outbox")[0][0]


def test_a_mail_server_from_which_starttls_was_stripped_is_told_no_password(make_town, dovecot):
    """The same on the way in."""
    stripped = Fault("replace", match=rb"STARTTLS", put=b"XSTRIPPED", times=0)
    refused = Fault("answer", way="up", match=rb"\w+ STARTTLS\r\n", put=b"{tag} BAD unknown command\r\n", times=0)
    with FaultProxy((dovecot.host, dovecot.port), stripped, refused) as proxy:
        town = make_town()
        secured(town, "mailboxes.corona", "starttls", proxy.port, dovecot.ca_file)
        town.write(1)

        assert not town.run()
        assert town.rows("SELECT count(*) FROM message") == [(0,)]
        assert "mailbot check" in town.rows("SELECT last_error FROM mailbox")[0][0]


def test_a_real_relay_with_a_private_authority(make_town, postfix_with, sink):
    """Postfix, by implicit TLS and by STARTTLS."""
    postfix = postfix_with(relay=(sink.host, sink.port))
    town = make_town()
    for count, (tls, port) in enumerate((("implicit", postfix.tls_port), ("starttls", postfix.port)), 1):
        secured(town, "smtp", tls, port, postfix.ca_file)
        town.write(1)
        assert town.run()
        sink.wait_for(count, 30)
    town.holds()
