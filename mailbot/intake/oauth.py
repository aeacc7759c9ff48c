"""Tokens for Microsoft 365 by client credentials (RFC 6749 §4.4), fetched and renewed by msal. Stores nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mailbot.intake.source import LoginRefused
from mailbot.model import ConfigurationError, Temporary

AUTHORITY = "https://login.microsoftonline.com/"


def token_source(
    tenant: str, client_id: str, secret: str, scope: str, connect: Callable[..., Any] | None = None
) -> Callable[[], str]:
    """A function that gives a valid access token whenever it is asked; msal keeps it until it expires.

    `connect` makes the msal client and is given in tests. Raises LoginRefused where the tenant says no,
    Temporary where it does not answer.
    """
    made: list[Any] = []

    def token() -> str:
        if not made:
            made.append((connect or _client)(client_id, authority=AUTHORITY + tenant, client_credential=secret))
        try:
            answer = made[0].acquire_token_for_client(scopes=[scope])
        except (OSError, ValueError) as error:
            raise Temporary(
                f"the token server does not answer ({type(error).__name__}); run `mailbot check`"
            ) from error
        if "access_token" not in answer:
            why = str(answer.get("error", "no reason given"))[:100]
            raise LoginRefused(f"no token for client {client_id} ({why}); renew its secret, then run `mailbot check`")
        return str(answer["access_token"])

    return token


def _client(client_id: str, **settings: Any) -> Any:
    try:
        from msal import ConfidentialClientApplication
    except ModuleNotFoundError as error:
        raise ConfigurationError("Microsoft 365 needs the extra: pip install 'mailbot[m365]'") from error
    return ConfidentialClientApplication(client_id, **settings)
