"""The writer's new words in replies as the programs of the town's people make them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.intake.newtext import cut

OLD = "> Beste,\n> Kan u donderdag?\n> De stad\n"
BARE = "Beste,\nKan u donderdag?\nDe stad\n"
NEW = "Ja, donderdag past mij.\n\nRita Claes\n0470 00 00 11"

ATTRIBUTIONS = {
    "gmail nl": "Op ma 16 mrt. 2020 om 10:02 schreef Stad Leuven <corona@leuven.example>:",
    "gmail nl over two lines": "Op ma 16 mrt. 2020 om 10:02 schreef Stad Leuven <\ncorona@leuven.example>:",
    "apple nl": "Op 16 mrt. 2020 om 10:02 heeft Stad Leuven <corona@leuven.example> het volgende geschreven:",
    "apple nl over three lines": "Op 16 mrt. 2020 om 10:02 heeft Stad Leuven\n<corona@leuven.example> het volgende\ngeschreven:",
    "thunderbird nl": "Op 16/03/2020 om 10:02 schreef Stad Leuven:",
    "thunderbird nl, day first": "Op maandag 16 maart 2020 10:02 schreef Stad Leuven <corona@leuven.example>:",
    "gmail fr": "Le lun. 16 mars 2020 à 10:02, Stad Leuven <corona@leuven.example> a écrit :",
    "apple fr": "Le 16 mars 2020 à 10:02, Stad Leuven <corona@leuven.example> a écrit :",
    "thunderbird fr": "Le 16/03/2020 à 10:02, Stad Leuven a écrit :",
    "yahoo fr": "    Le lundi 16 mars 2020 à 10:02:33 UTC+1, Stad Leuven <corona@leuven.example> a écrit :  ",
    "gmail en": "On Mon, Mar 16, 2020 at 10:02 AM Stad Leuven <corona@leuven.example> wrote:",
    "gmail en over two lines": "On Mon, Mar 16, 2020 at 10:02 AM Stad Leuven <corona@leuven.example>\nwrote:",
    "thunderbird en": "On 16/03/2020 10:02, Stad Leuven wrote:",
    "yahoo en": "On Monday, March 16, 2020, 10:02:00 AM GMT+1, Stad Leuven <corona@leuven.example> wrote:",
    "zoho": "---- On Mon, 16 Mar 2020 10:02:00 +0100 Stad Leuven <corona@leuven.example> wrote ----",
    "name first": "Stad Leuven <corona@leuven.example> wrote:",
    "gmail de": "Am Mo., 16. März 2020 um 10:02 Uhr schrieb Stad Leuven <corona@leuven.example>:",
    "apple de": "Am 16.03.2020 um 10:02 schrieb Stad Leuven <corona@leuven.example>:",
    "name first de": "Stad Leuven <corona@leuven.example> schrieb am Mo., 16. März 2020 um 10:02 Uhr:",
    "gmail es": "El lun., 16 mar. 2020 a las 10:02, Stad Leuven (<corona@leuven.example>) escribió:",
    "gmail it": "Il giorno lun 16 mar 2020 alle ore 10:02 Stad Leuven <corona@leuven.example> ha scritto:",
    "gmail pt": "Em seg., 16 de mar. de 2020 às 10:02, Stad Leuven <corona@leuven.example> escreveu:",
    "gmail pl": "pon., 16 mar 2020 o 10:02 Stad Leuven <corona@leuven.example> napisał(a):",
    "gmail da": "Den man. 16. mar. 2020 kl. 10.02 skrev Stad Leuven <corona@leuven.example>:",
    "gmail sv": "Den mån 16 mars 2020 kl 10:02 skrev Stad Leuven <corona@leuven.example>:",
    "gmail no": "man. 16. mar. 2020 kl. 10:02 skrev Stad Leuven <corona@leuven.example>:",
    "gmail fi": "ma 16. maalisk. 2020 klo 10.02 Stad Leuven (corona@leuven.example) kirjoitti:",
    "gmail cs": "po 16. 3. 2020 v 10:02 odesílatel Stad Leuven <corona@leuven.example> napsal:",
    "gmail ro": "În lun., 16 mar. 2020 la 10:02, Stad Leuven <corona@leuven.example> a scris:",
    "gmail ru": "пн, 16 мар. 2020 г. в 10:02, Stad Leuven <corona@leuven.example>:",
    "mail.ru": "понедельник, 16 марта 2020 г. пользователь Stad Leuven <corona@leuven.example> написал:",
    "gmail tr": "Stad Leuven <corona@leuven.example>, 16 Mar 2020 Pzt, 10:02 tarihinde şunu yazdı:",
    "gmail zh": "Stad Leuven <corona@leuven.example> 于2020年3月16日周一 上午10:02写道：",
    "apple zh": "在 2020年3月16日，上午10:02，Stad Leuven <corona@leuven.example> 写道：",
    "gmail ja": "2020年3月16日(月) 10:02 Stad Leuven <corona@leuven.example>:",
    "apple ja": "2020/03/16 10:02、Stad Leuven <corona@leuven.example>のメール:",
    "gmail, old": "2020-03-16 10:02 GMT+01:00 Stad Leuven",
    "gmail, older, without a colon": "2020/3/16 Stad Leuven <corona@leuven.example>",
    "usenet": "In message <x@leuven.example>, Stad Leuven writes:",
    "bold": "*On Mon, Mar 16, 2020 at 10:02 AM Stad Leuven <corona@leuven.example> wrote:*",
    "no colon": "On Mon 16 Mar 2020 at 10:02 Stad Leuven <corona@leuven.example> wrote",
    "iso": "2020-03-16 10:02 GMT+01:00 Stad Leuven <corona@leuven.example>:",
}


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_what_a_program_writes_above_a_quote_is_not_the_writers(line):
    """Above marked rows an attribution goes with them."""
    assert cut(f"{NEW}\n\n{line}\n\n{OLD}") == NEW


@pytest.mark.parametrize("line", [each for each in ATTRIBUTIONS.values() if "@" in each and each[-1] in ":：*-"])
def test_an_attribution_above_unmarked_text_ends_the_letter(line):
    """Programs that do not mark what they quote still name its writer."""
    assert cut(f"{NEW}\n\n{line}\n\n{BARE}") == NEW


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_an_answer_below_the_quote_is_kept(line):
    """Whoever answers at the bottom is heard."""
    assert cut(f"{line}\n{OLD}\n{NEW}\n") == NEW


HEADERS = {
    "outlook nl": "Van: Stad Leuven <corona@leuven.example>\nVerzonden: maandag 16 maart 2020 10:02\nAan: Rita Claes\nOnderwerp: uw vraag",
    "outlook en": "From: Stad Leuven <corona@leuven.example>\nSent: Monday, March 16, 2020 10:02 AM\nTo: Rita Claes\nSubject: uw vraag",
    "outlook fr": "De : Stad Leuven <corona@leuven.example>\nEnvoyé : lundi 16 mars 2020 10:02\nÀ : Rita Claes\nObjet : uw vraag",
    "outlook de": "Von: Stad Leuven <corona@leuven.example>\nGesendet: Montag, 16. März 2020 10:02\nAn: Rita Claes\nBetreff: uw vraag",
    "bold": "*From:* Stad Leuven <corona@leuven.example>\n*Sent:* Monday, March 16, 2020 10:02 AM\n*To:* Rita Claes\n*Subject:* uw vraag",
    "a rule above": "________________________________\nVan: Stad Leuven <corona@leuven.example>\nVerzonden: maandag 16 maart 2020 10:02\nAan: Rita Claes\nOnderwerp: uw vraag",
    "no subject": "From: Stad Leuven <corona@leuven.example>\nSent: Monday, March 16, 2020 10:02 AM\nTo: Rita Claes",
    "a long list of people": "From: Stad Leuven\nSent: Monday, March 16, 2020\nTo: Rita Claes; Jan Aerts;\n Mia Bos; Luc Nys\nCc: Piet\nSubject: uw vraag",
    "date first": "Date: Mon, 16 Mar 2020 10:02:00 +0100\nSubject: Re: uw vraag\nFrom: corona@leuven.example\nTo: rita@mail.example",
    "es": "De: Stad Leuven\nEnviado el: lunes, 16 de marzo de 2020 10:02\nPara: Rita\nAsunto: uw vraag",
    "it": "Da: Stad Leuven\nInviato: lunedì 16 marzo 2020 10:02\nA: Rita\nOggetto: uw vraag",
    "pl": "Od: Stad Leuven\nWysłano: poniedziałek, 16 marca 2020 10:02\nDo: Rita\nTemat: uw vraag",
    "sv": "Från: Stad Leuven\nSkickat: den 16 mars 2020 10:02\nTill: Rita\nÄmne: uw vraag",
    "zh": "发件人: Stad Leuven\n发送时间: 2020年3月16日 10:02\n收件人: Rita\n主题: uw vraag",
    "divider nl": "-----Oorspronkelijk bericht-----",
    "divider en": "-----Original Message-----",
    "divider fr": "-------- Message d'origine --------",
    "divider de": "-----Ursprüngliche Nachricht-----",
    "divider es": "-----Mensaje original-----",
    "divider it": "-----Messaggio originale-----",
    "divider zh": "------------------ 原始邮件 ------------------",
    "yahoo forward": "----- Forwarded Message -----",
    "apple forward nl": "Begin doorgestuurd bericht:",
    "reply above": "##- Please type your reply above this line -##",
}


@pytest.mark.parametrize("block", HEADERS.values(), ids=HEADERS)
def test_a_copied_header_ends_the_writers_text(block):
    """Below an older mail's header nothing is new."""
    assert cut(f"{NEW}\n\n{block}\n\n{BARE}") == NEW


