"""The settings: a frozen dataclass, read from the environment once, refusing wrong values by name."""

import os
import secrets
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from dialogen.colours import READABLE, contrast, parse_colour, shade
from dialogen.domain.outside import ISSUER_MOST, Grant, read_table, table_of
from dialogen.pictures import Picture, read_picture

T = TypeVar("T")
SECRET_LEAST = 32
LOOPBACK = ("127.0.0.1", "::1", "localhost")
DATABASES = ("sqlite", "postgresql")
OIDC = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_ROLES")  # all of them, or none
UNREAD = "x" * SECRET_LEAST  # what stands in for a value that could not be read, see parse_nothing
NOT_GIVEN = ("", UNREAD)


class ConfigError(Exception):
    """One or more settings are wrong; each line names one, and says what would be right."""


@dataclass(frozen=True)
class Oidc:
    """Where people sign in instead of here (OpenID Connect), and what their app roles give."""

    issuer: str
    client_id: str
    client_secret: str
    roles: tuple[Grant, ...]
    name: str  # what the button calls it


@dataclass(frozen=True)
class Config:
    """Everything the installation decides. Addresses and secrets only; rules live in the database."""

    data_dir: Path
    database_url: str
    secret_key: str
    secret_key_fallbacks: tuple[str, ...]  # former secret keys, which still open what they closed
    env: str
    base_url: str
    proxies: int  # reverse proxies in front, whose word on the client's address is taken
    mail_server: str
    mail_server_named: bool  # whether the installation named one, or the default stands
    mail_port: int
    mail_use_tls: bool
    mail_use_ssl: bool
    mail_username: str | None
    mail_password: str | None
    mail_sender: str
    api_requests_a_minute: int  # of one token; 0 for any number
    timezone: ZoneInfo
    locale: str
    municipality: str
    colour: str | None = None  # of buttons, links and marks; None: the design system's own
    logo: Picture | None = None
    contact: str | None = None  # where readers ask and tell of hindrances: an e-mail address, or a page
    accessibility_statement: str | None = None  # the municipality's own, at Digdir
    oidc: Oidc | None = None  # None: people sign in here, with a password
    attachment_mb: int = 25  # how big one attached file may be
    attachments_a_case: int = 20
    ping_url: str | None = None  # called before and after each pass, so that silence is noticed elsewhere

    @property
    def errands_dir(self) -> Path:
        """Where long work puts what it makes, for a day."""
        return self.data_dir / "errands"

    @property
    def uploads_dir(self) -> Path:
        """Where files lie that people uploaded to import them, for a day."""
        return self.data_dir / "uploads"

    @property
    def attachments_dir(self) -> Path:
        """Where files lie that were attached to cases: as precious as the database, and to be kept beside it."""
        return self.data_dir / "attachments"

    @property
    def is_production(self) -> bool:
        """Whether the installation serves real users."""
        return self.env == "production"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Config":
        """Read DIALOGEN_… settings; raises ConfigError naming every wrong one at once.

        In development a secret key is made and kept in the data folder; in production it is demanded.
        """
        read = _Reader(os.environ if environ is None else environ)
        data_dir = read("DATA_DIR", "./instance", lambda text: Path(text).expanduser().resolve())
        env = read("ENV", "development", _one_of("development", "production"))
        config = cls(
            data_dir=data_dir,
            database_url=read("DATABASE_URL", f"sqlite:///{data_dir}/dialogen.sqlite3", _database_url),
            secret_key=read("SECRET_KEY", "", lambda text: _secret_key(text, env == "production")),
            secret_key_fallbacks=read("SECRET_KEY_FALLBACKS", "", _former_keys),
            env=env,
            base_url=read("BASE_URL", "http://127.0.0.1:8000", _web_address),
            proxies=read("PROXIES", "0", _few),
            mail_server=read("MAIL_SERVER", "localhost", _host),
            mail_server_named=bool(read("MAIL_SERVER", "", str)),
            mail_port=read("MAIL_PORT", "25", _port),
            mail_use_tls=read("MAIL_USE_TLS", "off", _switch),
            mail_use_ssl=read("MAIL_USE_SSL", "off", _switch),
            mail_username=read("MAIL_USERNAME", "", str) or None,
            mail_password=read("MAIL_PASSWORD", "", str) or None,
            mail_sender=read("MAIL_SENDER", "dialogen@localhost", _sender),
            api_requests_a_minute=read("API_REQUESTS_A_MINUTE", "6000", _rate),
            timezone=read("TIMEZONE", "Europe/Oslo", _zone),
            locale=read("LOCALE", "nb_NO", _locale),
            municipality=read("MUNICIPALITY", "Asker kommune", str),
            colour=read("COLOUR", "", _colour),
            logo=read("LOGO", "", _logo),
            contact=read("CONTACT", "", _contact),
            accessibility_statement=read("ACCESSIBILITY_STATEMENT", "", _page),
            oidc=_oidc(read),
            attachment_mb=read("ATTACHMENT_MB", "25", _up_to(60)),
            attachments_a_case=read("ATTACHMENTS_A_CASE", "20", _up_to(999)),
            ping_url=read("PING_URL", "", _ping_url),
        )
        if config.mail_use_tls and config.mail_use_ssl:
            read.wrong("MAIL_USE_SSL", "cannot be on together with DIALOGEN_MAIL_USE_TLS: choose one")
        if config.is_production and not _is_safe_to_reach(config.base_url):
            read.wrong("BASE_URL", f"is {config.base_url!r}; in production it must begin with https://")
        read.refuse_wrong()
        return config if config.secret_key else _with_kept_secret(config)


