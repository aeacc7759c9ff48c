"""Replies to one digest as a dozen and more mail programs write them, from own words and a place to put them.

Each program quotes, signs, wraps and encodes in its own way. What the words mean is in `replies/*.yaml`.
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from email.policy import SMTP

SUBJECT = "[LH D-57 K7QF9Z2P] 8 voorstellen, 1 dringend - ma 16/3 12 u"
ME, DESK = "jan.claes@leuven.example", "leuven.helpt@leuven.example"
PROVEN = "mx.leuven.example; spf=pass smtp.mailfrom=jan.claes@leuven.example; dmarc=pass header.from=leuven.example"
DIGEST = {
    "id": "D-57",
    "token": "K7QF9Z2P",
    "matchmaker": ME,
    "rows": list(range(1, 9)),
    "sent_at": "2020-03-16T12:00:00+01:00",
    "authserv_id": "mx.leuven.example",
    "matchmakers": [
        ME,
        "an.peeters@leuven.example",
        "bart.wouters@leuven.example",
        "fatima.elamrani@leuven.example",
        "tine.desmet@leuven.example",
    ],
    "other_digests": [
        {
            "id": "D-56",
            "token": "B3XW8M4T",
            "matchmaker": ME,
            "rows": [1, 2, 3],
            "sent_at": "2020-03-16T08:00:00+01:00",
        },
        {
            "id": "D-58",
            "token": "Q5RT2V7N",
            "matchmaker": "an.peeters@leuven.example",
            "rows": [1, 2, 3, 4],
            "sent_at": "2020-03-16T12:00:00+01:00",
        },
    ],
}
ROWS = (
    ("DRINGEND vandaag voor 18 u  apotheek, 3010 Kessel-Lo", "Maria V. (nl) via buur", "Jan P.", "0,6 km"),
    ("boodschappen, elke woensdag, 3001 Heverlee", "Rosa D. (nl)", "Karel S.", "1,2 km"),
    ("hond uitlaten, elke dag, 3000 Leuven", "Omer T. (nl)", "Sofie B.", "0,3 km"),
    ("telefoongesprek, 2 keer per week, 3012 Wilsele", "Yvonne L. (fr)", "Claire M.", "4,1 km"),
    ("boodschappen, eenmalig, 3018 Wijgmaal", "Paul H. (nl)", "Lien V.", "2,0 km"),
    ("vervoer, vrijdag 14 u, 3000 Leuven", "Agnes W. (nl)", "Tom D.", "1,8 km"),
    ("maaltijden, 3 dagen, 3010 Kessel-Lo", "Hugo K. (nl)", "Els N.", "0,9 km"),
    ("brieven, 3001 Heverlee", "Denise R. (nl)", "Ahmed B.", "3,3 km"),
)


def digest_rows() -> list[list[str]]:
    """The digest's rows, each as its printed lines."""
    return [
        [
            f"{n} {what}   M-{213 + n}   nog 4 u",
            f"  vraag H-{230 + n} {asker}          voorstel A-{87 + n} {helper} - {far}",
            "  waarom: eerste keuze, Nederlands, vrij vanavond, 9 dagen wachtend, 0 van 2 taken   897/1000",
            "  reserve: A-1033 (874, 0,9 km), A-778 (851, spreekt ook frans)        [ja] [nee] [ander]",
        ]
        for n, (what, asker, helper, far) in enumerate(ROWS, start=1)
    ]


FOOT = (
    "--",
    "ONTBREEKT: H-240 vervoer, Pools - 0 kandidaten; 3 Poolstaligen deden een ander aanbod: stel de vraag? [vraag]",
    "OPVOLGEN: M-190 klaar? M-171 nog niet gebeld (26 u)",
    "Antwoord bv. met: rijnummer + ja | nee reden | ander | door <naam> | gebeld | loopt | klaar | later | stop",
)
HEAD = ("## Antwoord boven deze lijn ##",)
Inline = Mapping[int, str]


