"""A private Dovecot (Debian's dovecot-imapd): own folder, own ports, own users, gone afterwards.

    with Dovecot() as server:
        server.deliver("corona", b"Subject: dag\r\n\r\ntekst\r\n")
        ...  # IMAP at server.host, server.port (plain, STARTTLS) or server.tls_port, CA in server.ca_file

Mail lies in Maildirs at `server.maildir(user)`, where Postfix's virtual(8) may deliver too. Runs as root (mail
then belongs to nobody) and as anybody else.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import os
import shutil
import time
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from tests.servers import daemons
from tests.servers.daemons import Unavailable
from tests.servers.tls import Authority

USERS = ("corona", "helpt")
PASSWORD = "geheim-van-de-balie"
TOKEN_KEY = b"a key for tests only, 32 bytes ok"
CONFIG = """
base_dir = {base}/run
state_dir = {base}/run
log_path = {base}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
mail_uid = {mail_uid}
mail_gid = {mail_gid}
first_valid_uid = 1
mail_location = maildir:{base}/mail/%u
mail_fsync = never
mail_max_userip_connections = 200
mailbox_list_index = no
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
ssl_dh =
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  process_limit = 200
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
  mechanisms = plain login
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {base}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={mail_uid} gid={mail_gid} home={base}/mail/%u
}}
"""
OAUTH2 = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={base}/keys/
username_attribute = sub
"""


class Dovecot:
    """The server; `users` are names and passwords. Raises Unavailable where Dovecot is not installed."""

    name = "dovecot"
    host = "127.0.0.1"

    def __init__(self) -> None:
        self.users = dict.fromkeys(USERS, PASSWORD)

    def __enter__(self) -> Dovecot:
        program = shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin:" + os.environ.get("PATH", ""))
        if program is None:
            raise Unavailable("Dovecot is not installed (Debian: dovecot-imapd)")
        self._numbers = itertools.count(1)
        with ExitStack() as stack:
            self.base = stack.enter_context(daemons.folder_for("dovecot"))
            self.owner = daemons.user_for("nobody")
            self._write()
            config = str(self.base / "dovecot.conf")
            stack.enter_context(daemons.running([program, "-F", "-c", config], self.base / "output.log"))
            daemons.wait_until(lambda: daemons.is_listening(self.port), f"Dovecot: {self._log()}")
            self.starttls_port = self.port
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def maildir(self, user: str) -> Path:
        return self.base / "mail" / user

    def new_user(self) -> str:
        """The name of a user with an empty mailbox."""
        name = f"user{next(self._numbers)}"
        self.users[name] = PASSWORD
        self._make_maildir(name)
        return name

    def deliver_all(self, user: str, letters: Iterable[bytes], at: datetime | None = None) -> None:
        """Deliver many letters, in order."""
        for octets in letters:
            self.deliver(user, octets, at)

    def deliver(self, user: str, octets: bytes, at: datetime | None = None) -> None:
        """Deliver as an MTA does: write to tmp, move to new. `at` becomes INTERNALDATE."""
        name = f"{int(time.time())}.M{next(self._numbers):09d}P{os.getpid()}.test"
        path = self.maildir(user) / "tmp" / name
        path.write_bytes(octets)
        if at is not None:
            os.utime(path, (at.timestamp(), at.timestamp()))
        self._give(path)
        path.rename(self.maildir(user) / "new" / name)

    def token(self, user: str) -> str:
        """A bearer token that XOAUTH2 accepts for this user: a JWT signed with HS256 (RFC 7519)."""
        head, body = (
            base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
            for part in ({"alg": "HS256", "typ": "JWT"}, {"sub": user, "exp": int(time.time()) + 3600})
        )
        sign = hmac.digest(TOKEN_KEY, head + b"." + body, hashlib.sha256)
        return b".".join((head, body, base64.urlsafe_b64encode(sign).rstrip(b"="))).decode()

    def _write(self) -> None:
        self.port, self.tls_port = daemons.free_port(), daemons.free_port()
        authority = Authority(self.base)
        self.ca_file = authority.ca_file
        (self.base / "run").mkdir()
        (self.base / "oauth2.conf").write_text(OAUTH2.format(base=self.base))
        keys = self.base / "keys" / "default" / "HS256"
        keys.mkdir(parents=True)
        (keys / "default").write_bytes(base64.b64encode(TOKEN_KEY))
        for user in self.users:
            self._make_maildir(user)
        (self.base / "dovecot.conf").write_text(self._config(authority))

    def _config(self, authority: Authority) -> str:
        internal, login = daemons.user_for("dovecot"), daemons.user_for("dovenull")
        return CONFIG.format(
            base=self.base,
            password=PASSWORD,
            internal=internal.pw_name,
            internal_group=daemons.group_of(internal),
            login=login.pw_name,
            mail_uid=self.owner.pw_uid,
            mail_gid=self.owner.pw_gid,
            certificate=authority.certificate,
            key=authority.key,
            port=self.port,
            tls_port=self.tls_port,
        )

    def _make_maildir(self, user: str) -> None:
        for part in ("new", "cur", "tmp"):
            (self.maildir(user) / part).mkdir(parents=True)
        for path in (self.base / "mail", self.maildir(user), *self.maildir(user).iterdir()):
            self._give(path)

    def _give(self, path: Path) -> None:
        if daemons.is_root():
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def _log(self) -> str:
        files = (self.base / "dovecot.log", self.base / "output.log")
        return " ".join(file.read_text(errors="replace")[-500:] for file in files if file.exists())
