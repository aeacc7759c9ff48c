"""Tokens for Microsoft 365: asked for when needed, and every refusal is said with what to do."""

import pytest

from mailbot.intake.oauth import token_source
from mailbot.intake.source import LoginRefused
from mailbot.model import Temporary


class Tenant:
    """A token server that gives what it is told to give, in order."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.made = []

    def __call__(self, client, **given):
        self.made.append((client, given["authority"], given["client_credential"]))
        return self

    def acquire_token_for_client(self, scopes):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def source(tenant):
    return token_source("town", "client", "secret", "https://outlook.office365.com/.default", tenant)


def test_a_token_is_asked_for_each_time_by_one_client():
    """The client keeps it until it expires, so asking is cheap."""
    tenant = Tenant({"access_token": "a"}, {"access_token": "b"})
    token = source(tenant)

    assert (token(), token()) == ("a", "b")
    assert tenant.made == [("client", "https://login.microsoftonline.com/town", "secret")]


def test_a_tenant_that_says_no_is_a_refused_login_without_the_secret():
    """Somebody has to renew it."""
    with pytest.raises(LoginRefused, match=r"invalid_client.*renew its secret") as refused:
        source(Tenant({"error": "invalid_client"}))()

    assert "'secret'" not in str(refused.value)


def test_a_tenant_that_does_not_answer_is_asked_again_later():
    """The network comes back."""
    token = source(Tenant(OSError("no route"), {"access_token": "a"}))

    with pytest.raises(Temporary):
        token()
    assert token() == "a"
