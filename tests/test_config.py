"""The settings: defaults, every wrong value named at once, and the secret key kept or demanded."""

import dataclasses
from pathlib import Path

import pytest

from config import Config, ConfigError

SECRET = "s" * 32


def settings(tmp_path: Path, **named: str) -> Config:
    return Config.from_env({"DIALOGEN_DATA_DIR": str(tmp_path), **{f"DIALOGEN_{k}": v for k, v in named.items()}})


def test_without_settings_it_is_a_development_installation_on_the_embedded_database(tmp_path: Path) -> None:
    config = settings(tmp_path)
    assert config.database_url == f"sqlite:///{tmp_path}/dialogen.sqlite3"
    assert (config.env, config.is_production) == ("development", False)
    assert (config.mail_server, config.mail_server_named, config.mail_port) == ("localhost", False, 25)
    assert str(config.timezone) == "Europe/Oslo"
    assert (config.locale, config.municipality) == ("nb_NO", "Asker kommune")


def test_settings_cannot_be_changed_while_running(tmp_path: Path) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings(tmp_path).mail_port = 26  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("MAIL_PORT", "many", "1 to 65535"),
        ("MAIL_PORT", "0", "1 to 65535"),
        ("MAIL_PORT", "٢٥", "1 to 65535"),
        ("MAIL_USE_TLS", "perhaps", "on or off"),
        ("MAIL_SERVER", "smtp://smtp.asker.example", "host name"),
        ("MAIL_SENDER", "nobody", "e-mail address"),
        ("ENV", "test", "development, production"),
        ("BASE_URL", "dialogen.asker.example", "https://"),
        ("BASE_URL", "https://dialogen.asker.example/?a=b", "https://"),
        ("DATABASE_URL", "nonsense", "sqlite:"),
        ("DATABASE_URL", "mysql://host/name", "sqlite or postgresql"),
        ("SECRET_KEY", "short", "32 characters"),
        ("SECRET_KEY_FALLBACKS", "short", "32 characters"),
        ("SECRET_KEY_FALLBACKS", f"{SECRET},short", "32 characters"),
        ("TIMEZONE", "Europe/Asker", "Europe/Oslo"),
        ("TIMEZONE", "../../etc/passwd", "Europe/Oslo"),
        ("PROXIES", "-1", "0 to 9"),
        ("PROXIES", "one", "0 to 9"),
        ("PROXIES", "10", "0 to 9"),
        ("API_REQUESTS_A_MINUTE", "-1", "up to 999999, 0 for no limit"),
        ("API_REQUESTS_A_MINUTE", "٦٠٠", "up to 999999, 0 for no limit"),
        ("API_REQUESTS_A_MINUTE", "1000000", "up to 999999, 0 for no limit"),
        ("LOCALE", "nb", "nb_NO"),
        ("LOCALE", "sv_SE", "nb_NO"),
        ("COLOUR", "red", "#0b5563"),
        ("COLOUR", "#ffcc00", "it must be 4.5, as in #"),
        ("LOGO", "/finnes/ikke.svg", "cannot be read"),
        ("CONTACT", "kommunen", "e-mail address or a page"),
        ("CONTACT", "javascript://asker.example", "https://"),
        ("CONTACT", "http://asker.example/kontakt", "https://"),
        ("ACCESSIBILITY_STATEMENT", "uustatus.no", "https://"),
        ("PING_URL", "http://ping.asker.example/hemmelig", "over https"),
        ("PING_URL", "https://ping.asker.example/hemmelig?a=b", "over https"),
        ("PING_URL", "ping.asker.example", "over https"),
    ],
)
def test_a_wrong_value_is_refused_with_its_name_and_what_would_be_right(
    tmp_path: Path, name: str, value: str, right: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        settings(tmp_path, **{name: value})
    assert f"DIALOGEN_{name}" in str(refused.value)
    assert right in str(refused.value)


def test_the_address_that_is_called_is_secret_and_may_end_with_a_slash(tmp_path: Path) -> None:
    assert settings(tmp_path).ping_url is None
    assert settings(tmp_path, PING_URL="https://ping.asker.example/a/").ping_url == "https://ping.asker.example/a"
    assert settings(tmp_path, PING_URL="http://127.0.0.1:8001/a").ping_url == "http://127.0.0.1:8001/a"
    with pytest.raises(ConfigError) as refused:
        settings(tmp_path, PING_URL="http://ping.asker.example/hemmelig")
    assert "hemmelig" not in str(refused.value)


def test_all_wrong_values_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        settings(tmp_path, MAIL_PORT="many", ENV="test", TIMEZONE="Mars")
    assert len(str(refused.value).splitlines()) == 3


def test_tls_from_the_first_byte_and_starttls_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="DIALOGEN_MAIL_USE_SSL"):
        settings(tmp_path, MAIL_USE_TLS="on", MAIL_USE_SSL="on")