ADVERTISING = [
    "Verstuurd vanaf mijn iPhone",
    "Verzonden vanaf mijn Galaxy",
    "Verzonden met BlueMail voor Android",
    "Verzonden vanuit Mail voor Windows 10",
    "Outlook voor Android downloaden<https://aka.ms/12345>",
    "Sent from my iPhone",
    "(Sent from mobile device)",
    "Sent from Mail for Windows 10",
    "Sent with Airmail",
    "Get Outlook for iOS<https://aka.ms/12345>",
    "Envoyé de mon iPhone",
    "Envoyé depuis mon appareil mobile Samsung.",
    "Télécharger Outlook pour iOS",
    "Von meinem iPhone gesendet",
    "Gesendet von Mail für Windows 10",
    "Enviado desde mi iPhone",
    "Inviato da iPhone",
    "Sendt fra min iPhone",
    "Skickat från min iPhone",
    "Wysłane z iPhone'a",
    "Отправлено с iPhone",
    "iPhoneから送信",
    "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
]


@pytest.mark.parametrize("line", ADVERTISING)
def test_a_telephones_advertisement_is_not_the_writers(line):
    """Wherever the telephone writes it."""
    assert cut(f"{NEW}\n\n{line}\n\nOn 16/03/2020 10:02, Stad wrote:\n{OLD}") == NEW


