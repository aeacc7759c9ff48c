"""A private Postfix (Debian's postfix): own configuration, queue and ports, gone afterwards. Root only.

    with Postfix(relay=("127.0.0.1", sink.port), maildirs={"corona@stad.test": dovecot.maildir("corona")}) as server:
        ...  # SMTP at server.host, server.port (plain, STARTTLS) or server.tls_port, CA in server.ca_file

Mail for an address of `maildirs` (with or without +extension) goes into that Maildir by virtual(8), everything
else to the relay. What the relay defers is tried again after a second. `queue()` says what is still there.
"""

from __future__ import annotations

import grp
import json
import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from tests.servers import daemons
from tests.servers.daemons import Unavailable
from tests.servers.tls import Authority

PRIVATE = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace")
MAIN = """
compatibility_level = 3.6
config_directory = {config}
queue_directory = {queue}
data_directory = {base}/data
maillog_file = {base}/maillog
maillog_file_prefixes = {base}
myhostname = postfix.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_client_connection_count_limit = 0
relayhost = {relay}
alias_maps =
local_recipient_maps =
recipient_delimiter = +
in_flow_delay = 0
message_size_limit = 60000000
mailbox_size_limit = 0
virtual_mailbox_limit = 0
virtual_mailbox_base = /
virtual_mailbox_domains = {domains}
virtual_mailbox_maps = {maps}
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
smtp_destination_concurrency_failed_cohort_limit = 0
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = may
smtp_tls_security_level = none
"""
SERVICES = """
pickup    unix  n - n 60    1 pickup
cleanup   unix  n - n -     0 cleanup
qmgr      unix  n - n 300   1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n -     - trivial-rewrite
bounce    unix  - - n -     0 bounce
defer     unix  - - n -     0 bounce
trace     unix  - - n -     0 bounce
verify    unix  - - n -     1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n -     - proxymap
proxywrite unix - - n -     1 proxymap
smtp      unix  - - n -     - smtp
relay     unix  - - n -     - smtp
showq     unix  n - n -     - showq
error     unix  - - n -     - error
retry     unix  - - n -     - error
discard   unix  - - n -     - discard
virtual   unix  - n n -     - virtual
lmtp      unix  - - n -     - lmtp
anvil     unix  - - n -     1 anvil
scache    unix  - - n -     1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """The server. Raises Unavailable where Postfix is not installed or we are not root."""

    name = "postfix"
    host = "127.0.0.1"

    def __init__(self, relay: tuple[str, int] | None = None, maildirs: Mapping[str, Path] | None = None) -> None:
        self._relay = f"[{relay[0]}]:{relay[1]}" if relay else ""
        self._maildirs = maildirs or {}

    def __enter__(self) -> Postfix:
        if shutil.which("postconf", path="/usr/sbin") is None:
            raise Unavailable("Postfix is not installed (Debian: postfix)")
        if not daemons.is_root():
            raise Unavailable("Postfix runs as root only")
        with ExitStack() as stack:
            self.base = stack.enter_context(daemons.folder_for("postfix"))
            self.config, self._queue = self.base / "config", self.base / "queue"
            self._make_folders()
            self._write()
            line = ["/usr/lib/postfix/sbin/master", "-s", "-c", str(self.config)]
            stack.enter_context(daemons.running(line, self.base / "output"))
            daemons.wait_until(lambda: daemons.is_listening(self.port), "Postfix")
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def queue(self) -> list[dict[str, object]]:
        """Mail that is not delivered yet, as `postqueue -j` tells of it."""
        line = ["/usr/sbin/postqueue", "-c", str(self.config), "-j"]
        told = subprocess.run(line, capture_output=True, text=True, check=True).stdout
        return [json.loads(each) for each in told.splitlines()]

    def log(self) -> str:
        """What Postfix has told so far."""
        path = self.base / "maillog"
        return path.read_text(errors="replace") if path.exists() else ""

    def _make_folders(self) -> None:
        owner, drop = pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postdrop").gr_gid
        for folder in (self.config, self._queue, self._queue / "pid"):
            folder.mkdir()
        own = dict.fromkeys(PRIVATE, (0o700, -1)) | {"maildrop": (0o1730, drop), "public": (0o2710, drop)}
        for path, (mode, group) in {self._queue / name: how for name, how in own.items()}.items():
            path.mkdir()
            os.chown(path, owner, group)
            path.chmod(mode)
        (self.base / "data").mkdir(mode=0o700)
        os.chown(self.base / "data", owner, -1)

    def _write(self) -> None:
        self.port, self.tls_port = daemons.free_port(), daemons.free_port()
        authority, mail = Authority(self.base), daemons.user_for("nobody")
        self.ca_file = authority.ca_file
        maps = self.config / "mailboxes"
        maps.write_text("".join(f"{address} {path}/\n" for address, path in self._maildirs.items()))
        main = MAIN.format(
            base=self.base,
            config=self.config,
            queue=self._queue,
            relay=self._relay,
            domains=" ".join({address.partition("@")[2] for address in self._maildirs}),
            maps=f"texthash:{maps}",
            uid=mail.pw_uid,
            gid=mail.pw_gid,
            certificate=authority.certificate,
            key=authority.key,
        )
        (self.config / "main.cf").write_text(main)
        (self.config / "master.cf").write_text(self._doors() + SERVICES)
        for path in self.config.iterdir():
            os.utime(path, (0, 0))  # Postfix waits two seconds for a file that was written just now

    def _doors(self) -> str:
        plain, wrapped = f"{self.host}:{self.port}", f"{self.host}:{self.tls_port}"
        return f"{plain} inet n - n - - smtpd\n{wrapped} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes\n"