def test_former_secret_keys_stand_with_a_comma_between(tmp_path: Path) -> None:
    assert settings(tmp_path).secret_key_fallbacks == ()
    config = settings(tmp_path, SECRET_KEY_FALLBACKS=f"{'a' * 32}, {'b' * 40},")
    assert config.secret_key_fallbacks == ("a" * 32, "b" * 40)


def test_a_refused_key_is_not_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        settings(tmp_path, SECRET_KEY_FALLBACKS="hemmelig")
    assert "hemmelig" not in str(refused.value)


@pytest.mark.parametrize("address", ["http://dialogen.asker.example", "http://10.0.0.5:8000"])
def test_in_production_links_lead_to_an_encrypted_address(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigError, match=r"DIALOGEN_BASE_URL .* must begin with https://"):
        settings(tmp_path, ENV="production", SECRET_KEY=SECRET, BASE_URL=address)


@pytest.mark.parametrize("address", ["https://dialogen.asker.example", "http://127.0.0.1:8000", "http://[::1]:8000"])
def test_in_production_links_may_lead_to_this_machine_in_the_clear(tmp_path: Path, address: str) -> None:
    assert settings(tmp_path, ENV="production", SECRET_KEY=SECRET, BASE_URL=address).base_url == address


def test_a_refused_database_address_does_not_tell_its_password(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        settings(tmp_path, DATABASE_URL="mysql://dialogen:hemmelig@host/name")
    assert "hemmelig" not in str(refused.value)


def test_a_plain_postgresql_address_means_the_driver_that_is_installed(tmp_path: Path) -> None:
    config = settings(tmp_path, DATABASE_URL="postgresql://dialogen:hemmelig@host/name")
    assert config.database_url == "postgresql+psycopg://dialogen:hemmelig@host/name"


def test_an_empty_setting_is_one_that_is_not_set(tmp_path: Path) -> None:
    config = settings(tmp_path, MAIL_SERVER="", MAIL_PORT=" ")
    assert (config.mail_server, config.mail_server_named, config.mail_port) == ("localhost", False, 25)


def test_a_named_mail_server_is_known_to_be_named_even_when_it_is_the_default(tmp_path: Path) -> None:
    assert settings(tmp_path, MAIL_SERVER="localhost").mail_server_named


def test_in_development_a_secret_key_is_made_once_and_kept_for_the_owner_alone(tmp_path: Path) -> None:
    first, second = settings(tmp_path / "data"), settings(tmp_path / "data")
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_production_demands_a_secret_key_and_makes_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="DIALOGEN_SECRET_KEY"):
        settings(tmp_path / "data", ENV="production")
    assert not (tmp_path / "data").exists()
    assert settings(tmp_path, ENV="production", SECRET_KEY=SECRET).secret_key == SECRET


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="DIALOGEN_DATA_DIR"):
        settings(tmp_path / "file" / "data")
