"""The digest: what a matchmaker reads, and what nobody may ever read in it."""

import random
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from mailbot.matching.digest import Line, Missing, Reader, digest_values, tap
from mailbot.matching.naming import NOBODY, first_name, shown_name
from mailbot.matching.records import ANY_TIME, slots_of
from mailbot.opening import _words
from mailbot.outbox.notes import load_notes, render_digest

NOW = datetime(2020, 3, 16, 11, 0, tzinfo=UTC)
NOTES = load_notes([Path(__file__).parents[2] / "templates"], ("nl", "fr", "en", "de"), _words)
PLACES = frozenset({"Leuven", "Kessel-Lo", "Heverlee"})
ADDRESS = "leuven.helpt+ld57-k7qf9z2pabcd@leuven.example"


def reader(language: str = "nl") -> Reader:
    return Reader(NOTES.labels[language], NOTES.words[language], ADDRESS, PLACES, lambda moment: moment, NOW)


def match(number: int = 214, **more):
    row = {
        "id": number,
        "request": 231,
        "offer": 88,
        "state": "proposed",
        "urgent": True,
        "deadline": NOW + timedelta(hours=4, minutes=5),
        "score": 897,
        "metres": 640,
        "postcode_only": False,
        "why": [["time", 150, "free at 3 of 21 wanted times"], ["waited", 90, "9 days waiting"]],
        "reserves": [[1033, 874, 900], [778, 851, 1200]],
        "r_kinds": ["pharmacy"],
        "r_slots": ANY_TIME,
        "r_day": None,
        "r_recurs": False,
        "r_places": 1,
        "r_district": "Kessel-Lo",
        "r_postcode": "3010",
        "r_street": "",
        "r_languages": ["nl"],
        "r_on_behalf": True,
        "r_who_name": "Maria Vermeulen",
        "r_who_email": "maria@home.example",
        "r_who_phone": "+32470000011",
        "r_who_subject": "",
        "o_kinds": ["pharmacy", "groceries"],
        "o_languages": ["nl", "fr"],
        "o_who_name": "Jan Peeters",
        "o_who_email": "jan@home.example",
        "o_who_phone": "+32470000022",
    }
    return row | more


def written(lines, missing=(), language: str = "nl"):
    values = digest_values(lines, missing, {"id": 57, "token": "K7QF9Z2P"}, reader(language))
    return render_digest(NOTES, language, "[LH D-57 K7QF9Z2PABCD] " + values["counts"], values)


def test_a_row_says_all_that_a_matchmaker_needs():
    """Urgency, help, when, district, both by first name, language, distance, why, score, reserves, time left."""
    shown = written([Line(1, "TOKENTOKEN22", match())]).text

    for words in (
        "1 DRINGEND medicijnen, om het even wanneer, 3010 Kessel-Lo   M-214   nog 4 u",
        "vraag H-231 Maria V. (Nederlands) via iemand anders - voorstel A-88 Jan P. - 0,6 km",
        "eerste keuze: medicijnen, spreekt Nederlands, vrij op 3 van 21 momenten, wacht 9 dagen; 897 punten",
        "reserve: A-1033 (874, 0,9 km), A-778 (851, 1,2 km)",
    ):
        assert words in shown


@pytest.mark.parametrize(("days", "said"), [(0, "vandaag gevraagd"), (1, "wacht 1 dag;"), (2, "wacht 2 dagen")])
def test_a_digest_counts_as_people_do(days, said):
    """Nobody waits `0 dagen` or `1 dagen`."""
    row = match(why=[["waited", 90, f"{days} days waiting"]])

    assert said in written([Line(1, "TOKENTOKEN22", row)]).text


@pytest.mark.parametrize("language", ["nl", "fr", "en", "de"])
def test_a_digest_is_written_in_four_languages(language):
    """With nothing left unfilled."""
    rows = [Line(1, "T" * 12, match()), Line(2, "U" * 12, match(7, state="accepted"))]
    missing = [Missing(_record(), (12, 88), "language"), Missing(_record())]
    shown = written(rows, missing, language)

    assert "{" not in shown.text + shown.html.partition("</style>")[2]
    assert "M-214" in shown.text
    assert "H-240" in shown.text


