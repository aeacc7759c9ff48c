"""The words of a matchmaker's reply in Dutch, French, English and some German. Lists only; nothing here judges.

A word counts as written here: folded to lower case and without accents, but for `één`. Words that would be
right most of the time are left out on purpose: what is not listed goes to a person.
"""

from __future__ import annotations


def listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


SOFT_YES = listed("goed prima perfect top graag fine parfait")
OK = listed("ok oke okee okay")

MARKERS = listed(
    " rij rijen r rijnr rijnummer nr nrs nummer nummers voorstel voorstellen match row rows number numbers nbr"
    " line lines"
    " lijn lijnen vraag vragen aanvraag aanvragen demande demandes request requests ligne lignes numero numeros"
    " proposition propositions zeile # voor bij op n° proposal van vanaf from pour for du"
)
PREPOSITIONS = listed("voor op met tegen avec bij aan for pour to on a aux fur a")
CONJUNCTIONS = listed("en et and und & + ,")
RANGES = listed("tot t/m tem tm a au to through thru bis - – — t.e.m. t.m.")
LAST = listed("laatste dernier derniere last")
ROW_NAMES = MARKERS - listed("voor bij op van vanaf from pour for du")
ALL = listed("alles allemaal alle all tous toutes everything allen tout alles")
ALL_NOUNS = listed("rijen voorstellen matchen matches rows proposals lignes propositions them of de les die these het")
BOTH = listed("alletwee beide beiden allebei both")
HERE = listed("nu hier thuis verder intussen ondertussen maintenant ici now here")
REST = listed("rest overige overigen reste others autres anderen")
EXCEPT = listed("behalve uitgezonderd except sauf excepte ausser")
SPELLED = {
    "één": 1,
    "twee": 2,
    "drie": 3,
    "vier": 4,
    "vijf": 5,
    "zes": 6,
    "zeven": 7,
    "acht": 8,
    "negen": 9,
    "tien": 10,
    "elf": 11,
    "twaalf": 12,
    "deux": 2,
    "trois": 3,
    "quatre": 4,
    "cinq": 5,
    "sept": 7,
    "huit": 8,
    "neuf": 9,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eerste": 1,
    "tweede": 2,
    "derde": 3,
    "vierde": 4,
    "vijfde": 5,
    "zesde": 6,
    "zevende": 7,
    "achtste": 8,
    "premier": 1,
    "premiere": 1,
    "deuxieme": 2,
    "troisieme": 3,
    "first": 1,
    "second": 2,
    "third": 3,
}
SPELLED_AFTER_MARKER = {"een": 1, "un": 1, "une": 1, "one": 1}
ARTICLES = listed("de het le la les the l' het")
FILLERS = listed(
    "is zijn mag mogen dat het voor mij wat betreft zeker al reeds ook gewoon heb hebben ik we wij alvast c'est est"
    " sont j'ai deja pour moi are has have been i already that's da's dit me for : = - – — > ) . , → ⇒ | *"
    " jai nous avons ai ete / ("
    " dringend urgent urgente please gelieve zelf it's its allebei"
    " zeg dis volmondig dus donc volledig helemaal succesvol intussen ondertussen inmiddels helaas unfortunately"
    " malheureusement"
)

