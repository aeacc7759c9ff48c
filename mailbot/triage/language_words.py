"""Common words of the languages a letter may be in, in small letters with their accents. No judgement here.

The four languages the desk answers in have their everyday words of a crisis desk too; of the others a page of
little words suffices to recognise them. Languages with a script of their own are told by `language`.
"""

from __future__ import annotations

WORDS = {
    "nl": """ik een van mijn het voor met op kan niet er dat zijn aan te wij nog mag iemand bij mij onze maar naar om u
heeft moet heb ons geen nu ben wil hebben ook mensen meer jullie ze al dan doen tot kunnen mogen graag uit dus uw stad
elke zou twee zelf daar komen alleen nodig wel iets willen hoe zit kinderen zonder moeten drie vanaf hij gaan gratis
waar haar beste terug helpen goed ge gij zo deze thuis sinds huis wordt komt mee jaar vrijwilligers vrijwilliger weet
staat eens bellen uur keer binnen zoeken niks zitten werk vraag vragen vraagje maskers mondmaskers mondmasker staan na
maken gaat dagen alles buiten weten toch telefoon morgen hun geven zegt krijgen weken altijd hulp mei hem deur wanneer
vorige maandag dinsdag woensdag donderdag vrijdag zaterdag zondag weekend doe dochter zoon brengen rijden laat blijven
werken enkel de en die dit of als wat wie waarom welke zij hen hebt had was waren ben bent is zal zullen zouden kon
konden mocht worden werd heel zeer veel weinig te over onder tegen door tussen tijdens omdat want terwijl zodat indien
hallo dag goeiedag goedemorgen goeiemorgen goedenavond goedemiddag goeienavond groetjes groeten vriendelijke mvg geachte
mevrouw mijnheer meneer heer bedankt dank dankjewel alvast merci aub alsjeblieft alstublieft sorry moeder vader ouders
oma opa buurvrouw buurman buren buurt vriend vriendin vrouw man zus broer tante nonkel mama papa boodschappen winkel
winkels apotheek apotheker dokter huisarts ziekenhuis ziek koorts hoest medicatie medicijnen pillen eten drinken koken
maaltijd maaltijden soep brood melk hond honden kat fiets auto wagen rijbewijs school lessen huiswerk kleine groot oud
oude ouderen oudere bejaarden senioren eenzaam praten babbel babbeltje naaien naaimachine stof katoen stikken geld
betalen rekening mail bericht antwoord gemeente burgemeester maatregelen regels open gesloten toe dicht dicht mogelijk
vandaag gisteren straks avond avonds ochtend namiddag middag voormiddag s week weken maand maanden jarig jaren beetje
aanbieden aanbod gevraagd aangeboden gezocht inschrijven aanmelden registreren melden beschikbaar vrij tijd zin klusjes
tuin gras huisvuil vuilzak vuilzakken container containerpark ophalen halen afhalen brief brieven post kaartjes
tekeningen kindje kindjes opvang opvangen oppassen baby personeel zorg zorgverleners verpleegkundige verpleegster
rusthuis woonzorgcentrum bewoners bezoek bezoeken trouwen huwelijk begrafenis markt kapper cafe café restaurant
speeltuin
park wandelen fietsen lopen sporten rijden trein bus reis reizen grens zaak zelfstandige premie werkloos werkloosheid
huren huur kot student studenten spreek spreekt spreken nederlands engels frans duits vertalen tolken kennen ken woon
woont wonen straat wachten snel dringend zeker misschien eigenlijk gewoon natuurlijk helaas jammer gelukkig samen beter
best ergens nergens niemand iedereen anderen andere ander eigen eerste laatste volgende meter afstand handen da ne nen
efkes effe wa ni gij ulle men moeke va ma bomma bompa tis kheb wilt leven doorgaan bieden biedt bied zoek zoekt
lieve hoi heykes hey goei joh ja nee neen jawel inderdaad euro stuks gaarne gelieve verder mocht eventueel""",
    "fr": """je à le pour les la et un est une mon il l des vous d du ma ne j nous ai que pas qui suis au n dans ce
bonjour bonsoir salut peut avec plus si peux par votre ou mes faire quelqu mais depuis merci ans bien notre moi masques
masque y deux personnes personne téléphone maison enfants encore ils temps sur sont courses aider soir mère père chez c
besoin ses semaine semaines qu français française cherche aller tout pourrait néerlandais habite bénévole bénévoles
bénévolat aide ville sans pouvez pendant jours fils fille elle elles tous toutes repas jusqu dois comme voiture se rien
puis partir ont monsieur madame mari femme hôpital famille fait avons trois repos peu passer même droit cette aux âgées
âgée âgé samedi dimanche lundi mardi mercredi jeudi vendredi quand parle parler où lui dix après été école voisine
voisin venir seule seul propose proposer pharmacie fois faut avril avant aussi équipe vos très travaille travailler
toute tissu sortir sommes sa midi matin jour grand petit garder donner comment chômage écrit ça vélo voudrais voudrait
volontiers veut veux temporaire souhaite répondre réponse pouvons porte petits infirmière donc domicile disponible
demande demander commune de en est-ce s êtes était étaient serait sera seront avoir être cela ceci ces leur leurs on
t m te tu toi quel quelle quels quelles pourquoi combien parce alors ainsi donc car cordialement salutations sincères
meilleures bien-à-vous svp s'il plaît plait courage avance question questions aimerais aimerait aidez permis possible
impossible malade malades fièvre médecin médicaments ordonnance nourriture manger boire lait pain chien chat promener
coudre couture machine magasin magasins ouvert ouverte ouverts fermé fermée fermés bourgmestre mesures règles voyager
frontière train argent payer facture loyer étudiant étudiante étudiants logement chambre appartement mois année hier
aujourd hui demain toujours jamais souvent peut-être vraiment beaucoup moins mieux autre autres chaque plusieurs
quelques quelque entre vers sous contre devant derrière ici voici voilà oui non envoyé mon ton son cas chose gens amis
amie ami quartier rue habitants résidents cours devoirs mathématiques lettre courrier déchets sacs poubelle jardin
parc plaine jeux mariage enterrement funérailles marché coiffeur""",
    "en": """i the to a and my for can have with you who it from or are do there at people not could that our this need
your if be no so but english please has would up two someone somebody home help helping will still by us all one any how
don work volunteer volunteers volunteering phone like know hi hello hey as may does since every back take dear what out
only now get because about speak speaks free closed open just hospital here he she allowed after them should needs masks
mask day days where until they students student small room left go come bring stay send old older nobody groceries
grocery year years walk shop shops shopping nursing looking house her his him give gave came call weeks week use told
thank thanks many last good morning evening afternoon elderly been anyone anything when time their some near make
kitchen kids explain bike ask already write which three says person own nurse next never more friday saturday sunday
monday tuesday wednesday thursday food families family without run residence neighbour neighbours neighbor name got find
during deliver children cannot calls of is in on was were am an its we me did had than then too very really also want
wants wanted would'd i'm i've i'd we're we've don't can't it's yes regards kind best cheers sincerely greetings mother
father mum mom dad parents grandmother grandma son daughter wife husband friend friends sister brother alone lonely sick
ill fever cough doctor medicine medication pharmacy prescription milk bread cook cooking meal meals dog dogs walk cat
car
drive driving licence license school lessons homework online teach teaching help babysit sewing sew machine fabric
cotton money pay rent job lost boss bill city mayor measures rules travel border train bus question questions possible
tomorrow yesterday today tonight soon urgent maybe perhaps sorry unfortunately happy glad available offer offering
register sign something nothing everything everyone between before while though through over under again few most much
other another first same living live lives lived moved belgium dutch french german understand understood answer reply
wondering hoping grateful appreciated could've whether wedding funeral market hairdresser playground landlord""",
    "de": """ich und meine meiner meinen meinem nicht mit ist für der die das kann eine einen einem einer ein wir im von
tag sie sich bin seit guten gute guter bei aus noch mein ihnen ihr ihre ihren helfen hilfe grüßen grüße gruß
freundlichen dem den wieder sehr niederländisch nachricht mehr jemand jemanden hat bescheinigung auf zum zur werden war
nur nach mutter vater mir mich könnte könnten könnten gestern gerne gern geehrte herren damen einkaufen einkäufe deutsch
darf dürfen dank danke büro bis auto arbeite arbeiten zu würde würden wenden tochter sohn quarantäne löwen leider kleine
kein keine jahren jahre habe haben grenze gilt gehen fällen frau mann fieber es dringend dringenden den braucht brauche
brauchen bitte besuchen beim auch antwort aber ab zwei drei wurde wohne wohnen wohnt woche wochen wo welche weil wann
vor vielen viele viel unter unsere unser um studiert stadt polizei pflegeheim offen oder nichts nachhilfe möglich möchte
möchten medikamente apotheke masken lebt kurze kinder kind hund holen herzlichen herzliche gesendet freiwilliger
freiwillige freiwilligen freitag montag dienstag mittwoch donnerstag samstag sonntag fahren essen derzeit durch doch
dies
diese dieser bringen angebot allein alleine als am an des dass wenn wie was wer warum uns euch ihm ihn man schon immer
jetzt heute morgen abend abends nachmittag vormittag hallo liebe lieber liebes schöne hätte wäre sind seid bist waren
hatte ob so sehr ältere älteren alte alten menschen leute nachbarn nachbarin nachbar krank krankenhaus arzt ärztin
einkauf lebensmittel geschlossen geöffnet maßnahmen regeln reisen spazieren sprechen spreche spricht englisch
franzosisch
französisch anbieten biete suche sucht nähen kostenlos student studentin zimmer wohnung miete geld zahlen frage fragen
danken könnten ohne gegen während zwischen über außerdem vielleicht natürlich deutsche deutschland belgien sondern""",
    "es": """el la los las de que y en un una es por con para no mi me se lo su al del como más pero muy está estoy
tengo puedo puede quiero quisiera vivo soy somos estamos hola buenos días buenas tardes noches gracias ayuda ayudar
necesito necesita alguien hablo español holandés desde hace años comida compras farmacia médico madre padre hijos
semana también porque cuando donde dónde qué cómo si sin hay ha he han nos nuestro nuestra usted ustedes saludos
atentamente por favor trabajo casa ahora todos todo personas mayores mascarillas voluntario voluntaria hasta mañana
puedan pueden tiene tienen ser hacer ir""",
    "pt": """o a os as de que e em um uma é por com para não meu minha me se no na do da dos das ao como mais mas muito
está estou tenho posso pode quero queria vivo moro sou somos estamos olá bom dia boa tarde noite obrigado obrigada
ajuda ajudar preciso precisa alguém falo português holandês desde há anos comida compras farmácia médico mãe pai filhos
semana também porque quando onde você vocês cumprimentos favor trabalho casa agora todos pessoas idosas máscaras até
amanhã fazer ir tem têm sem lhe ela ele""",
    "it": """il lo la i gli le di che e in un una è per con non mio mia mi si al del della dei delle nel nella come più
ma molto sto ho posso può vorrei voglio vivo abito sono siamo ciao buongiorno buonasera salve grazie aiuto aiutare
bisogno qualcuno parlo italiano olandese da anni cibo spesa farmacia medico madre padre figli settimana anche perché
quando dove cosa cordiali saluti favore lavoro casa adesso tutti persone anziane mascherine fino domani fare andare ha
hanno abbiamo senza questo questa ora sapere potete possiamo""",
    "ro": """și si în un o este sunt pentru cu nu mea meu mă se la de din pe că ca mai dar foarte am are pot poate vreau
aș locuiesc suntem bună ziua salut mulțumesc multumesc ajutor ajuta nevoie cineva vorbesc română olandeză ani mâncare
cumpărături farmacie medic mama tata copii săptămână și când unde ce cum vă rog muncă lucrez acasă acum toți oameni
bătrâni măști până mâine face fără sau dacă avem despre îmi bani""",
    "pl": """i w na z do nie się jest to że dla mój moja mam może mogę chcę chciałbym chciałabym mieszkam jestem
jesteśmy
dzień dobry cześć dziękuję pomoc pomóc potrzebuję ktoś mówię polsku polski niderlandzki od lat jedzenie zakupy apteka
lekarz mama tata dzieci tydzień tygodni też bo kiedy gdzie co jak proszę pozdrawiam praca pracy dom domu teraz wszyscy
osobom starszym maseczki maski czy jutro przez po za ale by są był była bardzo nas nam pani pan państwo trochę""",
    "tr": """ve bir bu için ile de da ne var yok ben biz siz mı mi mu benim beni bana çok ama daha gibi kadar merhaba
günler iyi selam teşekkür ederim teşekkürler yardım etmek istiyorum istiyoruz ihtiyacım lazım biri konuşuyorum türkçe
hollandaca yıl yemek alışveriş eczane doktor annem babam çocuk çocuklar hafta haftada nasıl nerede lütfen saygılar iş
ev evde şimdi herkes yaşlı yaşlılara maske yarın yapabilirim oturuyorum yaşıyorum olur mıyız miyim sonra önce gün
edebilir miyiz değil her""",
    "hu": """és a az hogy nem van egy ez is meg de már csak mint vagy nekem én mi kell lehet szeretnék tudok jó napot
szia üdvözlettel köszönöm segítség segíteni szükségem valaki beszélek magyarul lakom éve étel bevásárlás gyógyszertár
orvos anyám apám gyerekek hét hol mikor kérem munka otthon most idős emberek maszk holnap vagyok vagyunk lenne""",
    "sq": """dhe të në një është për me nuk unë ne ju jam jemi mund dua doja banoj përshëndetje mirëdita faleminderit
ndihmë nevojë dikush flas shqip vjet ushqim farmaci mjek nëna babai fëmijët javë ku kur si ju lutem punë shtëpi tani
njerëz maska nesër edhe që nga se kam ka""",
    "sr": """i u je na da se ne za sa su od mi ja smo sam imam mogu želim živim zdravo dobar dan hvala pomoć pomoći
trebam treba neko govorim srpski hrvatski bosanski godina hrana kupovina apoteka ljekarna doktor majka otac deca djeca
nedelja tjedan gde gdje kada kako molim posao kod kuće kući sada ljudi maske sutra ali ili bi nije što šta moja moj""",
    "so": """waa iyo ka ku ah in aan uu ay oo waxaan u ma la soo si leh isku mahadsanid salaan caawimo caawin baahan
qof af soomaali sannad cunto dukaan farmashi dhakhtar hooyaday aabahay caruur toddobaad xagee goorma fadlan shaqo guri
hadda dad berri ilmo waxaa ayaa kale waan nahay""",
    "cs": """a v na je se že to pro můj mám může mohu chci bydlím jsem jsme dobrý den ahoj děkuji pomoc potřebuji někdo
mluvím česky let jídlo nákup lékárna lékař matka otec děti týden také protože když kde jak prosím práce doma teď lidé
roušky zítra ale nebo není s pozdravem""",
    "sv": """och att det är på för jag inte med som en ett har kan vi hej tack hjälp behöver någon svenska bor mina mitt
men också när hur var vänliga hälsningar eller från till om""",
    "id": """dan saya yang di untuk dengan tidak ini itu ada bisa kami dari ke anda terima kasih bantuan tolong tinggal
bahasa indonesia orang akan juga sudah atau selamat""",
    "tl": """ang ng sa na ako po ay mga hindi kami ko lang salamat tulong kailangan nakatira kumusta magandang para may
ba ito""",
    "sw": """na ya wa kwa ni katika mimi sisi asante msaada nahitaji naishi habari tafadhali watu siku wiki chakula
daktari mama yangu wangu""",
    "vi": """và là của tôi có không cho được người này với các xin cảm ơn chào giúp đỡ cần ở bạn chúng""",
    "ku": """û di de ji bo ez em ne heye dikarim dixwazim spas alîkarî silav li gel min""",
}

SCRIPT_WORDS = {
    "ru": "и в не на я мы что это как для мне по но все есть нужна нужно могу спасибо здравствуйте "
    "помощь живу очень меня",
    "uk": "і в не на я ми що це як для мені але все є потрібна можу дякую добрий день допомога живу дуже мене та від",
    "bg": "и в не на аз ние че това как за ми но всичко има трябва мога благодаря здравейте помощ "
    "живея много съм да се",
    "sr": "и у не на ја ми да се је за са су од имам могу желим хвала помоћ здраво живим али или сам добар дан",
    "ar": "في من على أن إلى هذا هذه أنا نحن لا ما هل مع عن السلام عليكم شكرا مساعدة أسكن أستطيع و كان التي الذي",
    "fa": "در از به که این را با است من ما برای و سلام ممنون کمک زندگی می هستم دارم آیا شما خیلی نیاز لطفا یک",
    "ur": "میں ہے ہوں کی کے کا اور سے کو نہیں یہ ہم آپ شکریہ مدد رہتا رہتی ہیں پر کیا",
    "ps": "زه په کې او د سره دا نه یم مرسته مننه ته چې",
}