def digest_lines(inline: Inline | None = None, mark: str = "> ") -> list[str]:
    """The quoted digest; answers stand unquoted under the last line of their row, as people put them there."""
    lines = [mark + line for line in HEAD]
    for number, row in enumerate(digest_rows(), start=1):
        lines += [mark + line for line in row]
        if inline and number in inline:
            lines += ["", *inline[number].split("\n"), ""]
    return lines + [mark + line for line in FOOT]


def as_html(lines: list[str]) -> str:
    return "".join(f"<div>{html.escape(line) or '<br>'}</div>" for line in lines)


def letter(plain: str = "", markup: str = "", subject: str = f"Re: {SUBJECT}", way: str = "quoted-printable") -> bytes:
    """A whole message of the matchmaker's, proven by the town's own server."""
    made = EmailMessage(policy=SMTP)
    made["Authentication-Results"] = PROVEN
    made["From"] = f"Jan Claes <{ME}>"
    made["To"] = f"Leuven Helpt <{DESK}>"
    made["Subject"] = subject
    made["Date"] = "Mon, 16 Mar 2020 12:31:00 +0100"
    made["Message-ID"] = "<reply-1@leuven.example>"
    if plain:
        made.set_content(plain, cte=way)
    if markup and plain:
        made.add_alternative(markup, subtype="html", cte=way)
    elif markup:
        made.set_content(markup, subtype="html", cte=way)
    return made.as_bytes()


def _on_top(own: str, heading: str, mark: str, inline: Inline | None = None) -> str:
    return "\n".join([own, "", heading, *digest_lines(inline, mark)])


def _block(names: tuple[str, str, str, str]) -> str:
    sender, sent, to, subject = names
    return (
        f"{sender}: Leuven Helpt <{DESK}>\n{sent}: maandag 16 maart 2020 12:00\n{to}: Jan Claes <{ME}>\n"
        f"{subject}: {SUBJECT}\n"
    )


DUTCH, FRENCH = ("Van", "Verzonden", "Aan", "Onderwerp"), ("De", "Envoyé", "À", "Objet")
ENGLISH = ("From", "Sent", "To", "Subject")
WROTE = f"Op ma 16 mrt. 2020 om 12:00 schreef Leuven Helpt <{DESK}>:"


def outlook(own: str) -> bytes:
    """Classic Outlook: a ruler, header lines, the original without any mark; text and HTML."""
    text = f"{own}\n\n{'_' * 32}\n{_block(DUTCH)}\n" + "\n".join(digest_lines(mark=""))
    body = "".join(f'<p class="MsoNormal">{html.escape(line) or "&nbsp;"}</p>' for line in own.split("\n"))
    quoted = _block(DUTCH).split("\n") + digest_lines(mark="")
    return letter(text, f'{body}<div style="border-top:solid #E1E1E1 1.0pt">{as_html(quoted)}</div>')


def outlook_html_only(own: str) -> bytes:
    """Outlook where a gateway dropped the text part."""
    body = "".join(f'<p class="MsoNormal"><span>{html.escape(line) or "&nbsp;"}</span></p>' for line in own.split("\n"))
    head = "".join(f"<b>{line.partition(':')[0]}:</b>{html.escape(line.partition(':')[2])}<br>" for line in _block(FRENCH).strip().split("\n"))
    return letter(markup=f'<html><body>{body}<div><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal">{head}</p></div></div>{as_html(digest_lines(mark=""))}</body></html>')


def owa(own: str) -> bytes:
    """Outlook on the web, English: divRplyFwdMsg after an hr."""
    body = "".join(f"<div>{html.escape(line) or '<br>'}</div>" for line in own.split("\n"))
    head = "<br>".join(f"<b>{line.partition(':')[0]}:</b>{html.escape(line.partition(':')[2])}" for line in _block(ENGLISH).strip().split("\n"))
    markup = f'<div>{body}</div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg">{head}</div>{as_html(digest_lines(mark=""))}'
    text = f"{own}\n\n{'_' * 32}\n{_block(ENGLISH)}\n" + "\n".join(digest_lines(mark=""))
    return letter(text, markup)