class _Reader:
    """Reads settings one by one and remembers what is wrong, so that all of it can be said at once."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._wrong: list[str] = []

    def __call__(self, name: str, default: str, parse: Callable[[str], T]) -> T:
        text = self._environ.get(f"DIALOGEN_{name}", "").strip() or default
        try:
            return parse(text)
        except ValueError as error:
            self.wrong(name, str(error))
            return parse(default) if default else parse_nothing(parse)

    def wrong(self, name: str, what: str) -> None:
        """Remember a wrong setting."""
        self._wrong.append(f"DIALOGEN_{name} {what}")

    def refuse_wrong(self) -> None:
        """Raise ConfigError when a setting was wrong."""
        if self._wrong:
            raise ConfigError("\n".join(self._wrong))


def parse_nothing(parse: Callable[[str], T]) -> T:
    """Stand in for a value without a default while the other settings are read; the wrong one is refused anyway."""
    return parse(UNREAD)


def _one_of(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"is {text!r}; it must be one of: {', '.join(allowed)}")
        return text

    return parse


def _switch(text: str) -> bool:
    meanings = {"1": True, "true": True, "on": True, "yes": True, "0": False, "false": False, "off": False, "no": False}
    if text.lower() not in meanings:
        raise ValueError(f"is {text!r}; it must be on or off")
    return meanings[text.lower()]


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ValueError(f"is {text!r}; it must be a port number from 1 to 65535")
    return int(text)


def _few(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 1:
        raise ValueError(f"is {text!r}; it must be a number from 0 to 9")
    return int(text)


def _up_to(most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > len(str(most)) or not 1 <= int(text) <= most:
            raise ValueError(f"is {text!r}; it must be a whole number from 1 to {most}")
        return int(text)

    return parse


def _rate(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise ValueError(f"is {text!r}; it must be a whole number up to 999999, 0 for no limit")
    return int(text)


def _host(text: str) -> str:
    if any(sign in text for sign in "/ @"):
        raise ValueError(f"is {text!r}; it must be a host name or address alone, e.g. smtp.asker.example")
    return text


def _database_url(text: str) -> str:
    try:
        url = make_url(text)
    except ArgumentError:
        raise ValueError(
            "is not a database address; it must be like sqlite:////path/file or postgresql+psycopg://user@host/name"
        ) from None
    if url.get_backend_name() not in DATABASES:
        raise ValueError(f"names {url.get_backend_name()}; it must be sqlite or postgresql+psycopg")
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return url.render_as_string(hide_password=False)


def _secret_key(text: str, demanded: bool) -> str:
    if demanded and not text:
        raise ValueError(f"is missing; production needs a secret of at least {SECRET_LEAST} characters")
    if text and len(text) < SECRET_LEAST:
        raise ValueError(f"is too short; it must have at least {SECRET_LEAST} characters")
    return text


def _former_keys(text: str) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in text.split(",") if key.strip())
    if any(len(key) < SECRET_LEAST for key in keys):
        raise ValueError(f"has a key that is too short; each must have at least {SECRET_LEAST} characters")
    return keys


def _is_safe_to_reach(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or parts.hostname in LOOPBACK


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"is {text!r}; it must be like https://dialogen.asker.example")
    return text.rstrip("/")


def _sender(text: str) -> str:
    name, _, domain = text.rpartition("@")
    if name and domain == "localhost":
        return text
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        raise ValueError(f"is {text!r}; it must be one e-mail address, e.g. dialogen@asker.example") from None


def _colour(text: str) -> str | None:
    if text in NOT_GIVEN:
        return None
    colour = parse_colour(text)
    if contrast(colour, "#ffffff") < READABLE:
        nearest = shade(colour, 1.05 / (READABLE + 0.1) - 0.05)
        raise ValueError(
            f"is {colour}, on which white text has a contrast of {contrast(colour, '#ffffff'):.1f}; it must be"
            f" {READABLE}, as in {nearest}"
        )
    return colour


def _logo(text: str) -> Picture | None:
    return None if text in NOT_GIVEN else read_picture(Path(text).expanduser())


def _contact(text: str) -> str | None:
    if text in NOT_GIVEN:
        return None
    if "://" in text:
        return _page(text)
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        raise ValueError(
            f"is {text!r}; it must be an e-mail address or a page, e.g. https://www.asker.example/kontakt"
        ) from None


def _page(text: str) -> str | None:
    if text in NOT_GIVEN:
        return None
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.hostname or any(sign in text for sign in "\"'<> "):
        raise ValueError(f"is {text!r}; it must be a page like https://www.asker.example/kontakt")
    return text


def _ping_url(text: str) -> str | None:
    if text in NOT_GIVEN:
        return None
    parts = urlsplit(text)
    is_plain = not (parts.query or parts.fragment or "@" in parts.netloc or any(sign in text for sign in "\"'<> "))
    if parts.scheme not in ("http", "https") or not parts.hostname or not is_plain or not _is_safe_to_reach(text):
        # Not repeated: whoever knows the address can call it.
        raise ValueError("must be an address like https://ping.asker.example/SECRET, over https unless on this machine")
    return text.rstrip("/")


def _oidc(read: _Reader) -> Oidc | None:
    """Return the sign-in elsewhere; None when no setting of it is given. Half of them is wrong."""
    given = {name: read(name, "", str) for name in OIDC}
    name = read("OIDC_NAME", read("MUNICIPALITY", "Asker kommune", str), str)
    if not any(given.values()):
        return None
    for missing in (name for name, value in given.items() if not value):
        read.wrong(missing, f"is missing; {', '.join(f'DIALOGEN_{each}' for each in OIDC)} belong together")
    return Oidc(
        issuer=read("OIDC_ISSUER", "", _issuer),
        client_id=given["OIDC_CLIENT_ID"],
        client_secret=given["OIDC_CLIENT_SECRET"],
        roles=read("OIDC_ROLES", "", _role_table),
        name=name,
    )


def _issuer(text: str) -> str:
    if text in NOT_GIVEN:
        return ""
    right = "it must be the exact issuer, like https://login.microsoftonline.com/TENANT-ID/v2.0"
    if not _is_safe_to_reach(text) or not _web_address(text) or len(text) > ISSUER_MOST:
        raise ValueError(f"is {text!r}; {right}, over https unless on this machine")
    if {"common", "organizations", "consumers"} & set(urlsplit(text).path.lower().split("/")):
        raise ValueError(f"is {text!r}, which lets every organisation in; {right}")
    return text


def _role_table(text: str) -> tuple[Grant, ...]:
    if text in NOT_GIVEN:
        return ()
    if not text.endswith(".toml") or "=" in text:
        return read_table(text)
    try:
        roles = tomllib.loads(Path(text).expanduser().read_text(encoding="utf-8"))["roles"].items()
        given = [(app_role, each) for app_role, all in roles for each in ([all] if isinstance(all, str) else all)]
        return table_of(given)
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"is {text!r}, which cannot be read ({error})") from None
    except (KeyError, AttributeError, TypeError, tomllib.TOMLDecodeError):
        raise ValueError(f'is {text!r}, no TOML file with a table [roles] of "app role" = "role:Unit"') from None


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"is {text!r}; it must be a time zone like Europe/Oslo") from None


def _locale(text: str) -> str:
    # With nb or nn alone Babel counts weeks wrongly; the territory is needed.
    try:
        locale = Locale.parse(text)
    except (ValueError, UnknownLocaleError):
        locale = None
    if locale is None or str(locale) not in ("nb_NO", "nn_NO", "en_GB"):
        raise ValueError(f"is {text!r}; it must be one of: nb_NO, nn_NO, en_GB")
    return str(locale)


def _with_kept_secret(config: Config) -> Config:
    """Return the settings with the secret key of the data folder, made there the first time."""
    path = config.data_dir / "secret_key"
    try:
        config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)  # personal data will lie here
        with suppress(FileExistsError):
            file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with open(file, "w", encoding="ascii") as kept:
                kept.write(secrets.token_urlsafe(48))
        return replace(config, secret_key=path.read_text(encoding="ascii").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"DIALOGEN_DATA_DIR is {config.data_dir}; it must be a folder that can be written to ({error})"
        ) from None
