"""How the work of reading grows with a hostile letter: CPU time of `explain` for each, and for the same twice as long.

python -m bench.hostile            a line per letter: seconds, seconds at double length, ratio
python -m bench.hostile html       only those whose name has the word

A ratio near 2 is linear; far above 2.5 is a letter that can stop a worker. The limit is five seconds for each.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from mailbot.explaining import explain, make_reading_desk

FROM = b"From: a@b.example\r\nSubject: x\r\n"
HTML = FROM + b"Content-Type: text/html\r\n\r\n"
MIXED = FROM + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
BOUNCE = b"From: MAILER-DAEMON@b.example\r\nSubject: failure notice\r\n\r\n"
FORM = b"From: noreply@b.example\r\nSubject: x\r\n\r\nTelefoon: 1\nBericht: hulp\nNaam: Jan\n"
NOW = datetime(2020, 3, 16, 9, tzinfo=UTC)


def _nested(count: int) -> bytes:
    return FROM + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(count))


LETTERS: dict[str, Callable[[int], bytes]] = {
    "nested parts": lambda n: _nested(n // 200),
    "one boundary for all": lambda n: MIXED + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * (n // 100),
    "many parts": lambda n: MIXED + b"--b\r\n\r\nx\r\n" * (n // 10),
    "many addresses": lambda n: b"To: " + b",\r\n ".join(b"u%d@b.example" % k for k in range(n // 5)) + b"\r\n\r\nx",
    "many fields": lambda n: b"X: y\r\n" * n + b"\r\nx",
    "one long line": lambda n: FROM + b"\r\n" + b"hulp " * n,
    "many lines": lambda n: FROM + b"\r\n" + b"hulp\n" * n,
    "lines that open like an attribution": lambda n: FROM + b"\r\n" + b"Op 1 maart\n" * n,
    "lines like a copied header": lambda n: FROM + b"\r\n" + b"From: x\nTo: y\n" * (n // 2),
    "html: open tags": lambda n: HTML + b"<div>" * n,
    "html: nested quotes": lambda n: HTML + b"<blockquote type=cite>x" * (n // 4),
    "html: attributes": lambda n: HTML + b"<p " + b" ".join(b"a%d='>'" % k for k in range(n)),
    "html: comments": lambda n: HTML + b"<!--" * n,
    "html: angle brackets": lambda n: HTML + b"<" * n,
    "encoded words": lambda n: b"Subject: " + b"=?utf-8?q?a?= " * n + b"\r\n\r\nx",
    "quotes in From": lambda n: b"From: " + b'"' * n + b"\r\n\r\nx",
    "stray octets": lambda n: FROM + b"\r\n" + b"\xc3\xa9 \xe9" * n,
    "uuencode without end": lambda n: FROM + b"\r\n" + b"begin 644 a\n" * n + b"\nend",
    "form: a field without end": lambda n: FORM + b"x\n" * n,
    "form: empty lines with signs": lambda n: FORM + b"*\n" * n,
    "form: heads": lambda n: FORM + b"a:b\n" * n,
    "bounce: dashes": lambda n: BOUNCE + b"-" * n,
    "bounce: empty lines": lambda n: BOUNCE + b"\n" * n,
    "bounce: addresses": lambda n: BOUNCE + b"user a@b.example\n" * (n // 10),
}


def main(word: str = "") -> None:
    desk = make_reading_desk(None)

    def seconds(octets: bytes) -> float:
        begun = time.process_time()
        explain(octets, "x.eml", "corona", desk, NOW)
        return time.process_time() - begun

    seconds(FROM + b"\r\nwarm")
    for name, make in LETTERS.items():
        if word in name:
            once, twice = seconds(make(100_000)), seconds(make(200_000))
            print(f"{name:<38}{once:7.2f} s {twice:7.2f} s {twice / max(once, 0.001):6.1f}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
