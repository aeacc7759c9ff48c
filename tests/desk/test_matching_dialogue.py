"""From a letter that asks for help to both sides introduced, by mail alone; and every way in which it must not go."""

import re
from email import message_from_bytes, policy
from urllib.parse import unquote

import pytest

from mailbot.intake.html import to_text
from tests.desk.matching import AN, BART, OFFER, REQUEST, MatchingDesk, html, text

RIK, LIEN = "rik@home.example", "lien@campus.example"


@pytest.fixture
def place(make_desk) -> MatchingDesk:
    """A desk with one request and one offer, whose digest has just gone out."""
    made = MatchingDesk.of(make_desk())
    made.desk.write(OFFER, sender=f"Lien Wouters <{LIEN}>")
    made.desk.write(REQUEST, sender=f"Rik Maes <{RIK}>")
    made.run()
    made.mail(RIK), made.mail(LIEN)
    return made


def test_a_request_and_an_offer_are_brought_together_by_mail_alone(place):
    """Digest, yes, consent of both, introductions with a code word, the question afterwards, thanks."""
    digest = place.one(AN)
    assert "1 voorstel" in digest["Subject"]
    place.answer(digest, "1 ja", AN)
    place.run()
    assert place.states() == ["accepted"]
    confirmed, sheet = sorted(place.mail(AN), key=lambda each: "Contactblad" in each["Subject"])
    assert "M-1 aanvaard" in text(confirmed)
    assert "+32470000011" in text(sheet)
    assert "- spreekt Nederlands" in text(sheet)

    place.answer(place.one(LIEN), "Ja, graag gedaan!\n\nLien", LIEN)
    place.run()
    assert place.states() == ["accepted"]  # one side's word is not enough, and nothing is passed on
    asked = place.one(RIK)
    assert "Wij vonden iemand" in asked["Subject"]

    place.answer(asked, "JA", RIK)
    place.run()
    assert place.states() == ["contacted"]
    to_helper, to_asker = text(place.one(LIEN)), text(place.one(RIK))
    code = place.desk.rows("SELECT code_word FROM match")[0][0]
    assert code in to_helper
    assert code in to_asker
    assert "+32470000011" in to_helper
    assert "+32470000022" in to_asker
    assert "pincode" in to_asker
    assert place.desk.rows("SELECT side, via FROM match_consent ORDER BY side") == [
        ("requester", "mail"),
        ("volunteer", "mail"),
    ]

    place.run(hours=49)
    place.mail(LIEN)
    place.answer(place.one(RIK, "Is het gelukt"), "Ja, heel fijn.\nGroeten, Rik", RIK)
    place.run()
    assert place.desk.rows("SELECT state FROM help_request") == [("helped",)]
    assert place.states() == ["done"]
    assert "Bedankt voor uw hulp" in place.one(LIEN)["Subject"]
    assert place.desk.rows("SELECT status FROM ticket WHERE intent = 'help_request'") == [("resolved",)]


def test_a_call_in_vain_is_told_by_mail_too(place):
    """`1 later, neemt niet op` gives more time, lets the request rest, and brings it back."""
    digest = place.one(AN)
    place.answer(digest, "1 ja", AN)
    place.run()
    sheets = [each for each in place.mail(AN) if "Contactblad" in each["Subject"]]
    place.answer(sheets[0], "1 later, neemt niet op", AN)
    place.run()
    assert place.desk.rows("SELECT state FROM help_request") == [("no_answer",)]
    assert place.states() == ["accepted"]
    place.run(hours=5)
    assert place.desk.rows("SELECT state FROM help_request") == [("open",)]


@pytest.mark.parametrize("shown", [text, lambda mail: to_text(html(mail))], ids=["text", "html"])
@pytest.mark.parametrize("words", ["Lien: ja", "boodschappen ok", "ja voor Rik"])
def test_a_matchmaker_may_call_a_row_by_who_or_what_stands_in_it(place, words, shown):
    """As the copy has it that their program puts under the reply."""
    digest = place.one(AN)
    place.answer(digest, words, AN, copied=shown(digest))
    place.run()
    assert place.states() == ["accepted"]


DRIVEN = "Kan iemand mijn vader van 84 donderdag met de auto naar het ziekenhuis brengen? Hij woont in Heverlee. 0470 00 00 33."


def test_a_matchmaker_has_the_ready_question_asked_by_mail(place):
    """To those whom the digest named; their yes is proposed in the next one, and a second answer asks nobody."""
    place.desk.write(DRIVEN, sender="Els Nijs <els@home.example>")
    place.desk.write(OFFER.replace("22", "44"), sender="Tom Daems <tom@campus.example>")
    place.desk.write(REQUEST.replace("0011", "0055"), sender="Roos Claes <roos@home.example>")
    place.run(hours=4)
    digest = place.mail(AN)[-1]
    (request,) = re.findall(r"\[(H-\d+) vraag\]", text(digest))
    (link,) = [unquote(each) for each in re.findall(r'href="(mailto:[^"]+)"', html(digest)) if "VRAAG" in each]
    for helper in (LIEN, "tom@campus.example"):
        place.mail(helper)

    place.answer(digest, "", AN, subject=link.partition("subject=")[2])
    place.run()
    assert f"{request}: de vraag is aan" in text(place.mail(AN)[-1])
    questions = [mail for helper in (LIEN, "tom@campus.example") for mail in place.mail(helper)]
    assert questions
    assert all("Doet u ook vervoer?" in text(each) for each in questions)
    assert not any(re.search(r"Nijs|els@|0470", text(each)) for each in questions)

    place.answer(digest, f"{request} vraag", AN)
    place.run()
    assert f"{request}: de vraag kon aan niemand gemaild worden" in text(place.mail(AN)[-1])
    place.answer(questions[0], "JA", questions[0]["To"])
    place.run(hours=24)
    assert "zei ja op onze vraag: doet u ook vervoer?" in "".join(map(text, place.mail(AN)))


