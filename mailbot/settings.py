"""Where mail comes from and goes to: every account, limit and timeout, with its unit. Policy is in `policy`.

Read from `mailbot.toml` in the desk's folder and from the environment, which wins: MAILBOT_SMTP__HOST is
`host` under `[smtp]`, MAILBOT_MAILBOXES__CORONA__PASSWORD the password of the mailbox `corona`. A secret may
also stand in a file of its own, named by the setting with `_file` behind it, and never appears in an error.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from mailbot.model import ConfigurationError
from mailbot.place import DEFAULT_DATABASE, FILE

LOOPBACK = ("127.0.0.1", "localhost", "::1")
Tls = Literal["implicit", "starttls", "none"]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Oauth(_Section):
    """Client credentials for Microsoft 365 (RFC 6749 §4.4); the token is fetched and renewed by msal."""

    tenant: str
    client_id: str
    client_secret: SecretStr = SecretStr("")
    client_secret_file: Path | None = None
    scope: str = "https://outlook.office365.com/.default"


class _Connection(_Section):
    host: str = "127.0.0.1"
    tls: Tls = "implicit"
    ca_file: Path | None = None
    user: str = ""
    password: SecretStr = SecretStr("")
    password_file: Path | None = None
    oauth: Oauth | None = None
    connect_seconds: float = Field(default=10, gt=0, le=120)

    @model_validator(mode="after")
    def _never_clear_over_the_net(self) -> Self:
        if self.tls == "none" and self.host not in LOOPBACK:
            raise ValueError("tls = 'none' is for this machine only; use 'implicit' or 'starttls'")
        return self


class MailboxSettings(_Connection):
    """One polled mailbox. `since` is the cut-off: older mail is taken in silently and never answered."""

    address: str
    since: date
    source: Literal["imap", "maildir"] = "imap"
    maildir: Path | None = None
    port: int = Field(default=993, ge=1, le=65535)
    folder: str = "INBOX"
    filing: Literal["none", "flag", "move"] = "flag"
    filed_folder: str = "Mailbot"
    machine_folder: str = "Mailbot/Machine"
    poll_seconds: float = Field(default=60, gt=0, le=3600)
    read_seconds: float = Field(default=60, gt=0, le=600)
    deadline_seconds: float = Field(default=120, gt=0, le=3600)
    batch_messages: int = Field(default=50, ge=1, le=500)
    batch_octets: int = Field(default=8_000_000, ge=100_000)
    message_octets: int = Field(default=10_000_000, ge=10_000)

    @field_validator("address")
    @classmethod
    def _one_address(cls, value: str) -> str:
        if value.count("@") != 1 or any(letter.isspace() for letter in value):
            raise ValueError(f"{value!r} is not an e-mail address")
        return value.lower()

    @model_validator(mode="after")
    def _maildir_named(self) -> Self:
        if self.source == "maildir" and self.maildir is None:
            raise ValueError("source = 'maildir' needs `maildir`, the folder that holds new and cur")
        return self


class SmtpSettings(_Connection):
    """The relay through which everything leaves."""

    port: int = Field(default=465, ge=1, le=65535)
    connections: int = Field(default=4, ge=1, le=32)
    read_seconds: float = Field(default=60, gt=0, le=600)
    data_seconds: float = Field(default=600, gt=0, le=3600)
    null_sender: bool = True


class Watch(_Section):
    """When silence or failure becomes an alarm, in minutes."""

    failing_minutes: float = Field(default=5, gt=0)
    silent_minutes: float = Field(default=60, gt=0)
    ledger_minutes: float = Field(default=60, gt=0)


class Settings(BaseSettings):
    """All settings of one desk. Paths in it are relative to the folder that holds mailbot.toml."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix="MAILBOT_", env_nested_delimiter="__")

    folder: Path = Path()
    database: str = DEFAULT_DATABASE
    mailboxes: dict[str, MailboxSettings] = {}
    smtp: SmtpSettings = SmtpSettings()
    watch: Watch = Watch()
    host: str = ""
    authserv_id: str = ""
    secret: SecretStr = SecretStr("")
    secret_file: Path = Path("secret.key")
    rules: Path = Path("rules.yaml")
    templates: Path = Path("templates")
    answers: Path = Path("answers")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        folder = init_settings().get("folder", Path())
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, Path(folder) / FILE)


def load_settings(folder: Path) -> Settings:
    """Read and check all settings. Raises ConfigurationError naming every problem, without any secret."""
    try:
        return Settings(folder=folder)
    except ValidationError as error:
        problems = [_problem(folder, dict(each)) for each in error.errors(include_url=False, include_input=False)]
        raise ConfigurationError("\n".join(problems) + "\nmend it and run `mailbot check`") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{folder / FILE}: {error}; mend it and run `mailbot check`") from error


def reveal(folder: Path, secret: SecretStr, file: Path | None, what: str) -> str:
    """A secret from its setting or its file. Raises ConfigurationError naming `what` where there is neither."""
    if secret.get_secret_value():
        return secret.get_secret_value()
    if file is None:
        raise ConfigurationError(f"{what}: not set; put it in the environment or name a file for it in {FILE}")
    try:
        return (folder / file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{what}: {folder / file} cannot be read ({type(error).__name__})") from error


def _problem(folder: Path, error: dict[str, Any]) -> str:
    where = ".".join(str(step) for step in error["loc"])
    message = "unknown setting" if error["type"] == "extra_forbidden" else error["msg"]
    return f"{folder / FILE}: {where}: {message}"
