"""The shipped rules and weights, loaded once, and a letter made of words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailbot.model import Address, Letter, Verdict
from mailbot.policy import load_policy
from mailbot.shipped import shipped
from mailbot.triage.classify import classify
from mailbot.triage.rules import TriageRules
from mailbot.triage.store import load_rules


@pytest.fixture(scope="session")
def rules() -> TriageRules:
    """The shipped rules with the shipped weights."""
    return load_rules(load_policy(shipped("rules.yaml")).triage)


@pytest.fixture(scope="session")
def understood(rules) -> Callable[..., Verdict]:
    """The verdict on words, as if a person had just sent them."""

    def understand(words: str, *, subject: str = "", mailbox: str = "corona", **more: object) -> Verdict:
        sender = Address("maria@home.example", "Maria")
        letter = Letter(mailbox=mailbox, subject=subject, text=words, new_text=words, sender=sender, **more)
        return classify(letter, rules)

    return understand
