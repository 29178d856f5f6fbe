"""Takes the pictures of README.md and docs/tour.md anew: python -m tests.browser.screenshots

They show the demo's made-up cases on one fixed morning, in bokmål and in English, and are alike each time they are taken.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import time_machine
from flask import Flask
from playwright.sync_api import sync_playwright

from config import Config
from dialogen.app import create_app
from dialogen.database import schema
from dialogen.database.demo import overdue_case_of
from dialogen.database.engine import Database
from dialogen.services import demo, installation
from dialogen.services.accounts import get_by_address
from dialogen.services.demo_cases import KARI
from dialogen.services.letters import post_for
from tests.browser.conftest import ARGUMENTS, installed_browser
from tests.browser.visits import PATIENCE, let_in
from tests.factories import NOW, TODAY
from tests.passes import make_pass, worker
from tests.security.world import CHEAP
from tests.serving import served_at

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
LOCALES = {"nb": "nb-NO", "en": "en-GB"}
LARGEST = 150_000  # bytes
DESK, PHONE = (1280, 800), (390, 760)
#: Made up.
EXPORT = """Saksnr;Mottatt dato;Svart dato;Ekstern/intern;Enhet;Kanal;Emne
AD-1001;05.01.2026;09.01.2026;Ekstern;Kommunalteknikk;Nettskjema;Gatelys ute i Prøveveien
AD-1002;06.01.2026;;Ekstern;Kommunalteknikk;E-post;Brøyting av gangvei
"""


@dataclass(frozen=True)
class Picture:
    """One page as one person sees it. `{open}` stands for a case that is not answered."""

    name: str
    who: str
    path: str
    size: tuple[int, int] = DESK
    scheme: str = "light"
    walk: "Callable[[Page], None] | None" = None  # what is done on the page before the picture is taken


def hand_over_three(page: "Page") -> None:
    """Choose the first three cases, and look at what handing them over would do."""
    for place in range(3):
        page.locator("input[name=case]").nth(place).check()
    page.locator("select[name=step]").select_option("hand_over")
    page.locator("form:has(select[name=step]) button, button[form][name]").last.click()
    page.locator("select[name=unit]").select_option(index=2)
    page.locator("main form button").click()


def upload(page: "Page") -> None:
    """Upload a small export of another system."""
    page.locator("input[type=file]").set_input_files(
        {"name": "henvendelser.csv", "mimeType": "text/csv", "buffer": EXPORT.encode()}
    )
    page.locator("main form button").first.click()


PICTURE_LIST = (
    Picture("my-day", "saksbehandler", "/"),
    Picture("list", "saksbehandler", "/cases"),
    Picture("list-phone-dark", "saksbehandler", "/cases", PHONE, "dark"),
    Picture("search", "saksbehandler", "/cases?q=veien&state=all"),
    Picture("case", "saksbehandler", "/cases/{open}"),
    Picture("register", "saksbehandler", "/cases/new"),
    Picture("write-answer", "saksbehandler", "/cases/{open}/write-answer"),
    Picture("manager", "leder", "/"),
    Picture("many", "leder", "/cases", walk=hand_over_three),
    Picture("approval", "leder", "/cases/pending"),
    Picture("letters", "leder", "/letters"),
    Picture("statistician", "statistiker", "/"),
    Picture("figure", "statistiker", "/reports/mv-1.1/2026"),
    Picture("by-unit", "statistiker", "/reports/mv-1.1/2025?by=unit#groups"),
    Picture("import", "administrator", "/admin/import", walk=upload),
    Picture("units", "administrator", "/admin/units"),
    Picture("retention", "administrator", "/admin/retention"),
)


@contextmanager
def office() -> Iterator[tuple[Flask, Database, str]]:
    """The demo's municipality on the fixed morning, its alerts raised, behind a server."""
    with tempfile.TemporaryDirectory() as folder, time_machine.travel(NOW):
        db = Database(f"sqlite:///{folder}/dialogen.sqlite3")
        schema.upgrade(db)
        demo.open_demo(db, today=TODAY, now=NOW, hasher=CHEAP)
        installation.note_start(db, now=NOW)
        app = create_app(Config.from_env({"DIALOGEN_DATA_DIR": folder}), db=db)
        post = post_for(db, app.extensions["dialogen"].post, mail_server_named=False)
        make_pass(db, post, by=worker(clock=lambda: NOW))
        with served_at(app) as address:
            yield app, db, address
        db.dispose()


def take(browser: "Browser", app: Flask, db: Database, address: str, *, language: str, picture: Picture) -> Path:
    """Take one picture; returns its file."""
    with db.reading() as session:
        account = get_by_address(session, f"{picture.who}@asker.example").id
        case = overdue_case_of(session, KARI, today=TODAY).reference
    context = browser.new_context(
        base_url=address,
        locale=LOCALES[language],
        viewport={"width": picture.size[0], "height": picture.size[1]},
        color_scheme="dark" if picture.scheme == "dark" else "light",
    )
    context.set_default_timeout(PATIENCE)
    let_in(app, db, account, context=context, address=address)
    page = context.new_page()
    page.goto(picture.path.format(open=case), wait_until="networkidle")
    if picture.walk is not None:
        picture.walk(page)
        page.wait_for_load_state("networkidle")
    file = PICTURES / language / f"{picture.name}.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file)
    context.close()
    return file


def main() -> None:
    """Take every picture in both languages."""
    with office() as (app, db, address), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed_browser(), args=ARGUMENTS)
        for language in LOCALES:
            for picture in PICTURE_LIST:
                file = take(browser, app, db, address, language=language, picture=picture)
                size = file.stat().st_size
                print(f"{file.relative_to(PICTURES)}: {size} bytes")
                if size > LARGEST:
                    sys.exit(f"{file} is larger than {LARGEST} bytes")
        browser.close()


if __name__ == "__main__":
    main()
