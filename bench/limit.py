"""The bare limit for `bench.ingest`: the same libraries, no logic, nothing kept safe."""

from __future__ import annotations

import smtplib
import sqlite3
import sys
import zlib
from email import message_from_bytes

from imapclient import IMAPClient

ANSWER = b"From: corona@leuven.example\r\nTo: %s\r\nSubject: ok\r\nMessage-ID: <%d@leuven.example>\r\n\r\nWij kregen uw bericht.\r\n"


def texts(octets: bytes) -> tuple[str, str]:
    message = message_from_bytes(octets)
    parts = [part.get_payload(decode=True) for part in message.walk() if part.get_content_type() == "text/plain"]
    return str(message["From"]).rpartition("<")[2].rstrip(">"), b"".join(part or b"" for part in parts).decode(
        "utf-8", "replace"
    )


def main(imap_port: int, smtp_port: int, database: str, logins: list[str]) -> None:
    store = sqlite3.connect(database, isolation_level=None)
    store.execute("PRAGMA synchronous=FULL")
    store.execute("CREATE TABLE letter (id INTEGER PRIMARY KEY, sender TEXT, text TEXT, octets BLOB)")
    relay = smtplib.SMTP("127.0.0.1", smtp_port)
    for login in logins:
        user, _, secret = login.partition(":")
        client = IMAPClient("127.0.0.1", imap_port, ssl=False)
        client.login(user, secret)
        client.select_folder("INBOX")
        uids = client.search("ALL")
        for start in range(0, len(uids), 50):
            found = client.fetch(uids[start : start + 50], ["BODY.PEEK[]"])
            rows = [(*texts(each[b"BODY[]"]), zlib.compress(each[b"BODY[]"], 1)) for each in found.values()]
            store.execute("BEGIN")
            store.executemany("INSERT INTO letter (sender, text, octets) VALUES (?, ?, ?)", rows)
            store.execute("COMMIT")
            for number, row in enumerate(rows):
                relay.sendmail("corona@leuven.example", [row[0]], ANSWER % (row[0].encode(), start + number))
        client.logout()
    relay.quit()


if __name__ == "__main__" and sys.argv[1] != "--nothing":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