def outlook_mobile(own: str) -> bytes:
    """Outlook for iOS: its own line, then the ruler."""
    text = f"{own}\n\nOutlook voor iOS downloaden<https://aka.ms/o0ukef>\n{'_' * 32}\n{_block(DUTCH)}\n"
    return letter(text + "\n".join(digest_lines(mark="")))


def gmail(own: str) -> bytes:
    """Gmail in a browser: attribution over one line, `> `, and the same in HTML."""
    body = "<br>".join(html.escape(line) for line in own.split("\n"))
    quoted = f'<div class="gmail_quote"><div class="gmail_attr">{html.escape(WROTE)}<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px solid #ccc">{as_html(digest_lines(mark=""))}</blockquote></div>'
    return letter(_on_top(own, WROTE + "\n", "> "), f'<div dir="ltr">{body}</div>{quoted}')


def gmail_html_only(own: str) -> bytes:
    """Gmail's HTML alone."""
    body = "".join(f"<div>{html.escape(line) or '<br>'}</div>" for line in own.split("\n"))
    return letter(markup=f'<div dir="ltr">{body}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{html.escape(WROTE)}<br></div><blockquote class="gmail_quote" style="margin:0;border-left:1px #ccc solid">{as_html(digest_lines(mark=""))}</blockquote></div>')


def gmail_app(own: str) -> bytes:
    """The Gmail app: the attribution broken over two lines."""
    heading = f"Op ma 16 mrt. 2020 12:00 schreef Leuven Helpt\n<{DESK}>:\n"
    return letter(_on_top(own, heading, "> "), way="base64")


def apple(own: str) -> bytes:
    """Apple Mail on a Mac."""
    heading = f"> Op 16 mrt. 2020, om 12:00 heeft Leuven Helpt <{DESK}> het volgende geschreven:\n> "
    return letter(_on_top(own, "\n" + heading, "> "))


def ios(own: str) -> bytes:
    """Mail on an iPhone, French, with its own line."""
    heading = f"> Le 16 mars 2020 à 12:00, Leuven Helpt <{DESK}> a écrit :\n> "
    return letter(_on_top(f"{own}\n\nEnvoyé de mon iPhone\n", heading, "> "))


def thunderbird(own: str) -> bytes:
    """Thunderbird, format=flowed, at the top."""
    heading = "Op 16/03/2020 om 12:00 schreef Leuven Helpt:"
    made = letter(_on_top(own, heading, "> "))
    return made.replace(b'charset="utf-8"', b'charset="utf-8"; format=flowed', 1)


def thunderbird_below(own: str) -> bytes:
    """Thunderbird as it comes: the answer under the whole quote, then a signature."""
    heading = "Op 16/03/2020 om 12:00 schreef Leuven Helpt:"
    text = "\n".join([heading, *digest_lines(), "", own, "", "-- ", "Jan Claes", "tel 016 00 00 11"])
    return letter(text)


def yahoo(own: str) -> bytes:
    """Yahoo: the original indented, with a line of its own."""
    heading = f"    Op maandag 16 maart 2020 12:00:00 CET schreef Leuven Helpt <{DESK}>:  \n "
    return letter("\n".join([own, "", heading, *digest_lines(mark=" ")]))


def proton(own: str) -> bytes:
    """Proton: an English attribution after its advertisement."""
    heading = f"On Monday, March 16th, 2020 at 12:00 PM, Leuven Helpt <{DESK}> wrote:\n"
    return letter(_on_top(f"{own}\n\nSent with Proton Mail secure email.\n", heading, "> "))