CONDITION = listed(
    " als indien mits tenzij zolang zodra wanneer slechts voorwaarde voorwaardelijk voorbehoud eerst"
    " afhankelijk anders"
    " mocht stel tenminste voordat vooraleer totdat behalve uitgezonderd onder ingeval zover"
    " if unless provided once when until except depends depending assuming first"
    " si s'il s'ils sauf sinon pourvu condition quand lorsque avant d'abord wenn falls ausser sofern zuerst"
)
LIMITING = listed("alleen enkel only seulement pas uniquement nur vanaf tot juste")
DOUBT = listed(
    "? misschien wellicht mogelijk mogelijks waarschijnlijk denk dacht normaal normaliter normalerwijze vermoedelijk"
    " eventueel twijfel twijfels weet onzeker hopelijk liefst liever zou zouden lijkt blijkbaar "
    "precies bijna half … klopt"
    " vermoed geloof juist peut-etre etre probablement crois pense doute sans normalement espere serait"
    " maybe perhaps probably think guess normally should might could possibly unsure hopefully would suppose"
    " vielleicht wahrscheinlich glaube 🤔 ❓ ❔ ⁉ 🤷 🤨 🙄 😕 🚫 🛑 ⛔ ⚠ 🙅"
    " zogezegd zogenaamd althans beweert beweerde apparemment"
    " zeggen mss mschn wsl bedoel bedenken nadenken overleggen overleg"
)
CORRECTION = listed(
    " wacht wachten toch oeps oei vergissing vergist vergis fout foutje verkeerd correctie eigenlijk annuleer"
    " annuleren"
    " schrap schrappen negeer negeren herroep ipv plaats vergeet wijzig wijziging wijzigen test "
    "grapje mopje haha intrekken"
    " bedoelde bedoelden moest moesten verwissel verwisseld omgekeerd andersom meant swapped devait wait"
    " actually mistake oops wrong correction cancel ignore scratch instead undo rather joke sorry,"
    " erreur attendez attends finalement plutot annuler annulez corriger oubliez rectificatif rectificatie"
    " verbetering"
    " warte irrtum doch voorbeeld bijvoorbeeld concept ontwerp uitvoeren hold draft verwijder verwijderen vervalt"
)
CHOICE = listed("of ofwel or ou oder hetzij dan")
CONTRAST = listed("maar doch echter but mais however though cependant hoewel although ofschoon wel nog aber alhoewel")
NEGATION = listed(
    "niet geen nooit niets niks nog not never don't dont pas ne n'est n'ai nicht kein keine noch zonder without sans"
)
QUOTES = listed('" “ ” „ « » ` ~ ‘ < > { } [ ] \\')
ALWAYS_UNSURE = CONDITION | DOUBT | CORRECTION | CHOICE | CONTRAST | QUOTES

