"""Hostile text on a terminal: a table of attacks, each shown as text and nothing else."""

import pytest

from mailbot.cli.attachments import save
from mailbot.cli.terminal import safe
from mailbot.model import Attachment, Permanent

ATTACKS = {
    "clear the screen": "\x1b[2J\x1b[H",
    "colour and hide": "\x1b[8mverborgen\x1b[0m",
    "set the title": "\x1b]0;root@leuven\x07",
    "a clickable link": "\x1b]8;;http://evil.example\x1b\\klik\x1b]8;;\x1b\\",
    "write to the clipboard": "\x1b]52;c;cm0gLXJmIH4=\x07",
    "ask the terminal to answer": "\x1b[6n\x1b[c\x1b]11;?\x07",
    "print screen to a file": "\x1b[5i",
    "one-byte controls": "\x9b2J\x9d0;x\x9c\x90q\x9c",
    "backspace over": "rm\x08\x08ls",
    "carriage return over": "bedrag 1000\rbedrag 1",
    "bell and form feed": "\x07\x0c\x0b",
    "right to left": "factuur_\u202egnp.exe",
    "isolates": "\u2066naam\u2069\u2067x\u2068",
    "marks": "\u200e\u200f\u061c",
    "invisible letters": "a\u200bb\u2060c\ufeffd\u00ade",
    "tags": "\U000e0041\U000e007f",
    "line separators": "een\u2028twee\u2029drie\x85vier",
    "private use and unassigned": "\ue000\U0010ffff",
    "lone surrogate": "\ud800",
    "nul": "a\x00b",
}
STEERING = {chr(n) for n in (*range(0x20), *range(0x7F, 0xA0))} | set(
    "\u200b\u200e\u200f\u061c\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad\ud800"
)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_an_attack_steers_nothing(attack):
    """Neither the cursor, nor the direction, nor the lines of a table."""
    assert not STEERING & set(safe(attack))
    assert not (STEERING - {"\n"}) & set(safe(attack, lines=True))


@pytest.mark.parametrize(
    "text", ["Élodie Dubois", "Łukasz", "مرحبا", "你好", "👩‍👩‍👧", "நன்றி", "mañana – “ja”", "سلام‌علیکم"]
)
def test_peoples_own_letters_stay_as_they_are(text):
    """Names and greetings in any script are read as they were written."""
    assert safe(text) == text


def test_an_attachment_is_saved_beside_what_is_there(tmp_path):
    """Under a name that hides nothing, for its owner alone, never over another file, never outside the folder."""
    found = [(Attachment("factuur_\u202egnp.exe", "image/png", 3), b"abc")]
    first, second = (save(found, 1, 12, tmp_path) for _ in range(2))

    assert first.name == "factuur__gnp.exe"
    assert second.name == "factuur__gnp-2.exe"
    assert first.read_bytes() == b"abc"
    assert first.stat().st_mode & 0o177 == 0
    with pytest.raises(Permanent, match="mailbot show 12"):
        save(found, 2, 12, tmp_path)
