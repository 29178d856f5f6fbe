"""The help: a start that leads to the reader's own pages first, and a page a role that calls things by their names."""

import re
from pathlib import Path

import pytest

from dialogen.domain.accounts import Role
from dialogen.domain.alerts import Ladder
from dialogen.domain.deadlines import State
from dialogen.domain.languages import Language
from dialogen.web import wording
from tests.house import catalogs
from tests.web.conftest import SignIn
from tests.web.pages import Page

TEMPLATES = Path(__file__).parents[2] / "templates"
ALL = [role.value for role in Role]
QUOTED = re.compile("[«“]([^»”]+)[»”]")


def roles_of(page: Page) -> list[str]:
    """Return the roles whose pages the help leads to, in the order in which it does."""
    return [href.rpartition("/")[2] for href in (each.get("href", "") for each in page.all("a")) if "/help/" in href]


def test_the_help_leads_to_the_readers_own_roles_first_and_then_to_the_others(signed_in: SignIn) -> None:
    page = signed_in((Role.ADMIN, "*"), (Role.MANAGER, "*")).get("/help")
    assert roles_of(page) == ["manager", "admin", "handler", "statistician"]
    assert "Kontoen din har ingen rolle ennå" not in page.text
    assert "Kontoen din har ingen rolle ennå" in signed_in().get("/help").text


@pytest.mark.parametrize("role", ALL)
def test_everybody_can_read_what_each_role_does_and_what_the_marks_mean(role: str, signed_in: SignIn) -> None:
    page = signed_in((Role.HANDLER, "*")).get(f"/help/{role}")
    assert page.status == 200
    assert {f"#{each.get('id')}" for each in page.all("h2")} <= {each.get("href") for each in page.all("a")}
    tags = ["".join(each.itertext()) for each in page.all("span") if "ds-tag" in each.get("class", "")]
    assert tags == [f"{wording.SIGNS[state]} {wording.STATES[state]}" for state in State]


def test_there_is_no_help_for_what_is_no_role(signed_in: SignIn) -> None:
    assert signed_in((Role.HANDLER, "*")).get("/help/_page", status=404).status == 404


def test_a_link_into_the_help_leads_to_a_part_of_it(signed_in: SignIn) -> None:
    texts = [each.read_text("utf-8") for each in TEMPLATES.rglob("*.html")]
    used = {part for text in texts for part in re.findall(r'help_link\("([^"]+)"', text)}
    ids = {each.get("id") for each in signed_in((Role.HANDLER, "*")).get("/help").all("h2")}
    assert used
    assert used <= ids


@pytest.mark.parametrize("language", catalogs.TRANSLATED)
def test_the_help_calls_buttons_and_headings_what_they_are_called_in_every_language(language: Language) -> None:
    texts = [
        each for each in catalogs.translated(language) if isinstance(each.id, str) and isinstance(each.string, str)
    ]
    called: dict[str, set[str]] = {}
    for each in texts:
        called.setdefault(str(each.id), set()).add(str(each.string))
    told = [
        each for each in texts if any("/help/" in place for place, _ in each.locations) and QUOTED.search(str(each.id))
    ]
    assert told
    for each in told:
        said = QUOTED.findall(str(each.string))
        assert all(called.get(name, set()) & set(said) for name in QUOTED.findall(str(each.id))), each.id


def test_the_help_tells_the_days_of_the_alerts_as_they_are() -> None:
    assert Ladder() == Ladder(frozenset({-5, -2, 0, 1}), frozenset({-2, 0, 1}), 8, 7)