PROSE = [
    "Op 12 maart schreef de dokter mij een attest voor.\nMag ik dat doorsturen?",
    "Ik kan helpen op:\nmaandag\ndinsdag",
    "Wij zoeken:\n> iemand met een auto\n> iemand die kan koken",
    "Van: maandag\nTot: vrijdag\nUur: 9 tot 12\nIk kan dan helpen.",
    "On Monday I can help. On Tuesday too:\nboth in the morning.",
    "Naam: Rita Claes\nTelefoon: 0470 00 00 11\nOnderwerp: boodschappen\nBericht: wie kan helpen?",
    "Sent from the hospital they gave my mother a letter that says she has to stay inside for two weeks and nobody helps.",
    "Le médecin m'a écrit qu'il faut rester à la maison :\nest-ce vrai ?",
    "Als de temperatuur > 38 is, moet ik dan bellen?",
    "Mijn moeder (88) woont alleen. Wie kan er om 10:30 langsgaan? Zij schreef:\n'ik heb niemand'",
]


@pytest.mark.parametrize("text", PROSE)
def test_ordinary_words_are_left_alone(text):
    """A plea is never cut because it looks like what a program writes."""
    assert cut(text) == text


def test_answers_between_quoted_rows_are_kept_without_the_rows():
    """The writer's own lines only, in their order."""
    text = "Dag,\n\nOp 16/03/2020 om 10:02 schreef Stad:\n> Welke dag past u?\n\nDonderdag.\n\n> Hoe laat?\n\nNa tien uur.\n\nRita"

    assert cut(text) == "Dag,\n\nDonderdag.\n\nNa tien uur.\n\nRita"