def _record(**more):
    row = {"ticket": 240, "kinds": ["transport"], "languages": ["pl"], "district": "Leuven", "postcode": "3000"}
    return row | more


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"r_day": date(2020, 3, 18)}, "op wo 18/3"),
        ({"r_slots": slots_of(["afternoon"], ["wed", "sat"]), "r_recurs": True}, "wo/za namiddag, keert terug"),
        ({"r_slots": slots_of(["morning", "afternoon"])}, "voormiddag/namiddag"),
        ({"r_places": 43}, "43 mensen gevraagd"),
        ({"postcode_only": True}, "enkel de postcode is bekend"),
        ({"r_district": "Bondgenotenlaan 12"}, "plaats nog te vragen"),
        ({"o_languages": ["tr"]}, "geen gemeenschappelijke taal"),
        ({"deadline": NOW - timedelta(hours=1)}, "nu"),
    ],
)
def test_what_is_special_is_said(changed, words):
    """Days, recurrence, several people, a guess at the distance."""
    assert words in written([Line(1, "T" * 12, match(**changed))]).text


def test_no_link_leads_to_the_web():
    """A mail gateway opens web links by itself; it cannot press a mail link."""
    page = written([Line(1, "T" * 12, match())]).html

    links = re.findall(r'href="([^"]+)"', page)
    assert len(links) == 3
    assert all(link.startswith("mailto:") for link in links)
    assert "http" not in page


def test_a_one_tap_answer_carries_match_token_and_word_in_its_subject():
    """Which is how the reader of replies knows it."""
    assert tap(ADDRESS, 214, "ABCDEFGH2345", "ja") == (f"mailto:{ADDRESS}?subject=%5BLH%20M-214%20ABCDEFGH2345%5D%20JA")


SECRETS = {
    "phone": ["0470 00 00 11", "+32470000011", "016/00 00 12"],
    "street": ["Bondgenotenlaan 12", "Diestsestraat 4 bus 2", "rue du Canal 7"],
    "email": ["maria@home.example", "m.v@mailhuis.example"],
    "age": ["81 jaar", "geboren 1939", "88-jarige"],
    "health": ["diabetes", "dementie", "longkanker", "coronapatiënt"],
    "words": ["De sleutel ligt onder de mat", "Bel niet aan", "Mijn man drinkt"],
    "number": ["39.01.01-123.45"],
    "markup": ["<script>alert(1)</script>", "{{ 7*7 }}", "[klik](http://kwaad.example)", "=HYPERLINK(1)"],
}


@dataclass(frozen=True)
class Letter:
    row: dict
    secrets: list[str]


def poisoned(seed: int) -> Letter:
    """A match in every text field of which stands what a digest must never say."""
    draw = random.Random(seed)
    told = [draw.choice(choices) for choices in SECRETS.values()]

    def some() -> str:
        return " ".join(draw.sample(told, draw.randint(1, 3)))

    fields = ("r_district", "r_postcode", "r_street", "r_who_name", "o_who_name", "r_who_subject")
    row = match(seed, **{name: some() for name in fields})
    row |= {
        "r_kinds": [some(), "pharmacy"],
        "o_kinds": [some()],
        "r_languages": [some()],
        "o_languages": [some()],
        "why": [["time", 1, some()], ["waited", 1, some()], [some(), 1, some()]],
        "reason": some(),
        "r_seed": {"needs": some()},
        "state": draw.choice(["proposed", "accepted", "active"]),
        "urgent": draw.random() < 0.3,
    }
    return Letter(row, told)


