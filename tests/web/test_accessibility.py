"""The accessibility statement: open to all, linked from every page, and whole in what the law asks of one."""

import pytest

from dialogen.domain.accounts import Role
from tests.web.conftest import SignIn
from tests.web.pages import Reader

LINK = "Tilgjengelighet"


@pytest.mark.parametrize(("path", "status"), [("/sign-in", 200), ("/finnes-ikke", 404), ("/privacy", 200)])
def test_whoever_is_not_signed_in_finds_it_at_the_foot_of_every_page(nobody: Reader, path: str, status: int) -> None:
    page = nobody.get(path, status=status)
    assert nobody.get(page.links()[LINK]).heading == "Tilgjengelighetserklæring"


def test_whoever_is_signed_in_finds_it_too(signed_in: SignIn) -> None:
    reader = signed_in((Role.HANDLER, "*"))
    assert reader.get(reader.get("/cases").links()[LINK]).heading == "Tilgjengelighetserklæring"


def test_it_says_what_it_covers_what_was_tested_and_how_to_complain(nobody: Reader) -> None:
    text = nobody.get("/accessibility").text
    for said in (
        "Asker kommune",
        "WCAG 2.1 på nivå A og AA",
        "uustatus.no",
        "Vi kjenner ikke til brudd",
        "axe-core",
        "høy kontrast",
        "23. november 2026",
        "Si fra til Asker kommune",
        "Tilsynet for universell utforming av ikt",
        "Diskrimineringsnemnda",
    ):
        assert said in text


@pytest.mark.parametrize(("tag", "heading"), [("nn", "Tilgjengelegheitserklæring"), ("en", "Accessibility statement")])
def test_it_can_be_read_in_each_language(nobody: Reader, tag: str, heading: str) -> None:
    nobody.client.set_cookie("dialogen-language", tag)
    assert nobody.get("/accessibility").heading == heading
