"""Whatever a letter holds, there is an answer, in bounded work and without an exception."""

from __future__ import annotations

import pytest

from mailbot.triage import text
from mailbot.triage.text import sentences

LANGUAGES = "Привет мир. 你好世界。 مرحبا بالعالم. שלום עולם. Γειά σου Κόσμε. हैलो वर्ल्ड। สวัสดีชาวโลก 안녕 세상. "
HOSTILE = {
    "two megabytes of words": "Kan iemand boodschappen doen voor mij? " * 52_000,
    "one endless word": "a" * 2_000_000,
    "one endless line": "boodschappen " * 160_000,
    "control characters": "".join(map(chr, range(32))) * 2_000 + "\x7f\x9b" * 500,
    "a hundred languages": LANGUAGES * 200,
    "combining marks": "e" + "\u0301" * 100_000,
    "only question marks": "?" * 300_000,
    "only line breaks": "\n" * 300_000,
    "telephone numbers": "0470 00 00 12 " * 50_000,
    "postcodes": "3000 Leuven 3010 Kessel-Lo " * 50_000,
    "nothing": "",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_every_letter_gets_a_verdict(understood, name):
    """In the body, in the subject, in both."""
    words = HOSTILE[name]

    assert 0 <= understood(words).confidence <= 1
    assert 0 <= understood("Dag", subject=words).confidence <= 1


@pytest.mark.parametrize("name", HOSTILE)
def test_the_work_is_bounded(name):
    """No letter costs more than one of the size that a person writes."""
    from mailbot.model import Letter

    found = sentences(Letter(subject=HOSTILE[name], new_text=HOSTILE[name]))

    assert len(found) <= text.MAX_SENTENCES + 1
    assert sum(len(each.text) for each in found) <= text.MAX_TEXT + text.MAX_SENTENCE


def test_a_letter_unlike_all_others_is_left_to_a_person(understood):
    """Where the desk never met the words, it does not act alone."""
    assert not understood("Zxq vlorp gnith wumbra, fnord blick trazzle mompf grenk.").automatic
    assert not understood("Salut, sunt îngrijitoare și caut de lucru în oraș, mulțumesc frumos.").automatic
