"""Moments and names as letters say them: `vandaag om 8 uur`, `demain à 8 heures`, the name of a greeting. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime

_TODAY = {"nl": "vandaag vanaf", "fr": "aujourd'hui à partir de", "en": "today from", "de": "heute ab"}
_TOMORROW = {"nl": "morgen vanaf", "fr": "demain à partir de", "en": "tomorrow from", "de": "morgen ab"}
_ON = {"nl": "op", "fr": "le", "en": "on", "de": "am"}
_FROM = {"nl": "vanaf", "fr": "à partir de", "en": "from", "de": "ab"}


_MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}


def spoken_date(day: date, language: str) -> str:
    """A date as it is written in a letter: `17 maart 2020`, `17. März 2020`, `1er avril 2020`."""
    if language not in _MONTHS:
        language = "en"
    number = {"de": f"{day.day}.", "fr": "1er" if day.day == 1 else str(day.day)}.get(language, str(day.day))
    return f"{number} {_MONTHS[language].split()[day.month - 1]} {day.year}"


_NO_GREETING = re.compile(r"[\d/@:<>\\]|\bwww\b|\w{2,}[.。．｡]\w{2,}", re.IGNORECASE)


def greeted(name: str) -> str:
    """A name as a letter greets by it: `Jan` of `Peeters, Jan`; empty where it could be an advert.

    Anybody can write anything where a name belongs, and somebody else's address beside it.
    """
    return "" if _NO_GREETING.search(name) else name.rpartition(",")[2].strip()[:60]


_DAYS = {
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
}
_BY = {
    "nl": ("vandaag nog", "ten laatste morgen", "ten laatste op {day} {date}", "zodra het kan"),
    "fr": ("dès aujourd'hui", "demain au plus tard", "le {day} {date} au plus tard", "dès que possible"),
    "en": ("today", "by tomorrow", "by {day} {date}", "as soon as we can"),
    "de": ("noch heute", "spätestens morgen", "spätestens am {day}, {date}", "sobald es geht"),
}


def spoken_by(by: datetime | None, now: datetime, language: str) -> str:
    """By when something will be done, as it is said in a sentence; `by` in local time."""
    today, tomorrow, later, sometime = _BY.get(language, _BY["en"])
    if by is None:
        return sometime
    days = (by.date() - now.astimezone(by.tzinfo).date()).days
    if days <= 1:
        return tomorrow if days else today
    spoken = language if language in _DAYS else "en"
    date_ = spoken_date(by.date(), spoken).rsplit(" ", 1)[0]
    return later.format(day=_DAYS[spoken].split()[by.weekday()], date=date_)


def spoken_opening(opening: datetime, now: datetime, language: str) -> str:
    """When somebody is there again, as it is said in a sentence; `opening` in local time."""
    if language not in _TODAY:
        language = "en"
    days = (opening.date() - now.astimezone(opening.tzinfo).date()).days
    hour = _hour(opening, language)
    if days == 0:
        return f"{_TODAY[language]} {hour}"
    if days == 1:
        return f"{_TOMORROW[language]} {hour}"
    return f"{_ON[language]} {opening.day}/{opening.month} {_FROM[language]} {hour}"


def _hour(moment: datetime, language: str) -> str:
    minutes = f"{moment.minute:02d}" if moment.minute else ""
    if language == "en":
        half = "am" if moment.hour < 12 else "pm"
        return f"{(moment.hour - 1) % 12 + 1}{':' + minutes if minutes else ''} {half}"
    word = {"nl": "uur", "fr": "heures", "de": "Uhr"}[language]
    return f"{moment.hour}{'.' + minutes if minutes else ''} {word}"
