"""What mail programs write around older mail, in the languages of their users: tables, and the patterns made of them.

Learnt from the programs (Outlook, Gmail, Apple Mail, Thunderbird, Yahoo, Zoho, Zimbra, Lotus Notes and others), in
Dutch, French, English and German, and in the other languages of the town's people as far as a table goes.
"""

from __future__ import annotations

import re

WROTE = (
    *("schreef", "geschreven", "a écrit", "écrit", "wrote", "writes", "schrieb", "schrieben sie", "geschrieben"),
    *("escribió", "ha escrito", "va escriure", "ha scritto", "scrive", "escreveu", "napisał", "napsal", "napísal"),
    *("skrev", "kirjoitti", "írta", "a scris", "написал", "написав", "написа", "пишет", "пише", "yazdı", "έγραψε"),
    *("đã viết", "menulis", "napisao", "je napisal", "rašė", "kirjutas", "rakstīja", "nous a dit", "כתב"),
)
WROTE_UNSPACED = ("写道", "寫道", "書きました", "のメール", "作成", "작성", "wrote ----")
OPENS = (
    *("op", "on", "at", "le", "am", "il", "el", "em", "den", "dnia", "dňa", "dne", "w dniu", "på", "la", "pe"),
    *("a(?:z)?", "in message", "no dia", "în data", "vào", "pada"),
    *("tarihinde", "kuupäeval", "στις", "em dia", "om", "i", "ve"),
)
DAYS = (
    "ma|di|wo|do|vr|za|zo|mo|mi|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun|man|tir|ons|tor|fre|"
    "lør|lör|søn|sön|пн|вт|ср|чт|пт|сб|вс|нд|seg|ter|qua|qui|sex|sáb|dom|jue|vie|pon|wt|śr|czw|pt|sob|niedz|ke|pe"
)
ORIGINAL = (
    *("original message", "original appointment", "original e?-?mail", "reply message", "forwarded message"),
    *("forwarded by .{1,80}", "oorspronkelijk(?: bericht)?", "origineel bericht", "doorgestuurd bericht"),
    *("message d['’]origine", "message original", "message initial", "message transféré"),
    *("ursprüngliche (?:nachricht|e-mail|mail)", "original-?nachricht", "weitergeleitete nachricht"),
    *("mensaje original", "mensaje reenviado", "messaggio originale", "messaggio inoltrato", "mensagem original"),
    *("mensagem encaminhada", "oprindelig (?:meddelelse|besked)", "videresendt (?:meddelelse|melding)"),
    *("ursprungligt meddelande", "originalmeddelande", "vidarebefordrat meddelande", "opprinnelig melding"),
    *("alkuperäinen viesti", "wiadomość oryginalna", "oryginalna wiadomość", "původní zpráva", "pôvodná správa"),
    *("eredeti üzenet", "mesaj original", "mesajul original", "исходное сообщение", "пересылаемое сообщение"),
    *("пересланное сообщение", "original ileti", "orijinal mesaj", "özgün ileti", "原始邮件", "原始郵件"),
    *("元のメッセージ", "원본 메시지"),
)
BEGINS = (
    *("begin forwarded message", "begin doorgestuurd bericht", "début du message (?:réexpédié|transféré)"),
    *("anfang der weitergeleiteten (?:nachricht|e-mail)", "inicio del mensaje reenviado", "inizio messaggio inoltrato"),
    *("início da mensagem (?:reencaminhada|encaminhada)", "doorgestuurde e-?mail"),
)
FROM = (
    *("from", "van", "de", "von", "da", "fra", "från", "afzender", "absender", "expéditeur", "mittente", "lähettäjä"),
    *("od", "nadawca", "feladó", "от", "від", "gönderen", "kimden", "发件人", "寄件者", "差出人", "보낸 ?사람"),
)
SUBJECT = (
    *("subject", "onderwerp", "betreft", "objet", "sujet", "betreff", "assunto", "asunto", "oggetto", "emne", "ämne"),
    *("aihe", "tema", "temat", "předmět", "predmet", "tárgy", "subiect", "тема", "konu", "主题", "主題", "主旨"),
    *("件名", "제목"),
)
DATE = (
    *("sent", "date", "verzonden", "verstuurd", "datum", "envoyé(?: le)?", "gesendet", "sendt", "skickat"),
    *("enviad[oa]", "enviado el", "enviada em", "fecha", "data", "inviato", "dato", "lähetetty", "päivämäärä"),
    *("wysłano", "odesláno", "küldve", "dátum", "trimis"),
    *("дата", "отправлено", "gönderildi", "gönderme tarihi", "tarih"),
    *("发送时间", "日期", "寄件日期", "送信日時", "日時", "보낸 ?날짜"),
)
TO = (
    *("to", "aan", "à", "an", "a", "para", "til", "till", "vastaanottaja", "do", "komu", "címzett", "către", "кому"),
    *("alıcı", "kime", "destinataire", "empfänger", "ontvanger", "收件人", "收件者", "宛先", "받는 ?사람"),
)
OTHER = (
    *("cc", "bcc", "kopie", "copie(?: à)?", "kopi", "копия", "抄送", "reply-to", "beantwoorden (?:- )?aan"),
    *("répondre à", "antwort an", "importance", "belang", "urgentie", "prioriteit", "priorité", "priority"),
    *("wichtigkeit", "attachments?", "bijlagen?", "pièces jointes", "anlagen?", "organization", "organisation"),
)
NAMES = {"from": FROM, "subject": SUBJECT, "date": DATE, "to": TO, "other": OTHER}
SENT_WITH = (
    r"(?:verstuurd|verzonden|gestuurd) (?:vanaf|van|met|via|vanuit|door) (?:mijn |de |een |m'n )?\S.{0,80}",
    r"envoyé (?:de mon|de ma|depuis|à partir de|avec|via|par) .{0,80}",
    r"(?:sent|written|posted|typed) (?:from|via|with|by|on|using) (?:my |outlook|mail |yahoo|proton|samsung|the |an? |"
    r"mobile|windows|i(?:phone|pad)|blackberry|galaxy|android|airmail|spark|gmail|aol|web|nine|tutanota).{0,80}",
    r"from my (?:i(?:phone|pad|pod)|phone|mobile|android|blackberry|samsung|galaxy|tablet|htc)\b.{0,30}",
    r"\w+ from mobile",
    r"gesendet (?:von|mit|über|via) .{0,80}",
    r"von meinem .{1,60} gesendet",
    r"diese nachricht wurde von .{1,80} gesendet",
    r"(?:get|download) outlook (?:for|voor|für|pour) .{1,80}",
    r"outlook (?:voor|für) .{1,30} (?:downloaden|beziehen|holen).{0,80}",
    r"(?:télécharger|obtenir|obtenez) outlook pour .{1,80}",
    r"(?:obtener|obtén|scarica|obter|hämta|hent) outlook (?:para|per|för|til) .{1,80}",
    r"enviad[oa] (?:desde|do|da|a partir do|via) .{0,80}",
    r"inviato (?:da|dal|con) .{0,80}",
    r"sendt fra (?:min|mit) .{0,60}",
    r"skickat från (?:min|mitt) .{0,60}",
    r"från min \S.{0,30}",
    r"lähetetty \S+(?:sta|stä|lta|ltä)\b.{0,40}",
    r"wysłan[eo] z .{0,60}",
    r"odesláno z .{0,60}",
    r"отправлено (?:с|из) .{0,60}",
    r"(?:從|从)我的 ?.{1,20}(?:傳送|发送|傳送)",
    r"(?:iphone|ipad|android)から送信",
    r"(?:virusvrij|virus-free|garanti sans virus|virenfrei)\W.{0,80}",
)