def samsung(own: str) -> bytes:
    """Samsung's mail: a divider and short header lines."""
    text = f"{own}\n\n\nVerzonden vanaf mijn Galaxy\n\n\n-------- Oorspronkelijk bericht --------\nVan: Leuven Helpt <{DESK}>\nDatum: 16-03-20 12:00 (GMT+01:00)\nAan: Jan Claes <{ME}>\nOnderwerp: {SUBJECT}\n\n"
    return letter(text + "\n".join(digest_lines(mark="")))


def k9(own: str) -> bytes:
    """K-9: an English attribution and `>` without a space."""
    heading = f"On 16 March 2020 12:00:00 CET, Leuven Helpt <{DESK}> wrote:"
    return letter(_on_top(f"{own}\n-- \nSent from my Android device with K-9 Mail. Please excuse my brevity.", heading, ">"))


def roundcube(own: str) -> bytes:
    """Roundcube: wrapped at 72, a bare attribution."""
    wrapped = "\n".join(textwrap.fill(line, 72) if line else "" for line in own.split("\n"))
    return letter(_on_top(wrapped, "Leuven Helpt schreef op 2020-03-16 12:00:", "> "))


def zimbra(own: str) -> bytes:
    """Zimbra: header lines after a ruler of its own, quoted with `|`-less `>`."""
    heading = f"----- Oorspronkelijk bericht -----\nVan: \"Leuven Helpt\" <{DESK}>\nAan: \"Jan Claes\" <{ME}>\nVerzonden: Maandag 16 maart 2020 12:00:00\nOnderwerp: {SUBJECT}\n"
    return letter(f"{own}\n\n{heading}\n" + "\n".join(digest_lines(mark="")))


def telenet(own: str) -> bytes:
    """Telenet's webmail (Open-Xchange): the attribution in its own words."""
    heading = f"> Op 16/03/2020 12:00 schreef Leuven Helpt <{DESK}>:\n> \n> "
    return letter(_on_top(own, heading, "> "))


def fresh(own: str) -> bytes:
    """No quote at all: some cut it away."""
    return letter(own)


PROGRAMS: dict[str, Callable[[str], bytes]] = {
    each.__name__: each
    for each in (
        outlook, outlook_html_only, owa, outlook_mobile, gmail, gmail_html_only, gmail_app, apple, ios, thunderbird,
        thunderbird_below, yahoo, proton, samsung, k9, roundcube, zimbra, telenet, fresh,
    )
}  # fmt: skip


def inline_gmail(inline: Inline, own: str = "") -> bytes:
    return letter(_on_top(own, WROTE + "\n", "> ", inline))


def inline_thunderbird(inline: Inline, own: str = "") -> bytes:
    return letter("\n".join([own, "Op 16/03/2020 om 12:00 schreef Leuven Helpt:", *digest_lines(inline)]))


def inline_apple(inline: Inline, own: str = "") -> bytes:
    heading = f"> Op 16 mrt. 2020, om 12:00 heeft Leuven Helpt <{DESK}> het volgende geschreven:\n> "
    return letter(_on_top(own, heading, "> ", inline))


def inline_html(inline: Inline, own: str = "") -> bytes:
    """Gmail splits the blockquote where somebody types."""
    open_, close = '<blockquote class="gmail_quote" style="border-left:1px solid #ccc">', "</blockquote>"
    parts = [f'<div dir="ltr">{html.escape(own)}</div><div class="gmail_quote"><div>{html.escape(WROTE)}</div>{open_}']
    for number, row in enumerate(digest_rows(), start=1):
        parts.append(as_html(row))
        if number in inline:
            parts.append(close + as_html(["", *inline[number].split("\n"), ""]) + open_)
    return letter(markup="".join(parts) + close + "</div>")


INLINE = {
    each.__name__: each for each in (inline_gmail, inline_thunderbird, inline_apple, inline_html)
}
