"""The one command of a reply that is about a request and no row: `H-240 vraag`, ask those who nearly fit it. Pure.

It stands alone on its line and begins with the request, or with an order that can mean nothing else. A line that says
anything more asks nobody: *vraag H-240 is opgelost* speaks of a request.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from mailbot.matching.reply_tokens import Token
from mailbot.matching.reply_words import CONJUNCTIONS, listed

_ORDERS = listed("vraag vragen vraagt bevragen ask demander demande demandez fragen frage fragt")
_WITH_IT = listed("het hun hen ze maar dat graag aan them it leur le les sie es mal bitte doe stel stellen poser posez")
_POLITE = listed("aub alstublieft alsjeblieft svp please bedankt dank dankje dankjewel merci thanks danke u je jullie")
_BEFORE = frozenset(
    [
        *[("stel", "de", "vraag"), ("stel", "de", "vraag", "voor"), ("stel", "de", "vraag", "bij")],
        *[("posez", "la", "question", "pour"), ("ask", "them", "about"), ("ask", "them", "for")],
    ]
)
_QUESTION = (("de", "vraag"), ("la", "question"), ("the", "question"), ("die", "frage"))
_MARKS = listed(": = - – — > . , ! → [ ] ( )")


def asked_about(tokens: Sequence[Token], missing: Collection[int]) -> frozenset[int]:
    """The requests of a line that orders the question to be asked, and nothing else; empty where it does not.

    Only requests of `missing` can be asked about: those whose question stood in the digest.
    """
    told = [token for token in tokens if token.word not in _MARKS]
    places = [at for at, token in enumerate(told) if is_request(token)]
    if not places or not missing:
        return frozenset()
    words = [token.word for token in told]
    inside = words[places[0] : places[-1] + 1]
    before, after = tuple(words[: places[0]]), words[places[-1] + 1 :]
    named = frozenset(told[at].number for at in places)
    is_list = all(word in CONJUNCTIONS for at, word in enumerate(inside, start=places[0]) if at not in places)
    is_order = before in _BEFORE and not _beyond(after) if before else _orders(after)
    return named if is_list and is_order and named <= set(missing) else frozenset()


def requests_in(tokens: Sequence[Token]) -> frozenset[int]:
    """Every request that a line names by its number."""
    return frozenset(token.number for token in tokens if is_request(token))


def is_request(token: Token) -> bool:
    """`H-240`, as the desk writes the number of a request."""
    return token.kind == "other" and token.word.startswith("h-")


def _orders(words: Sequence[str]) -> bool:
    """Whether what follows the request is an order to ask, with no more than courtesy around it."""
    bare = [word for word in words if word not in _WITH_IT and word not in _POLITE]
    return tuple(bare) in _QUESTION or (len(bare) == 1 and bare[0] in _ORDERS)


def _beyond(words: Sequence[str]) -> list[str]:
    return [word for word in words if word not in _POLITE]
