"""Whether a few words of a matchmaker say that the requester did not pick up the telephone. Pure."""

from __future__ import annotations

import re

from mailbot.matching.reply_rows import plain

_NOT_REACHED = re.compile(
    r"\b(?:neemt|nam|namen|nemen) (?:de telefoon |de gsm )?niet op|\bgeen (?:gehoor|antwoord)|\bniet (?:te )?bereik|"
    r"\bonbereikbaar|\bvoicemail|\bantwoordapparaat|\bne repon(?:d|dent|dait) pas|\bpas de reponse|\binjoignable|"
    r"\brepondeur|\bno answer|\bnot reached|\bunreachable|\b(?:does|did)(?: not|n't) (?:pick up|answer)|"
    r"\bnicht erreich|\bkeine antwort|\bgeht nicht (?:ran|dran)"
)
_OF_VOLUNTEER = re.compile(r"\bvrijwillig|\bhelper|\bbenevole|\bvolunteer|\bfreiwillig|\ba-?\d")


def says_not_reached(reason: str) -> bool:
    """Whether it does; who speaks of the volunteer does not."""
    said = plain(reason)
    return bool(_NOT_REACHED.search(said)) and not _OF_VOLUNTEER.search(said)
