"""The reader of matchmakers' replies: labelled words, put as each mail program puts them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.intake.parse import parse
from mailbot.intake.screen import Own, screen
from mailbot.matching.replies import Reading, read
from mailbot.matching.reply_digest import digest_of
from tests.matching.programs import DIGEST, INLINE, PROGRAMS, digest_lines, letter

HERE = Path(__file__).parent / "replies"


def reading_of(raw: bytes, **changed: Any) -> Reading:
    """What a reply would do to the digest of `programs`."""
    found = parse(raw, "")
    return read(found, screen(found, Own(frozenset(), "mailbot.example")), digest_of({**DIGEST, **changed}))


def cases(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8")))


def wanted(told: str) -> set[str]:
    """`1 ja; 2 door an.peeters`, or `all ja`, as a set."""
    if told.startswith("all "):
        return {f"{row} {told[4:]}" for row in DIGEST["rows"]}
    return {part.strip() for part in told.split(";") if part.strip()}


def done(reading: Reading) -> set[str]:
    return {f"{c.row} {c.command}" + (f" {c.to.partition('@')[0]}" if c.to else "") for c in reading.commands}


def rows_of(case: dict[str, Any]) -> list[int]:
    return list(range(1, case.get("rows", 8) + 1))


def judge(case: dict[str, Any], reading: Reading) -> str:
    """What is wrong with a reading; empty where it is as labelled."""
    meant, allowed, did = wanted(case["does"]), wanted(case.get("also", "")), done(reading)
    if did - meant - allowed:
        return f"did {sorted(did - meant - allowed)} unmeant"
    if meant - did:
        return f"left {sorted(meant - did)}; person sees {reading.unclear}, refused {reading.refused}"
    seen = bool(reading.unclear)
    if case.get("person") and not seen and (not allowed or allowed - did):
        return "nobody sees it"
    if not case.get("person") and seen and not case.get("also_person"):
        return f"a person sees {reading.unclear} for nothing"
    return ""


def dealt(found: list[dict[str, Any]], *steps: int) -> list[Any]:
    """Each case with one program a step, in turn, so that every program meets every sort of case."""
    names = list(PROGRAMS)
    return [
        pytest.param(case, names[(at + step) % len(names)], id=f"{case['says'][:40]!r}-{names[(at + step) % len(names)]}")
        for at, case in enumerate(found)
        for step in steps
    ]


ORDINALS = "second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth nineteenth twentieth"
SETS = [*ORDINALS.split(), "traps", "idioms"]


BY_NAME = ["called", "eighteenth", "twentyfirst", "twentysecond", "twentythird", "twentyfourth", "twentyfifth", "twentysixth", "twentyseventh", "twentyeighth", "twentyninth", "thirtieth"]
COPYING = [name for name in PROGRAMS if name != "fresh"]  # a fresh mail carries no copy of the digest


@pytest.mark.parametrize(("case", "program"), [(case, COPYING[(at + step) % len(COPYING)]) for at, case in enumerate([case for name in BY_NAME for case in cases(name)]) for step in (0, 5)])
def test_rows_may_be_called_by_who_or_what_stands_in_them(case, program):
    assert judge(case, reading_of(PROGRAMS[program](case["says"]), rows=rows_of(case))) == ""


def test_names_call_no_rows_without_a_copy_of_the_digest():
    assert done(reading_of(PROGRAMS["fresh"]("Sofie: ja"))) == set()


def test_a_copy_that_was_cut_short_calls_no_rows():
    """Of `boodschappen` it could not be told that there are two."""
    assert done(reading_of(letter("\n".join(["boodschappen: ja", "", *digest_lines(mark="> ")[:16]])))) == set()


@pytest.mark.parametrize("matches", [[{"row": 1, "match": "M-999"}], [{"row": 2, "match": "M-214"}, {"row": 1, "match": "M-215"}]])
def test_a_copy_of_another_digest_calls_no_rows(matches):
    assert done(reading_of(PROGRAMS["gmail"]("apotheek: ja"), rows=matches)) == set()


@pytest.mark.parametrize(("case", "program"), [*dealt(cases("plain"), 0, 7), *dealt([case for name in SETS for case in cases(name)], 0)])
def test_words_mean_the_same_in_every_mail_program(case, program):
    assert judge(case, reading_of(PROGRAMS[program](case["says"]), rows=rows_of(case))) == ""


@pytest.mark.parametrize("program", INLINE)
@pytest.mark.parametrize("case", [*cases("inline"), *cases("second_inline"), *cases("seventh_inline")], ids=lambda case: str(case["under"])[:50])
def test_answers_between_quoted_rows_count_for_their_rows(case, program):
    assert judge(case, reading_of(INLINE[program](case["under"], case.get("says", "")))) == ""


@pytest.mark.parametrize("case", cases("headings"), ids=lambda case: case["heading"][:40])
@pytest.mark.parametrize(("own", "meant"), [("Dag,\n\n1 ja\n2 nee, te ver\n\nGroeten,\nJan", {"1 ja", "2 nee"}), ("Bedankt!", set()), ("", set())])
def test_what_stands_under_any_heading_is_not_the_writers_own(case, own, meant):
    reading = reading_of(letter("\n".join([own, case["heading"], *digest_lines(mark=case["mark"])])))

    assert (done(reading), reading.unclear, reading.refused) == (meant, (), None)


@pytest.mark.parametrize("line", cases("retractions"))
def test_what_is_taken_back_or_doubted_below_is_not_carried_out(line):
    for text in (f"1 ja\n2 nee\n{line}", f"1 ja\n2 nee\n\n{line}\n\nGroetjes\nJan"):
        reading = reading_of(PROGRAMS["fresh"](text))

        assert done(reading) == set()
        assert line in reading.unclear


ASKED = {
    "H-240 vraag": {240},
    "H-240: vraag maar aub": {240},
    "h-240 en h-241 vragen": {240, 241},
    "[H-240 vraag]": {240},
    "stel de vraag voor H-240": {240},
    "H-240 demande": {240},
    "H-240 please ask them": {240},
    "H-240 stel de vraag\n1 ja": {240},
    "H-240 niet vragen": set(),
    "H-240 vraag?": set(),
    "H-240 vraag morgen": set(),
    "H-240 vraag aan An": set(),
    "vraag H-240 is opgelost": set(),
    "de vraag H-240": set(),
    "H-999 vraag": set(),
    "H-240 en H-999 vraag": set(),
    "H-240": set(),
    "H-240 vraag\nH-240 is al geholpen": set(),
    "H-240 vraag\n\nlaat maar": set(),
    "ik heb een vraag over H-240": set(),
}


@pytest.mark.parametrize(("text", "wanted"), ASKED.items())
def test_a_question_goes_out_only_where_a_line_orders_nothing_else(text, wanted):
    """And what is not carried out is seen by a person."""
    reading = reading_of(PROGRAMS["fresh"](text), missing=[240, 241])

    assert set(reading.asks) == wanted
    assert bool(reading.unclear) is (not wanted)


@pytest.mark.parametrize("line", ["vraag H-231 (Maria) is al opgelost", "let op: mevrouw is doof", "waarom: te ver voor haar", "reserve: niet nodig"])
def test_own_words_that_begin_as_the_digest_does_are_seen(line):
    """They are not taken for the quoted digest, which would drop them and all below."""
    reading = reading_of(PROGRAMS["fresh"](f"{line}\n2 ja"))

    assert line in reading.unclear


def test_a_request_that_the_digest_did_not_show_is_not_asked_about():
    assert reading_of(PROGRAMS["fresh"]("H-240 vraag")).asks == ()


def test_one_tap_asks_the_question():
    subject = "[LH D-57 K7QF9Z2P] H-240 VRAAG"

    assert reading_of(letter("", "<p></p>", subject), missing=[240]).asks == (240,)


def test_a_line_of_many_pieces_is_read_in_bounded_steps(monkeypatch):
    """Each run of pieces once, where every beginning is a command and the end is none."""
    from mailbot.matching import reply_sentences

    seen: list[str] = []
    whole = reply_sentences._whole_command
    monkeypatch.setattr(reply_sentences, "_whole_command", lambda text, scope: seen.append(text) or whole(text, scope))
    reading = reading_of(PROGRAMS["fresh"](", ".join(f"{row} ja" for row in range(1, 9)) + ", dan, zo, iets"))

    assert done(reading) == set()
    assert 0 < len(seen) == len(set(seen))


UNSETTLING = ["als", "tenzij", "misschien", "niet", "pas", "enkel", "maar", "of", "eerst", "behalve", "liever", "wacht", "toch", "voorlopig", "zonder", "if", "unless", "not", "only", "si", "sauf", "mais"]
PLACES = [
    "2 ja {w} Rosa", "2 ja, {w} zij", "2 ja. {W} de dochter", "2 ja. {W} Karel Op Zondag", "2 ja ({w} morgen)", "2 ja\n{w} Karel",
    "2 ja\n{W} Karel", "2 ja! {W} het kan!", "2 JA {U} ROSA", "{W} morgen: 2 ja", "ja voor 2, {w} op woensdag", "ja voor 2 {w} zij",
    "2 mag, {w} zij", "geen probleem voor 2, {w} Rosa", "2 Rosa ja, {w} zij", "2 ja, Karel is {w} morgen", "2 ja, ik ken haar {w}",
    "2 klaar, {w} zij", "2 loopt, {w} zij", "2 gebeld, {w} Rosa",
]  # fmt: skip


CALLED_PLACES = [
    "Sofie: ja, {w} zij", "Sofie ja\n{w} Sofie", "hond: ja {w} Omer", "ok voor de hond, {w} zij", "ok voor Sofie {w} Tom",
    "de hond ja ({w} morgen)", "{W} morgen: Sofie ja", "{W} Sofie: ja", "Sofie {w} ja", "Sofie, {w}: ja", "Sofie {w} Tom: ja",
    "voor de hond {w} ok", "Sofie is {w} ok", "Ja voor Sofie, {w} met Omer", "boodschappen {w} Heverlee: ja", "{w} de hond ja",
    "hond van Omer {w}: ja", "Sofie: ja\n\n{W} Omer",
]  # fmt: skip


@pytest.mark.parametrize(("place", "program"), [(each, "fresh") for each in PLACES] + [(each, "gmail") for each in CALLED_PLACES])
def test_a_word_that_unsettles_does_so_wherever_it_stands(place, program):
    """After a comma, a stop, in brackets, below, in capitals, as a name would be written."""
    told = {word: reading_of(PROGRAMS[program](place.format(w=word, W=word.title(), U=word.upper()))) for word in UNSETTLING}

    assert {word: done(reading) for word, reading in told.items() if done(reading)} == {}


ORDERS = {
    "ja": ["ja", "JA", "ok", "oké", "akkoord", "oui", "yes", "d'accord", "ja graag", "is goed", "👍", "Ja, ik bel morgen"],
    "nee": ["nee", "neen", "NEE", "non", "no, too far", "nee te ver", "nee, heeft al hulp", "nee (geen auto)", "❌"],
    "ander": ["ander", "iemand anders", "un autre", "someone else", "ander graag"],
    "gebeld": ["gebeld", "heb ik gebeld", "appelé", "called", "gebeld, alles ok"],
    "klaar": ["klaar", "afgerond", "terminé", "done"],
    "loopt": ["loopt", "loopt goed", "en cours"],
    "later": ["later", "plus tard", "later aub"],
    "door an.peeters": ["door An", "door naar An", "doorgeven aan An Peeters"],
}
ROW_STYLES = ["{} {}", "{}: {}", "{}. {}", "{}) {}", "{} - {}", "rij {}: {}", "nr {} {}", "- {} {}", "({}) {}", "{} = {}"]
GREETINGS = ["", "Dag Tine,\n\n", "Hallo,\n", "Bonjour,\n\n", "Hi all,\n\n", "Goeiemorgen allemaal\n\n"]
ENDINGS = [
    "", "\n\nGroetjes\nJan", "\n\nMvg,\nJan Claes\nDienst Welzijn\nGrote Markt 3\n016 00 00 12", "\n\nCordialement,\nJan",
    "\n\n-- \nJan Claes\n2de verdieping, bureau 4\ntel 016 00 00 15", "\n\nBedankt!", "\n\nVerstuurd vanaf mijn iPhone",
    "\n\nDit bericht is vertrouwelijk; is het niet voor u bestemd, verwijder het dan en antwoord ja noch nee.",
]  # fmt: skip


@st.composite
def replies(draw) -> tuple[str, set[str]]:
    """Words of a reply whose meaning is known, and that meaning."""
    rows = sorted(draw(st.sets(st.integers(1, 8), min_size=1, max_size=6)))
    style, told, meant = draw(st.sampled_from(ROW_STYLES)), [], set()
    for row in rows:
        verb = draw(st.sampled_from(list(ORDERS)))
        told.append(style.format(row, draw(st.sampled_from(ORDERS[verb]))))
        meant.add(f"{row} {verb}")
    gap = draw(st.sampled_from(["\n", "\n\n", "\n \n"]))
    return draw(st.sampled_from(GREETINGS)) + gap.join(told) + draw(st.sampled_from(ENDINGS)), meant


@settings(max_examples=100, deadline=None, derandomize=True)
@given(replies(), st.sampled_from(list(PROGRAMS)))
def test_greetings_styles_signatures_and_programs_change_no_meaning(reply, program):
    text, meant = reply

    assert done(reading_of(PROGRAMS[program](text))) == meant


@settings(max_examples=60, deadline=None, derandomize=True)
@given(replies(), st.sampled_from(list(PROGRAMS)), st.sampled_from(cases("retractions")))
def test_a_retraction_beside_any_reply_in_any_program_stops_it(reply, program, line):
    told = reply[0].split("\n\n-- ")[0].split("\n\nMvg")[0].split("\n\nGroetjes")[0].split("\n\nCordialement")[0]

    assert done(reading_of(PROGRAMS[program](f"{line}\n\n{told}"))) == set()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(max_size=300), st.sampled_from(list(PROGRAMS)))
def test_noise_never_breaks_the_reader(noise, program):
    reading = reading_of(PROGRAMS[program](noise))

    assert all(row.row in DIGEST["rows"] for row in reading.commands)