COURTESY = listed(
    "pls plz grtjs grtz kusjes knuffels dikke virtuele bisou bizz coucou "
    "hallo hoi hey hei dag beste geachte goedemorgen goeiemorgen goeiendag goeiedag goedendag goedemiddag goeiemiddag"
    " goedenavond goeieavond goedenmiddag bonjour bonsoir hello hi dear salut guten tag morgen collega collega's"
    " collegas iedereen allen allemaal team mevrouw meneer heer dank bedankt dankje dankjewel "
    "dankuwel dank merci thanks"
    " thank thx thnx danke u je jullie jou jij wel alvast veel heel hartelijk hartelijke erg zeer aub alstublieft svp"
    " alsjeblieft please groet groeten groetjes grtjes grtz mvg vg vriendelijke vriendelijk warme lieve cordialement"
    " bien salutations regards kind best cheers sincerely yours liefs bisous beau bon bonne journee soiree courage"
    " succes fijne fijn prettige prettig mooie aangename nice good great day evening weekend week week-end gewenst"
    " afternoon morning you very much so beaucoup a vous toi pour tout tous sorry groetjes knuffel xx xxx x mfg "
    "sterkte proficiat graag gedaan slaapwel welterusten ciao daag doei salut salukes merciekes allez"
)
SMALL_TALK = listed(
    "voor de het een lijst lijstje mail mailtje bericht info informatie werk moeite hulp inzet snelle goede nog avond"
    " middag namiddag voormiddag tot gauw straks volgende keer hierbij hier mijn onze antwoord antwoorden reactie"
    " reacties ontvangen met in op van uit zonnige mooi weer zon zonnetje lekker druk drukke "
    "rustig rustige vandaag koffie"
    " leuk knap super tof doen doet zijn is goed bezig chapeau respect hou houd houden vol gezond "
    "zorg blijf jezelf elkaar"
    " take care stay safe prenez soin voici mes reponses here are my answers the your list la liste votre travail"
    " veilig voorzichtig pasen paasdagen paasweekend feestdag feestdagen"
    " initiatief prachtig fantastisch fantastische geweldig geweldige blij ook en et and weekje dagje dat dit"
    " aan allen"
    " iedereen beter later schijnt wat was heb ik we hun hen alles zo verder doe voila ziezo klein kleine groot"
    " top prima perfect ok oke okee okay complimenten compliment zalig genoten lente eindelijk gisteren deze morgen"
    " nieuws schitterend schitterende fier werkt prettige"
)
HARMLESS = COURTESY | SMALL_TALK
NEUTRAL = COURTESY | listed(
    "sowieso snel vlug rap quickly vite zelf hoor zulle zenne he hee jong amai voila eindelijk wat dus"
    " ik wij we zij ze hij haar hem hen hun hij mij mijn ons onze is zijn was waren heeft heb hebben had ken"
    " kent kennen"
    " de het een in op om met van aan bij en dat die dit deze daar hier er beide beiden allebei partijen akkoord"
    " ok oke goed prima perfect top super graag blij tevreden gelukt orde alles vlot vandaag "
    "gisteren vanmorgen vanochtend"
    " vanmiddag daarnet zonet net zopas afspraak afgesproken gemaakt maandag dinsdag woensdag "
    "donderdag vrijdag zaterdag"
    " zondag buurt buur buurvrouw buren hoek vriendelijke vriendelijk lief lieve man vrouw dame match"
    " combinatie keuze"
    " voorstel kandidaat vrijwilliger persoon gezin familie boodschappen apotheek hond honden "
    "vervoer maaltijd maaltijden"
    " babbel gezelschap post nu meteen direct al reeds natuurlijk zeker uiteraard absoluut heel erg zeer mooi ideaal"
    " fijn leuk helemaal inderdaad nl fr woont wonen vlakbij dichtbij dicht nabij straat ook tijd"
    " hun beiden partijen mee eens vindt vinden vond"
    " the a and is are was i we he she they it them both sides agreed very happy good great today yesterday"
    " monday tuesday wednesday thursday friday saturday sunday nice match choice perfect right now near nearby"
    " geregeld afgesproken"
    " elke elk iedere ieder wekelijks dagelijks every weekly chaque start starten begint starts sinds sedert depuis"
    " le la les un une de du des et est sont je nous elle il ils elles deux contents content contente"
    " aujourd'hui hier"
    " regle reglee dankbaar goede goeie perfecte ideale mooie laatste"
    " matin agree on thuis avec plaisir plezier smoothly well aussi too"
    " lundi mardi mercredi jeudi vendredi samedi dimanche"
    " tres bien bon bonne choix tout parfait parfaite parfaits excellent excellente moi"
)
PLANS = listed(
    "bel bellen belt contacteer contacteren neem nemen contact regel regelen spreek zal ga gaan gaat straks vanavond"
    " komt wordt werk lui telephone telephonerai contacte matin"
    " morgen overmorgen morgenvroeg namiddag voormiddag avond middag week volgende na voor zo snel mogelijk"
    " laat weten langs haal haalt breng brengt rijdt kookt"
    " doe doen opnemen op hou houd hoogte asap call will ring tonight tomorrow afternoon evening this"
    " j'appelle appelle vais appeler ce soir demain apres-midi contacte start starten start begint beginnen komen"
)
REASON_STARTS = listed("te want omdat wegens spreekt trop car too because ( - parce")
LIMITED_VERBS = listed("spreekt kan heeft wil doet parle speaks can has peut kent")
CLOSINGS = listed(
    "grtjs knuffel knuffels bisous kusjes"
    " groet groeten groetjes grtjes grtz mvg vg gr cordialement salutations regards cheers liefs mfg gruss grusse"
    " sincerely sentiments hoogachting toegenegen genegen"
)
EMERGENCY = listed(
    "dringend spoed nood noodgeval ambulance ziekenhuis gevallen politie brand overleden opgenomen ongeval"
    " hospitalise accident urgent emergency hospital"
    " police fire urgence hopital"
)
NEEDS_EYES = EMERGENCY | listed("ps p.s trouwens ziek help sick malade overnemen overname afwezig verlof")
# the first words of refusals that may go on as something else
STOPS_SHORT = listed("helaas spijtig jammer kan lukt gaat past niet vind zie pas ga mag mogen")
NO_REFUSAL = listed(
    "probleem problemen problem problems probleme bezwaar objection worries need optie rush hurry zeg opinion mening"
    " avis voorkeur preference opmerking opmerkingen comment comments remarks"
)
STATES = listed(
    "ik we wij hij zij ze die dat heb hebben heeft ken kennen kent is zijn was waren woont wonen spreekt spreek werkt"
    " heel al je j'ai j'y nous il elle elles ils c'est sont i we he she they it's is was knows know have has lives"
)
TO_DO = listed(
    "moet moeten mag mogen wil wilt willen kan kunnen kunt zal zullen zult gaat gaan ga komt komen kom vraagt vragen"
    " vraag hoopt hopen verwacht zegt zei zeggen belt bellen bel laat laten zoek zoekt bekijk bekijkt wordt worden"
    " probeer probeert geef geven stuur stuurt wens wenst wensen bespreek bespreekt volgt volgen nodig contacteer"
    " terugbellen terug bevestigen bevestigt afwachten afspreken afspraak regelen check checken nakijken"
    " doit dois devez doivent faut veut veux veulent peut peux peuvent va vont vais viendra attend demande rappelle"
    " must needs need want wants can will shall may ask asks said says hope hopes waiting wait call calls"
)
PENDING = listed(
    "moet moeten wil wilt willen vraagt wacht hoopt twijfelt overlegt bevestigt beslist beslissen laat weet"
    " doit veut demande attend decide must wants needs asks waits will decides"
)
_HEDGES = listed(
    "principe principieel voorlopig voorlopige tijdelijk proef protest tegenzin risico hoop ooit soms meestal"
    " waarschijnlijk blijkbaar schijnbaar max maximum maximaal minimum minstens hooguit hoogstens tot vanaf na voor"
    " om tegen binnen later straks morgen overmorgen vanavond volgende volgend weekend maandag dinsdag woensdag"
    " donderdag vrijdag zaterdag zondag week maand uur zodat opdat via volgens zelfs behoudens samen wachtlijst"
    " provisoire apres avant demain soir lundi mardi mercredi jeudi vendredi samedi dimanche semaine selon"
    " tomorrow tonight next week month until after before monday tuesday wednesday thursday friday saturday sunday"
    " tegen contre against quarantaine quarantine boos kwaad bang beslissing"
    " principle temporarily trial enige keer maal halve twee drie vier test liever elders ander andere anders"
)
BAD_NEWS = listed(
    " fievre fever toux tousse cough coughs hoest hoesten griep flu grippe symptomen symptomes symptoms "
    "gezegd antwoordde gevraagd iemand niemand geholpen bezet voorzien weg away partie parti vertrokken verhuisd"
    " gestorven verdwenen kwijt stuk kapot gestolen verloren gestopt stopt klaagt klacht klachten slecht slechter erger"
    " ruzie oneens onbetrouwbaar dronken agressief gevaarlijk onveilig verdacht vreemd raar verkeerd dubbel"
    " allergisch allergie minderjarig besmet positief corona covid koorts geweigerd weigert afgezegd opgezegd afgebeld"
    " geannuleerd ingetrokken teruggetrokken ontevreden ongerust bezorgd wantrouwig fraude politie rookt hangt af"
    " mort morte absent absente malheureuse mauvais mauvaise refuse refusee annule annulee allergique mineur mineure"
    " dead gone unhappy bad worse worst cancelled refused refuses allergic drunk broken stolen underage quit left"
)
UNSETTLES = LIMITING | NEGATION | NEEDS_EYES | CONDITION | DOUBT | CHOICE | CORRECTION | PENDING
UNSETTLES |= TO_DO | _HEDGES | BAD_NEWS
ANNOUNCING = listed(
    "antwoord antwoorden mijn voila hier hierbij zoals afgesproken bij deze mes reponses voici my answers here reponse"
    " answer ziehier zie keuze keuzes feedback lijst reactie beslissing choix choices allez vooruit hop"
    " doorgeven"
)
EXCLAIMS = listed(
    "super fantastisch prachtig geweldig schitterend helaas jammer genoeg spijtig met plezier unfortunately great"
    " malheureusement helas avec plaisir leider wonderful"
)
DELIVERED = listed(
    "geleverd gebracht afgeleverd aangekomen ontvangen betaald gehaald opgehaald geholpen verlopen gegaan bezorgd"
    " delivered livre livrees"
)
