"""A certificate authority for one run, and what its servers need. Nothing of it is trusted outside the test."""

from __future__ import annotations

import ssl
from pathlib import Path

import trustme


class Authority:
    """Writes `ca.pem` (for clients), `server.pem` and `server.key` (for 127.0.0.1 and localhost) into `folder`."""

    def __init__(self, folder: Path, *names: str) -> None:
        authority = trustme.CA(organization_name="mailbot test")
        issued = authority.issue_cert(*(names or ("localhost", "127.0.0.1")))
        self.ca_file = folder / "ca.pem"
        self.certificate = folder / "server.pem"
        self.key = folder / "server.key"
        authority.cert_pem.write_to_path(str(self.ca_file))
        self.key.write_bytes(issued.private_key_pem.bytes())
        self.certificate.write_bytes(b"".join(each.bytes() for each in issued.cert_chain_pems))

    def server_context(self) -> ssl.SSLContext:
        """The server's side of a connection."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key)
        return context
