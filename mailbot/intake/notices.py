"""What mail systems and absent people's programs write: subjects and sentences by language, as patterns. Pure tables.

Learnt from Sendmail, Postfix, Exim, qmail, Courier, Exchange, Domino, Gmail, Yahoo, AOL, GMX, Mail.ru and others.
"""

from __future__ import annotations

import re


def _either(*words: str) -> str:
    return "|".join(words)


MAIL_SYSTEM = re.compile(
    r"^(?:mailer[-_.]?daemon|mail[-_]?daemon|post[-_]?master|mail[-_.]?(?:delivery|system|er|admin)|mdaemon|mmdf|"
    r"microsoftexchange[0-9a-f]{8,}|delivery[-_]?(?:status|failure|subsystem))(?:[+=.-].*)?@",
    re.I,
)
MAYBE_SYSTEM = re.compile(r"^(?:.{1,60}[-_.])?(?:bounces?|sysadmin)(?:[+=.-].*)?@", re.I)
CLOUD_NOTICE = re.compile(r'"(?:notificationType|eventType)"\s{0,3}:\s{0,3}"Bounce"')
MAIL_SYSTEM_NAME = re.compile(
    r"mailer[-_ ]?daemon|mail[- ]?daemon|mail delivery (?:sub)?-?(?:system|service|agent|software)|delivery subsystem|"
    r"system[- ]?administrator|systeembeheerder|systemadministrator|administrateur syst|mail administrator|"
    r"^\W*postmaster\b|internet mail delivery|mail(?: |-)?(?:system|server|router|gateway)\b|microsoft exchange|"
    r"bounced mail|delivery notification|interscan|mail delivery|notification de distribution",
    re.I,
)
BOUNCE_SUBJECT = re.compile(
    r"^\W*(?:\[?bounce\]?\b|"
    + _either(
        *("undeliver(?:ed|able)", r"undelivered mail returned", r"delivery (?:status )?(?:notification|report)"),
        *("delivery[ _](?:failure|error|problem|failed|has failed|delayed|status)", "delivery of .{1,80} failed"),
        *("mail delivery", "mail could not be delivered", "mail system error", "mail status report"),
        *("returned (?:e?mail|message|to sender)", "returning (?:mail|message) to sender", "failure notice"),
        "failed mail",
        *("(?:e?mail|message) (?:was |could |is |has |that )?(?:been |can )?not (?:be )?deliver", "message undeliver"),
        *("non[- ]?deliver", "not delivered", "undeliver", "permanent delivery failure"),
        "failed (?:delivery|to deliver)",
        *("message delivery (?:has )?(?:failed|failure)", "message (?:status|frozen)", "message .{1,60} delayed"),
        *("(?:warning|notice): (?:could not send|message .{1,60} delayed|mail delivery|delayed mail)", "rejected mail"),
        *("unable to deliver", "could ?n[o']t deliver", "sorry, your message could not", "error sending your mail"),
        *("there was an error sending your mail", "address not found", "user unknown", "unknown (?:user|address)"),
        *("banned file", "considered unsolicited bulk", "nondeliverable", "bounced message", "smtp mail failure"),
        *("onbestelbaar", "niet[- ]?bestelbaar", "mail(?:bericht)? niet bezorgd", "niet bezorgd:", "bezorging mislukt"),
        *("kan niet worden bezorgd", "bericht vertraagd", "onbezorgbaar", "bezorg(?:ings)?(?:status|fout|rapport)"),
        *("non[ _-]?remis", "échec de (?:la )?(?:remise|distribution|livraison)", "notification d['’]échec"),
        *("notification d['’]état de remise", "remise retardée", "message non (?:distribué|délivré)", "courrier non"),
        *("unzustellbar", "nicht zustellbar", "unzustellbare", "zustellung fehlgeschlagen"),
        "zustellungsbenachrichtigung",
        *("fehlgeschlagene zustellung", "mailzustellung", "no se puede entregar", "no entregad[oa]", "devuelto"),
        *("notificación (?:sobre el|del) estado", "correo devuelto", "error de entrega", "non recapitabile"),
        *("impossibile recapitare", "mancato recapito", "não entregue", "não é possível entregar", "falha na entrega"),
        *("niedostarcz", "nie można dostarczyć", "olevererbar", "kan ikke leveres", "ikke leveret", "uleveret"),
        *("kunde inte levereras", "nedoručiteln", "kézbesíthetetlen", "nelivrat", "недостав", "не ?доставлен"),
        *("配信(?:不能|できません)", "配信に失敗", "メッセージを配信できません", "メール配信"),
        *("未配信", "無法傳遞", "无法投递", "退信", "系统退信"),
        *("전달(?:되지| 실패)", "반송"),
    )
    + ")",
    re.I,
)
SUCCESS_SUBJECT = re.compile(
    r"^(?:delivery status notification ?\((?:success|relay(?:ed)?|mail delivery success)|delivered:|relayed:|"
    r"return receipt|bezorgd:|remis ?:|zugestellt:|successful mail delivery|mail delivery was successful)",
    re.I,
)
DELAY_SUBJECT = re.compile(
    r"delay|still being retried|vertraag|warning: (?:could not send|message)|retard[ée]|verzöger|retraso|ritard|atras",
    re.I,
)
DELAY_TEXT = re.compile(
    r"do not need to resend|still trying|will keep trying|will (?:be )?(?:continue|retried|retry)|"
    r"has not (?:yet )?been delivered|not yet been delivered|wordt later opnieuw|"
    r"no action is required|this is a warning message only|"
    r"temporarily delayed|is delayed|hasn.t been delivered yet|delivery attempts will continue",
    re.I,
)
GAVE_UP = re.compile(
    r"permanent|gave up|giving up|failed|returned|could not be delivered|undeliverable|unable to", re.I
)
FAILURE_TEXT = re.compile(
    _either(
        *("qmail-send program", "created automatically by (?:the )?mail (?:delivery|system)", "transcript of session"),
        *("permanent (?:fatal )?error", "(?:did|has) not reach(?:ed)? the following", "couldn.t be delivered"),
        "(?:could|can|was|were|has|have|is)(?: ?not|n.t) (?:be |been )?(?:successfully )?(?:deliver|sent|transmitted)",
        "delivery (?:to the following|of (?:the|your)|attempts?|has|status|failed|failure)",
        "following (?:address|recip)",
        *("undeliver", "unable to (?:deliver|relay|send)", "returned (?:to you|mail|to (?:the )?sender|message)"),
        *("user unknown", "unknown (?:user|recipient|local)", "no such (?:user|person|mailbox|account|address)"),
        *("not listed in", "address(?:ee)? (?:was )?(?:not found|unknown|rejected)"),
        "recipient.{0,40}(?:reject|not|unkn)",
        *("mailbox (?:is )?(?:full|unavailable|not found)", "over quota"),
        "host (?:or domain )?(?:name )?(?:unknown|not)",
        *(r"\b5\d\d[ -][^\n]{0,20}5\.\d\.\d", r"\b55[0-4]\b", "failed permanently", "bounced?"),
        "no longer (?:valid|active)",
        *("onbestelbaar", "niet (?:worden )?(?:bezorgd|afgeleverd|bereik)", "bestaat niet", "n.a pas pu être"),
        "non remis",
        *("n.existe pas", "impossible de (?:remettre|distribuer|livrer)", "n.ont pas reçu", "nicht zugestellt"),
        *("konnte nicht", "nicht erreicht", "unzustellbar", "unbekannt", "no se (?:pudo|ha podido)"),
        "no ha(?:n)? podido",
        *("impossibile", "non (?:è stato|può essere)", "não (?:foi|pôde|pode)", "nie (?:można|został)", "недостав"),
        *("не (?:может|был|удалось)", "配信", "送信できません", "無法", "无法", "退回", "전달"),
    ),
    re.I,
)
USER_UNKNOWN = re.compile(
    _either(
        *("user (?:is )?(?:unknown|not found|does not exist)", "unknown (?:user|recipient|address|local|mailbox)"),
        *("no such (?:user|person|mailbox|account|address|recipient|domain|email)", "does(?: not|n.t) (?:exist|have)"),
        *("address (?:not found|rejected|unknown|is invalid)", "invalid (?:recipient|address|mailbox|user)"),
        "not listed",
        *("recipient (?:address )?(?:rejected|not found|unknown|is not)", "mailbox (?:unavailable|not found|unknown)"),
        "(?:account|mailbox|user|recipient) (?:has been |is |was )?(?:disabled|inactive|deactivated|closed|deleted)",
        *("host (?:or domain name )?(?:unknown|not found)", "domain (?:not found|does)", "couldn.t find any host"),
        *("name or service not known", "no mailbox here", "name is not recognized", "not our customer", "bad address"),
        *("address(?:ee)? unknown", "(?:user|recipient|mailbox|account) not (?:found|known)", "bad destination"),
        *("no longer (?:valid|active|exist|work|on server)", "bestaat niet", "n.existe pas", "unbekannt"),
        "niet gevonden",
        *("existiert nicht", "nxdomain", "domain nicht", "no existe", "non esiste", "não existe", "not a valid"),
    ),
    re.I,
)
FULL = re.compile(
    r"(?:mailbox|mail ?box|quota|inbox|postvak|account|storage|disk).{0,40}(?:full|exceed|over|vol\b|quota)|"
    r"over ?quota|exceed.{0,30}(?:quota|storage|size of)|quota exceeded|boîte.{0,30}pleine|postfach.{0,20}voll|"
    r"insufficient storage",
    re.I,
)
NOT_THE_ADDRESS = re.compile(
    r"spam|blocked|blacklist|block ?list|reputation|policy|relay(?:ing)? (?:access )?(?:denied|not|prohib)|"
    r"\bdmarc\b|\bspf\b|"
    r"too (?:large|big)|size (?:limit|exceed)|message size|virus|content|loop|too many hops|timed? ?out|expired|"
    r"try again|temporar|access denied|authentication|not accept(?:ed|ing) (?:mail|messages) from|rate limit|greylist",
    re.I,
)
RETURNED_BELOW = re.compile(
    r"^[^\w\n]{0,60}(?:-{2,60}.{0,10}(?:below this line|this is (?:a|the) (?:copy|header)|"
    r"(?:original|unsent|returned|message) (?:mess|head|text|mail|follow)|the (?:header|body|original)|included is|"
    r"start of|enclosed|a copy|forwarded)|below this line|"
    r"(?:original|unsent|your|returned) (?:message|mail)(?: text| headers?)? (?:follows|is (?:attached|incl|below))|"
    r"received: (?:from|by) |return-path: ?<|the original message (?:is|follows)|message header follows|"
    r"oorspronkelijke berichtkoppen|original message headers|en-têtes de message)",
    re.I | re.M,
)
AUTO_SUBJECT = re.compile(
    r"^\W*(?:"
    + _either(
        *("automati(?:c|sch) (?:reply|antwoord|response)", "automatische (?:antwort|respons|reactie)"),
        *("automatisches? antwort", "réponse automatique", "respuesta automática", "risposta automatica"),
        *("resposta automática", "automatisk(?:t)? svar", "autosvar", "automaattinen vastaus", "automatyczna odpowied"),
        *("odpowied[źz] automatyczna", "automatick[áa] odpov", "automatikus válasz", "r[ăa]spuns automat"),
        *("автоматический ответ", "автоответ", "автоматична відповідь", "otomatik (?:yanıt|cevap)"),
        "αυτόματη απάντηση",
        *("自动(?:答复|回复)", "自動(?:回覆|返信|応答)", "자동 ?(?:회신|응답)"),
        "auto[- ]?(?:reply|response|responder|respond)\\b",
        "auto:? (?:re|aw|fw|out|vacation|reply)\\b",
        "auto: .{1,80}(?:out of (?:the )?office|afwezig|absent|abwesend)",
        *("out[- ]of[- ](?:the )?office\\b", "out of town\\b", "vacation (?:reply|response|message|notice|auto)"),
        "vacation:",
        *("away from (?:my|the) (?:mail|office|desk|computer)", "vakantiebericht"),
        *("afwezigheids(?:melding|bericht|assistent|notificatie)", "afwezig\\s*(?::|$)"),
        "(?:ik ben )?(?:momenteel )?(?:afwezig|niet aanwezig) (?:tot|van|t/m|tem|vanaf|tussen)\\b",
        *("buiten kantoor", "niet op kantoor", "absence du bureau", "message d['’]absence"),
        "absent[e]? (?:du bureau|jusq)",
        *("avis d['’]absence", "abwesenheits?(?:notiz|assistent|nachricht|meldung|mitteilung)", "abwesend\\s*(?::|$)"),
        *("nicht im (?:büro|haus)", "außer haus", "ich bin (?:im urlaub|nicht im|bis)", "urlaubsmeldung"),
        "fuori (?:sede|ufficio)",
        *("fuera de (?:la )?oficina", "fora do escritório", "ausência temporária", "ausente de la oficina", "frånvaro"),
        *("risposta non al computer", "ej på plats", "poza biurem", "távol", "mimo kancelář", "ikke til stede"),
        "fraværende",
    )
    + ")",
    re.I,
)
AWAY_SUBJECT = re.compile(
    r"\b(?:out of (?:the )?office|afwezig(?:heid)?|absen[ct]e?|abwesen(?:d|heit)|ausen(?:te|cia)|assen(?:te|za)|"
    r"vacation|holiday|verlof|vakantie|congé|vacances|urlaub|vacaciones|ferie|ausência|on leave)\b",
    re.I,
)
AWAY_TEXT = re.compile(
    _either(
        "out of (?:the )?office (?:until|from|till|and|with|today|at|between|for)",
        "(?:am|is|be) (?:currently )?out of",
        "(?:limited|no|little) access to (?:my )?e?-?mail",
        "(?:am|is) (?:currently )?(?:on|away on) (?:vacation|leave|holiday)",
        "(?:ben|is) (?:momenteel |tijdelijk )?(?:afwezig|niet aanwezig|met vakantie|met verlof|op vakantie|op verlof)",
        *("lees mijn (?:e-?)?mails? niet", "uw (?:e-?)?mail wordt niet (?:gelezen|doorgestuurd)"),
        "terug (?:op|vanaf) \\w+",
        *("(?:suis|est) (?:actuellement |momentanément )?(?:absente?|en congés?|en vacances)", "de retour le"),
        "(?:bin|ist) (?:derzeit |zur ?zeit |momentan |bis )?.{0,30}(?:abwesend|nicht im (?:büro|haus)|im urlaub)",
        *("(?:estoy|estaré|me encuentro) (?:fuera|ausente|de vacaciones)", "sono (?:assente|fuori|in ferie)"),
        "estou (?:ausente|fora|de férias)",
        "will (?:be )?(?:return|back|reply|respond)(?:ing)? (?:on|to|when|as soon|after)",
        *("automatisch (?:bericht|antwoord|gegenereerd)", "automatic(?:ally)? (?:reply|generated|response)"),
    ),
    re.I,
)
