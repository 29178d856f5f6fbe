"""How pages look: light or dark as was chosen, and the municipality's own colour and logo, safe and readable."""

import re
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dialogen.colours import READABLE, contrast
from dialogen.database.engine import Database
from dialogen.web.assets import KEPT
from dialogen.web.brand import style_sheet, theme_of
from tests.web.conftest import build_app, on_database
from tests.web.pages import Reader

STATIC = Path("dialogen", "static")
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h8v8z"/></svg>'
#: What stands on what in the design system.
PAIRS = [
    ("base-contrast-default", "base-default"),
    ("base-contrast-default", "base-hover"),
    ("base-contrast-default", "base-active"),
    ("text-subtle", "background-default"),
    ("text-subtle", "surface-tinted"),
    ("text-default", "surface-active"),
]


def shades(colour: str, scheme: str) -> dict[str, str]:
    block = re.search(rf"\[data-color-scheme={scheme}\]\{{([^}}]*)\}}", style_sheet(colour, STATIC))
    assert block is not None
    return dict(re.findall(r"--ds-color-accent-([\w-]+):(#[0-9a-f]{6});", block[1]))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@given(number=st.integers(0, 0xFFFFFF))
def test_every_colour_that_is_taken_can_be_read_in_light_and_dark(scheme: str, number: int) -> None:
    colour = f"#{number:06x}"
    assume(contrast(colour, "#ffffff") >= READABLE)
    found = shades(colour, scheme)
    assert set(found) == set(theme_of(STATIC, scheme))
    assert [pair for pair in PAIRS if contrast(found[pair[0]], found[pair[1]]) < READABLE] == []
    neutral = {"light": "#ffffff", "dark": "#1e1f21"}[scheme]
    assert contrast(found["text-subtle"], neutral) >= READABLE


def test_a_button_has_the_very_colour() -> None:
    assert shades("#a3123f", "light")["base-default"] == "#a3123f"


def test_pages_follow_the_device_until_the_reader_chooses(nobody: Reader) -> None:
    assert nobody.get("/sign-in").root.get("data-color-scheme") == "auto"
    page = nobody.get(nobody.get("/sign-in").links()["Lyse eller mørke farger"])
    saved = nobody.press(page, "Lagre", scheme="dark")
    assert "Valget er lagret" in saved.text
    assert nobody.get("/sign-in").root.get("data-color-scheme") == "dark"
    assert nobody.press(saved, "Lagre", scheme="auto").root.get("data-color-scheme") == "auto"


def test_no_other_word_is_kept_as_a_choice(nobody: Reader) -> None:
    nobody.client.set_cookie("dialogen-scheme", '"><script>')
    page = nobody.get("/appearance")
    assert page.root.get("data-color-scheme") == "auto"
    token = page.value("csrf_token")
    assert nobody.client.post("/appearance", data={"csrf_token": token, "scheme": "rosa"}).status_code == 400


def test_without_settings_the_look_is_the_design_systems(nobody: Reader) -> None:
    page = nobody.get("/sign-in")
    assert not [link for link in page.all("link") if "brand.css" in (link.get("href") or "")]
    assert "Asker kommune" in page.text
    assert nobody.client.get("/brand.css").text == ""
    assert nobody.client.get("/logo").mimetype == "image/svg+xml"


@pytest.fixture
def branded(tmp_path: Path, db: Database) -> Reader:
    logo = tmp_path / "logo.svg"
    logo.write_text(SVG)
    settings = {"COLOUR": "#a3123f", "LOGO": str(logo), "CONTACT": "uu@asker.example"}
    app = build_app(tmp_path, **{f"DIALOGEN_{name}": value for name, value in settings.items()})
    return Reader(on_database(app, db), db)


def test_a_municipality_shows_its_colour_and_its_logo(branded: Reader) -> None:
    page = branded.get("/sign-in")
    sheet = page.all("link", rel="stylesheet")[-1].get("href") or ""
    answer = branded.client.get(sheet)
    assert "#a3123f" in answer.text
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/css", KEPT)
    logo = next(image for image in page.all("img") if image.get("alt") == "Asker kommune")
    answer = branded.client.get(logo.get("src") or "")
    assert (answer.text, answer.headers["Cache-Control"]) == (SVG, KEPT)


def test_a_logo_runs_nothing_even_when_it_is_opened_by_itself(branded: Reader) -> None:
    policy = branded.client.get("/logo").headers["Content-Security-Policy"].split("; ")
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert not [part for part in policy if part.startswith("script-src")]


def test_the_contact_stands_where_readers_are_told_whom_to_ask(branded: Reader) -> None:
    for path in ("/accessibility", "/privacy"):
        assert branded.get(path).links()["uu@asker.example"] == "mailto:uu@asker.example"


def test_a_file_is_kept_only_by_an_address_that_names_its_content(nobody: Reader) -> None:
    sheet = nobody.get("/sign-in").all("link", rel="stylesheet")[-1].get("href") or ""
    for address, kept in ((sheet, True), ("/static/dialogen.css", False), ("/static/dialogen.css?v=other", False)):
        with nobody.client.get(address) as answer:
            assert answer.status_code == 200
            assert (answer.headers["Cache-Control"] == KEPT) is kept