def test_nobody_acts_who_may_not(make_desk):
    """A forged sender, an unproven one, another matchmaker, a replay, a crossing, a machine, an expired list."""
    place = MatchingDesk.of(make_desk(), second=True)
    place.desk.write(OFFER, sender=f"Lien Wouters <{LIEN}>")
    place.desk.write(REQUEST, sender=f"Rik Maes <{RIK}>")
    place.run()
    digest = place.one(AN)

    place.answer(digest, "1 ja", "eve@elsewhere.example")
    place.answer(digest, "1 ja", AN, vouched=False)
    place.answer(digest, "1 ja", AN, vouched=False)
    place.answer(digest, "1 ja", BART)
    place.answer(digest, "1 ja", AN, extra="Auto-Submitted: auto-generated\r\n")
    place.answer(digest, "1 ja", AN, subject="Re: [LH D-99 AAAABBBBCCCC] 1 voorstel")
    place.run()
    assert place.states() == ["proposed"]
    told = [text(each) for each in place.mail(AN)]
    assert len(told) == 2
    assert all("niets veranderd" in each for each in told)
    assert any("echt van u" in each for each in told)

    place.answer(digest, "1 ja", AN)
    place.run()
    assert place.states() == ["accepted"]
    place.mail(AN)
    place.answer(digest, "1 nee te ver", AN)
    place.answer(digest, "1 ja", AN)
    place.run()
    assert place.states() == ["declined"]
    assert "al eens gebruikt" in "".join(text(each) for each in place.mail(AN))

    place.desk.write(OFFER, sender="Noor Aerts <noor@campus.example>")
    place.run(hours=4)
    second = place.one(AN) if place.desk.mail.inboxes[AN][place.seen[AN] :] else place.one(BART)
    owner = second["To"].addresses[0].addr_spec
    place.answer(digest, "1 klaar", AN, subject=f"Re: {' '.join(second['Subject'].split())}")
    place.run()
    assert place.states()[-1] == "proposed"
    place.run(hours=24 * 15)
    place.mail(AN), place.mail(BART)
    place.answer(second, "1 ja", owner)
    place.run()
    assert place.states()[-1] != "accepted"
    assert "verlopen" in "".join(text(each) for each in place.mail(owner))


def test_the_telephone_works_as_well_as_mail(place):
    """`gebeld` is both sides' consent by the matchmaker's word; a NEE afterwards opens the request again.

    The yes is one tap on a telephone: an empty mail whose subject is the answer.
    """
    digest = place.one(AN)
    tapped = unquote(re.findall(r'href="mailto:[^"?]+\?subject=([^"]+)"', html(digest))[0])
    assert tapped.endswith("] JA")
    place.answer(digest, "", AN, subject=tapped)
    place.run()
    assert place.states() == ["accepted"]
    place.mail(RIK), place.mail(LIEN)
    sheet = next(each for each in place.mail(AN) if "Contactblad" in each["Subject"])
    place.answer(sheet, "1 gebeld", AN)
    place.run()
    assert place.states() == ["contacted"]
    assert place.desk.rows("SELECT DISTINCT by FROM match_consent") == [(AN,)]
    assert "komt u helpen" in place.one(RIK)["Subject"]
    place.mail(LIEN)

    place.run(hours=49)
    place.answer(place.one(RIK, "Is het gelukt"), "Nee", RIK)
    place.run()
    assert place.states() == ["declined"]
    assert place.desk.rows("SELECT state FROM help_request") == [("open",)]
    assert place.desk.rows("SELECT status FROM ticket WHERE intent = 'help_request'") == [("open",)]


def test_an_absence_notice_hands_the_rows_on(make_desk):
    """It acts on nothing else, and the absent matchmaker gets no mail meanwhile."""
    place = MatchingDesk.of(make_desk(), second=True)
    place.desk.write(OFFER, sender=f"Lien Wouters <{LIEN}>")
    place.desk.write(REQUEST, sender=f"Rik Maes <{RIK}>")
    place.run()
    digest = place.one(AN)
    place.answer(
        digest,
        "Ik ben er niet tot 20 maart. 1 ja",
        AN,
        extra="Auto-Submitted: auto-replied\r\n",
        subject=f"Automatisch antwoord: {' '.join(digest['Subject'].split())}",
    )
    place.run()

    assert place.states() == ["proposed"]
    assert place.desk.rows("SELECT owner FROM match") == [(BART,)]
    assert "M-1" in text(place.one(BART))


def test_digests_leave_at_the_start_of_a_shift_and_urgent_ones_at_once(place):
    """Nothing new, no mail; a new request waits for noon; an urgent one does not."""
    place.mail(AN)
    place.run(hours=1)
    assert not place.mail(AN)

    place.desk.write(OFFER, sender="Noor Aerts <noor@campus.example>")
    place.desk.write("Mijn buurman in Heverlee heeft geen eten meer in huis. Wie doet vandaag boodschappen?", sender=RIK)
    place.run()
    urgent = place.one(AN)
    assert "1 dringend" in urgent["Subject"]
    place.run()
    assert not place.mail(AN)


def test_a_volunteer_who_writes_stop_is_asked_no_more(place):
    """One word on their own ticket; the open proposal goes to nobody else by mistake."""
    welcome = message_from_bytes(place.desk.mail.inboxes[LIEN][0], policy=policy.default)
    place.answer(welcome, "STOP", LIEN)
    place.run()

    assert place.desk.rows("SELECT state FROM help_offer") == [("withdrawn",)]
    assert place.states() == ["declined"]