def test_a_thousand_letters_full_of_details_leave_none_in_a_digest():
    """Telephone, street, e-mail, age, illness, free text, markup: in every field, and not one word comes out."""
    for seed in range(1, 1001):
        letter = poisoned(seed)
        record = _record(kinds=letter.row["r_kinds"], district=letter.row["r_district"])
        missing = [Missing(record, (12, 88), "kind")]
        shown = written([Line(1, "T" * 12, letter.row)], missing, ("nl", "fr", "en", "de")[seed % 4])
        said = shown.subject + shown.text + re.sub(r"<style>.*?</style>", "", shown.html, flags=re.DOTALL)
        leaked = [secret for secret in letter.secrets if secret.casefold() in said.casefold()]
        words = {word for secret in letter.secrets for word in re.findall(r"[^\W\d_]{5,}", secret)} - {"example"}  # our own
        leaked += [word for word in words if re.search(rf"\b{word}\b", said, re.IGNORECASE)]
        assert not leaked, (seed, leaked, shown.text)


@pytest.mark.parametrize(
    ("written_name", "shown"),
    [
        ("Maria Vermeulen", "Maria V."),
        ("VERMEULEN, Maria", "Maria V."),
        ("mevr. An Van den Broeck", "An B."),
        ("jan", "Jan"),
        ("Jean-Pierre D'Hondt", "Jean-Pierre D."),
        ("Şule Öztürk", "Şule Ö."),
        ("", NOBODY),
        ("0470 00 00 11", NOBODY),
        ("Jan (81 jaar)", NOBODY),
        ("maria@home.example", NOBODY),
        ("Bondgenotenlaan Leuven", NOBODY),
        ("Diabetespatiënt Maria", NOBODY),
        ("<b>Jan</b>", NOBODY),
        ("de sleutel ligt onder de mat bij buur", NOBODY),
    ],
)
def test_names_are_a_first_name_and_an_initial_or_nothing(written_name, shown):
    """Whatever was typed into the field."""
    assert shown_name(written_name) == shown
    assert first_name(written_name) == ("" if shown == NOBODY else shown.split()[0])


CHROMIUM = shutil.which("chromium")
MEASURE = (
    "<script>document.title=[document.documentElement.scrollWidth,window.innerWidth,"
    "Math.max(...[...document.querySelectorAll('main *')].map(e=>Math.ceil(e.getBoundingClientRect().right)))]"
    ".join(',')</script>"
)


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (Debian: chromium)")
def test_a_digest_needs_no_scrolling_sideways(tmp_path):
    """In a real browser, as narrow as a telephone (360 px) and as wide as a desk (1,024); with our longest words."""
    rows = [Line(n, "T" * 12, match(n, r_kinds=["admin_help", "tutoring", "social_call"])) for n in (1, 2)]
    rows.append(Line(3, "U" * 12, match(3, state="active")))
    page = written(rows, [Missing(_record(), (12, 88), "language")]).html
    (tmp_path / "inner.html").write_text(page.replace("</body>", f"{MEASURE}</body>"), encoding="utf-8")
    frames = "".join(f'<iframe src="inner.html" style="width:{width}px;height:900px;border:0"></iframe>' for width in (360, 1024))
    told = "<script>onload=()=>{document.title=[...document.querySelectorAll('iframe')].map(f=>f.contentDocument.title).join(';')}</script>"
    (tmp_path / "outer.html").write_text(f"<!doctype html><body style='margin:0'>{frames}{told}</body>", encoding="utf-8")

    line = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    line += [f"--user-data-dir={tmp_path}/profile", "--allow-file-access-from-files", "--virtual-time-budget=2000"]
    line += ["--dump-dom", f"file://{tmp_path}/outer.html"]
    done = subprocess.run(line, capture_output=True, text=True, timeout=120, check=True)
    found = re.search(r"<title>([\d,;]+)</title>", done.stdout)

    assert found, done.stdout[:400]
    measured = [tuple(map(int, each.split(","))) for each in found.group(1).split(";")]
    assert [window for _content, window, _rightmost in measured] == [360, 1024]
    assert all(max(content, rightmost) <= window for content, window, rightmost in measured)