def test_a_signature_is_kept_for_its_telephone_number():
    """Only the rule above it goes."""
    assert cut("Graag hulp.\n\n-- \nRita Claes\n0470 00 00 11") == "Graag hulp.\n\nRita Claes\n0470 00 00 11"


def test_the_foot_of_a_mailing_list_is_not_the_writers():
    """What the list adds says nothing."""
    text = "Ik kom.\n\n_______________________________________________\nBuurt mailing list\nhttps://lijst.example/listinfo/buurt"

    assert cut(text) == "Ik kom."


@pytest.mark.parametrize(
    "old",
    [
        "> Op 16 mrt. 2020 om 10:02 heeft Stad <c@leuven.example> het volgende geschreven:\n\n> Kan u?",
        "> Le lundi 16 mars 2020 à 10:02:33 UTC+1, Stad <c@leuven.example> a écrit :\n> Kan u?",
        "> Kan u donderdag?",
    ],
)
def test_a_short_quote_is_a_quote_where_it_names_its_writer_or_ends_the_letter(old):
    """As programs leave it that put the attribution within the quote."""
    assert cut(f"{NEW}\n\n{old}\n") == NEW


def test_a_letter_of_quotes_alone_has_no_new_text():
    """Somebody who sends our own mail back has said nothing."""
    assert cut("On 16/03/2020 10:02, Stad wrote:\n" + OLD) == ""


WORDS = st.sampled_from(
    ["", "> ", "On 1/2/2020 10:00, X wrote:", "Van: x@y.example", "Aan: z", "Onderwerp: q", "-----Original Message-----", "hallo", "-- "]
)


@given(st.lists(st.one_of(WORDS, st.text(max_size=80)), max_size=60))
def test_new_text_is_some_of_the_letters_lines_in_their_order(lines):
    """Nothing is added, nothing turned round."""
    text = "\n".join(lines)
    left = iter([line.rstrip() for line in text.split("\n")])

    assert all(any(line == each for each in left) for line in cut(text).split("\n") if line)


@pytest.mark.parametrize(
    "line", ["Op ", "Op 1 ", "On 16/03/2020 ", "> ", "\n", "Van: ", "From: x\n", "- " * 300, "a@b.example " * 60, "On 1/1/2020:\n"]
)
def test_twice_the_letter_is_twice_the_work(line):
    """Counted in steps of the interpreter, for a clock would tell of the machine."""
    once, twice = (_steps(line * (number * 400)) for number in (1, 2))

    assert twice < 2.3 * once + 2_000


def _steps(text):
    import sys

    count = 0

    def step(frame, event, arg):
        nonlocal count
        count += 1
        return step

    sys.settrace(step)
    try:
        cut(text)
    finally:
        sys.settrace(None)
    return count