def _either(words: tuple[str, ...]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


HEADER_LINE = re.compile(
    r"^[\s*>|_]{0,6}(?:"
    + "|".join(f"(?P<{kind}>{_either(words)})" for kind, words in NAMES.items())
    + r")\s?\*{0,2}\s?[:：]\*{0,2}\s*(?P<value>.*)$",
    re.IGNORECASE,
)
HAS_WROTE = re.compile(rf"\b(?:{_either(WROTE)})\b(?:\(a?\))?|{_either(WROTE_UNSPACED)}", re.IGNORECASE)
OPENING = re.compile(
    rf"^[\s<*_-]{{0,8}}(?:(?:{_either(OPENS)})\s|在|於|于|(?:{DAYS})\S{{0,8}}[,.]?\s.{{0,5}}\d|\d{{1,4}}[-./年]\s?\d|"
    r"\d{1,2}\.?\s\w{3,10}\.?\s(?:19|20)\d\d|\d{4}년)",
    re.IGNORECASE,
)
DIVIDER = re.compile(
    rf"^[\s>*|]{{0,6}}(?:[-_=~—–]{{2,}}\s*(?:{_either(ORIGINAL)})[\s:.]*[-_=~—–*]*"
    rf"|(?:{_either(ORIGINAL)})\s*[-_=]{{2,}}|(?:{_either(BEGINS)})\s*[:：]?\s*\*?|reply message|回复邮件)\s*$",
    re.IGNORECASE,
)
FORWARD_BEGINS = re.compile(
    r"^\W{0,14}(?:(?:begin |begin van het )?(?:doorgestuurd bericht|forwarded message)|message transféré|"
    rf"weitergeleitete nachricht|mensaje reenviado|messaggio inoltrato|{_either(BEGINS)})\W{{0,14}}$",
    re.IGNORECASE,
)
ADVERTISING = re.compile(rf"^[\s<(\[*_-]{{0,4}}(?:{'|'.join(SENT_WITH)})[\s.)>\]*_]{{0,6}}$", re.IGNORECASE)
REPLY_ABOVE = re.compile(
    r"antwoord boven deze lijn|(?:reply|your reply) above (?:this|the) line|répondez au-dessus de cette ligne|"
    r"type your reply above|antworten sie (?:über|oberhalb)",
    re.IGNORECASE,
)


def header_of(line: str) -> tuple[str, str]:
    """What a line of a copied header names (a key of `NAMES`) and its value; two empty texts for any other line."""
    found = HEADER_LINE.match(line[:400])
    if not found:
        return "", ""
    kind = next(name for name in NAMES if found.group(name) is not None)
    return kind, found.group("value").strip().strip("*").strip()
