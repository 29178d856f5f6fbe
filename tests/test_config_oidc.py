"""The settings of a sign-in elsewhere: all of them or none, each wrong one named."""

from pathlib import Path

import pytest

from config import Config, ConfigError, Oidc
from dialogen.domain.accounts import Role
from dialogen.domain.outside import Grant

ISSUER = "https://login.microsoftonline.com/8c1f8f6e-0000-4000-8000-000000000000/v2.0"
ALL = {"ISSUER": ISSUER, "CLIENT_ID": "dialogen", "CLIENT_SECRET": "hemmelig", "ROLES": "Dialogen.Admin=admin"}


def oidc(tmp_path: Path, **named: str) -> Oidc | None:
    given = {f"DIALOGEN_OIDC_{name}": value for name, value in named.items()}
    return Config.from_env({"DIALOGEN_DATA_DIR": str(tmp_path), **given}).oidc


def test_without_settings_people_sign_in_here(tmp_path: Path) -> None:
    assert oidc(tmp_path) is None
    assert oidc(tmp_path, NAME="Asker kommune") is None


def test_the_button_is_named_after_the_municipality_unless_it_has_a_name(tmp_path: Path) -> None:
    found = oidc(tmp_path, **ALL)
    assert found == Oidc(ISSUER, "dialogen", "hemmelig", (Grant("Dialogen.Admin", Role.ADMIN, None),), "Asker kommune")
    named = oidc(tmp_path, **ALL, NAME="Entra ID")
    assert named is not None
    assert named.name == "Entra ID"


@pytest.mark.parametrize("missing", ALL)
def test_a_setting_that_is_missing_is_named(tmp_path: Path, missing: str) -> None:
    with pytest.raises(ConfigError, match=rf"^DIALOGEN_OIDC_{missing} is missing") as refused:
        oidc(tmp_path, **{name: value for name, value in ALL.items() if name != missing})
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("issuer", "says"),
    [
        ("http://login.asker.example", "over https"),
        ("login.asker.example", "over https"),
        ("https://login.asker.example/?a=b", "must be like"),
        ("https://login.microsoftonline.com/common/v2.0", "lets every organisation in"),
        ("https://login.microsoftonline.com/Organizations/v2.0", "lets every organisation in"),
        ("https://login.microsoftonline.com/consumers/v2.0", "lets every organisation in"),
    ],
)
def test_an_issuer_that_is_not_one_exact_safe_address_is_refused(tmp_path: Path, issuer: str, says: str) -> None:
    with pytest.raises(ConfigError, match=r"^DIALOGEN_OIDC_ISSUER is ") as refused:
        oidc(tmp_path, **ALL | {"ISSUER": issuer})
    assert says in str(refused.value)


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:9400", "http://localhost:9400", "https://login.asker.example/"])
def test_an_issuer_is_kept_letter_by_letter_and_may_be_plain_on_this_machine(tmp_path: Path, issuer: str) -> None:
    found = oidc(tmp_path, **ALL | {"ISSUER": issuer})
    assert found is not None
    assert found.issuer == issuer


def test_a_wrong_table_is_refused_with_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^DIALOGEN_OIDC_ROLES gives Dialogen.Sjef the role 'boss'"):
        oidc(tmp_path, **ALL | {"ROLES": "Dialogen.Sjef=boss"})


def test_a_table_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "roles.toml"
    file.write_text('[roles]\n"D.Leder" = ["manager:Kultur; idrett", "handler:Kultur; idrett"]\n"D.Admin" = "admin"\n')
    found = oidc(tmp_path, **ALL | {"ROLES": str(file)})
    assert found is not None
    assert found.roles == (
        Grant("D.Leder", Role.MANAGER, "Kultur; idrett"),
        Grant("D.Leder", Role.HANDLER, "Kultur; idrett"),
        Grant("D.Admin", Role.ADMIN, None),
    )


@pytest.mark.parametrize(
    "text", ["", "[roles", "roles = 1", "[roles]\nA = 1", "[roles]\nA = [1]", '[roles]\nA = "boss"']
)
def test_a_file_that_holds_no_table_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "roles.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=r"^DIALOGEN_OIDC_ROLES "):
        oidc(tmp_path, **ALL | {"ROLES": str(file)})


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        oidc(tmp_path, **ALL | {"ROLES": str(tmp_path / "none.toml")})


def test_a_refusal_tells_no_secret(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        oidc(tmp_path, **ALL | {"ISSUER": "nonsense", "ROLES": "nonsense"})
    assert "hemmelig" not in str(refused.value)
