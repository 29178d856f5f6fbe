"""Import in the browser: from a file to cases, with its columns, words, bad rows and profile, for whoever uploaded it."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from dialogen.database.engine import Database
from dialogen.database.models import Case, ImportUpload, OfficeEvent
from dialogen.domain.accounts import Role
from dialogen.domain.cases import Channel
from dialogen.domain.office_events import OfficeAction
from dialogen.extensions import Office
from dialogen.scheduler import forget_old_errands, run_errands
from tests.factories import NOW, make_account, make_unit
from tests.files.workbooks import make_workbook
from tests.passes import Clock, worker
from tests.web.conftest import SignIn
from tests.web.pages import Page, Reader

OURS = "referanse;mottatt;besvart;type;virksomhet;emne\nA1;2026-02-02;;ekstern;Vei;Hull i veien\nA2;03.02.2026;;intern;Vei;Gjerde\n"
THEIRS = "Nummer,Kom den,Avd,Hvem\n7,12/25/2025,Roads,Resident\n8,12/31/2025,Parks,Staff\n"


@pytest.fixture(autouse=True)
def _folder_of_its_own(app: Flask, tmp_path: Path) -> Iterator[None]:
    """Let each test have a data folder of its own."""
    here: Office = app.extensions["dialogen"]
    app.extensions["dialogen"] = replace(here, config=replace(here.config, data_dir=tmp_path))
    yield
    app.extensions["dialogen"] = replace(app.extensions["dialogen"], config=here.config)


@pytest.fixture
def admin(signed_in: SignIn) -> Reader:
    """An administrator."""
    return signed_in((Role.ADMIN, "*"))


def upload(reader: Reader, content: str | bytes, name: str = "henvendelser.csv", *, status: int = 200) -> Page:
    """Upload a file through the form."""
    data = content if isinstance(content, bytes) else content.encode()
    sent = {"file": (io.BytesIO(data), name), "csrf_token": reader.get("/admin/import").value("csrf_token")}
    answer = reader.client.post("/admin/import", data=sent, follow_redirects=True)
    return reader._read(answer, status)


def work(app: Flask) -> None:
    """Let the scheduler do what waits."""
    run_errands(app.extensions["dialogen"], worker())


def again(reader: Reader, page: Page) -> Page:
    """Load a page anew."""
    return reader.get(page.path)


def count_cases(db: Database) -> int:
    """Count the stored cases."""
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def uploads_folder(app: Flask) -> Path:
    """Return where uploads lie."""
    here: Office = app.extensions["dialogen"]
    return here.config.uploads_dir


def test_a_file_with_our_headers_is_imported_after_a_look(app: Flask, db: Database, admin: Reader) -> None:
    make_unit(db, "Vei")
    page = upload(admin, OURS)
    assert [page.value(field) for field in ("reference", "received", "subject", "kind")] == [
        "referanse",
        "mottatt",
        "emne",
        "",
    ]
    page = admin.press(page, "Gå videre")
    assert "Venter" in page.text
    work(app)
    page = again(admin, page)
    assert "2 nye henvendelser" in page.text
    assert "Hull i veien" in page.text
    assert count_cases(db) == 0
    page = admin.press(page, "Importer nå")
    work(app)
    page = again(admin, page)
    assert "Filen er importert" in page.text
    assert count_cases(db) == 2
    assert not list(uploads_folder(app).iterdir())
    with db.reading() as session:
        told = session.scalars(select(OfficeEvent.actor_id).where(OfficeEvent.action == OfficeAction.IMPORT_RUN)).one()
    assert told is not None
    work(app)
    assert count_cases(db) == 2


def test_columns_dates_and_words_of_another_system_are_said_once_and_kept_as_a_profile(
    app: Flask, db: Database, admin: Reader
) -> None:
    make_unit(db, "Vei og park")
    page = upload(admin, THEIRS)
    page = admin.press(page, "Gå videre", status=422)
    assert "Velg kolonnen" in page.text
    chosen: Any = {"reference": "Nummer", "received": "Kom den", "unit": "Avd", "stream": "Hvem", "source": "gamle"}
    page = admin.press(page, "Gå videre", **chosen)
    assert "Roads" in page.text
    words: Any = {f"word{number}": value for number, value in enumerate(["external", "internal", "Vei og park", ""])}
    page = admin.press(page, "Kontroller filen", **words)
    work(app)
    page = again(admin, page)
    assert "25.12.2025" in page.text
    assert "Ny virksomhet: Parks" in page.text
    page = admin.press(page, "Lagre profilen", name="Gamle systemet")
    page = upload(admin, THEIRS)
    assert "passer til profilen Gamle systemet" in page.text
    assert page.value("received") == "Kom den"
    page = admin.press(page, "Gå videre")
    assert page.value("word2") == "Vei og park"
    page = admin.get("/admin/import")
    assert "Profilen er fjernet" in admin.press(page, "Fjern profilen Gamle systemet").text


BAD = "referanse;mottatt;besvart\nB1;2026-02-30;\nB2;2026-02-02;\nB3;2027-01-01;\nB4;2026-02-03;\nB4;2026-02-03;\n"


def test_bad_rows_are_marked_and_stop_the_import_or_are_handed_back(app: Flask, db: Database, admin: Reader) -> None:
    page = admin.press(upload(admin, BAD), "Gå videre")
    work(app)
    page = again(admin, page)
    assert "4 rader med feil" in page.text
    assert "Mottatt: 2026-02-30 er ikke en dato" in page.text
    assert "01.01.2027 er etter i dag" in page.text
    assert "B4 står 2 ganger i filen, først på linje 5" in page.text
    assert page.text.count("✓ I orden") == 1
    page = admin.press(page, "Importer nå", bad_rows="stop")
    work(app)
    page = again(admin, page)
    assert "Ingenting er importert" in page.text
    assert count_cases(db) == 0
    page = admin.press(page, "Importer nå", bad_rows="skip")
    work(app)
    page = again(admin, page)
    assert count_cases(db) == 1
    rejected = admin.client.get(page.links()["Last ned radene med feil"])
    assert len(rejected.text.splitlines()) == 5
    rejected.close()


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "tom.csv", "tom"),
        (b"\x00\x01\x02;a", "bilde.csv", "verken CSV eller XLSX"),
        (b"\xd0\xcf\x11\xe0", "gammel.xls", "gammel Excel-fil"),
        (b"PK\x03\x04 ikke mer", "halv.xlsx", "ikke en arbeidsbok"),
    ],
)
def test_what_is_no_table_is_refused_at_the_field(
    app: Flask, admin: Reader, content: bytes, name: str, told: str
) -> None:
    page = upload(admin, content, name, status=422)
    assert told in page.text
    assert not list(uploads_folder(app).iterdir())


def test_an_upload_is_its_owners_alone_and_goes_after_a_day(app: Flask, db: Database, admin: Reader) -> None:
    page = upload(admin, OURS)
    colleague = Reader(app, db).sign_in(make_account(db, roles=((Role.ADMIN, "*"),)))
    for path in (page.path, page.path.replace("/columns", "")):
        colleague.get(path, status=404)
    assert "henvendelser.csv" not in colleague.get("/admin/import").text
    forget_old_errands(app.extensions["dialogen"], worker(clock=Clock(NOW.replace(day=13))))
    with db.reading() as session:
        assert not session.scalars(select(ImportUpload)).all()
    assert not list(uploads_folder(app).iterdir())


def test_a_file_is_erased_by_a_button(app: Flask, admin: Reader) -> None:
    page = admin.press(upload(admin, OURS), "Slett filen")
    assert "Du har ingen filer her" in page.text
    assert not list(uploads_folder(app).iterdir())


ROWS = "Saksnr.;Mottatt dato;Svardato;Enhet;Kanal;Tittel\n17;01.02.2026;;Vei;Telefon;"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (("\ufeff" + ROWS + '"Hull i veien\nved skolen; stort"\n').encode(), "bom.csv"),
        (
            (ROWS + '"Hull i veien\r\nved skolen; stort"\r\n').encode("cp1252").replace(b"stort", b"st\xf8rre"),
            "dos.CSV",
        ),
        ((ROWS.replace(";", ",") + '"Hull i veien, ved skolen"\n').encode(), "komma.txt"),
    ],
    ids=["utf-8-bom", "windows-1252", "comma"],
)
def test_the_columns_of_usual_headers_are_guessed_however_the_text_is_written(
    app: Flask, db: Database, admin: Reader, content: bytes, name: str
) -> None:
    make_unit(db, "Vei")
    page = upload(admin, content, name)
    fields = ("reference", "received", "answered", "unit", "channel", "subject")
    assert [page.value(field) for field in fields] == [
        "Saksnr.",
        "Mottatt dato",
        "Svardato",
        "Enhet",
        "Kanal",
        "Tittel",
    ]
    page = admin.press(page, "Gå videre")
    work(app)
    page = again(admin, page)
    assert "1 ny henvendelse" in page.text
    assert "telefon" in page.text
    assert "0 rader med feil" in page.text


def test_a_workbook_is_imported_as_a_text_is(app: Flask, db: Database, admin: Reader, tmp_path: Path) -> None:
    make_unit(db, "Vei")
    rows: list[list[object]] = [["Referanse", "Mottatt", "Virksomhet"], [4711, date(2026, 2, 2), "Vei"]]
    path = make_workbook(tmp_path / "liste.xlsx", rows)
    page = admin.press(upload(admin, path.read_bytes(), "liste.xlsx"), "Gå videre")
    work(app)
    page = again(admin, page)
    assert "02.02.2026" in page.text
    assert "1 ny henvendelse" in page.text
    work_done = admin.press(page, "Importer nå")
    work(app)
    assert "Filen er importert" in again(admin, work_done).text


def test_a_file_without_headers_is_not_taken_for_one_with(admin: Reader) -> None:
    page = upload(admin, "A1;2026-02-02;Vei\nA2;2026-02-03;Vei\n")
    assert "Første rad ser ut som en henvendelse og ikke som overskrifter" in page.text
    assert "Første rad ser ut" not in upload(admin, OURS).text


def test_a_row_with_a_national_identity_number_is_a_bad_one_and_the_number_is_shown_nowhere(
    app: Flask, db: Database, admin: Reader
) -> None:
    page = upload(admin, OURS.replace("Hull i veien", "Gjelder 13097248022").replace(";Vei;", ";;"))
    assert "13097248022" not in page.text
    page = admin.press(page, "Gå videre")
    work(app)
    page = again(admin, page)
    assert "Emne: ser ut til å inneholde et fødselsnummer" in page.text
    assert "1 rad med feil" in page.text
    assert "13097248022" not in page.text


def test_the_same_file_from_two_people_makes_its_cases_once(app: Flask, db: Database, admin: Reader) -> None:
    make_unit(db, "Vei")
    colleague = Reader(app, db).sign_in(make_account(db, roles=((Role.ADMIN, "*"),)))
    pages = [(reader, reader.press(upload(reader, OURS), "Gå videre")) for reader in (admin, colleague)]
    work(app)
    ordered = [(reader, reader.press(again(reader, page), "Importer nå")) for reader, page in pages]
    work(app)
    told = [again(reader, page).text for reader, page in ordered]
    assert ["2 nye henvendelser" in text for text in told].count(True) == 1
    assert ["2 uendret" in text for text in told].count(True) == 1
    assert count_cases(db) == 2


def test_words_that_are_skipped_make_bad_rows_and_a_unit_that_is_skipped_is_made(
    app: Flask, db: Database, admin: Reader
) -> None:
    content = (
        "referanse,mottatt,kanal,type,virksomhet\n1,2026-02-02,Skjema,Innbygger,Bad\n2,2026-02-02,Fax,ekstern,Bad\n"
    )
    page = admin.press(upload(admin, content), "Gå videre")
    labels = {(each.get("for") or ""): "".join(each.itertext()) for each in page.all("label")}
    word = {
        text.rsplit(": ")[-1].split(" ")[0].strip(): name for name, text in labels.items() if name.startswith("word")
    }
    assert set(word) == {"Skjema", "Fax", "Innbygger", "Bad"}
    assert (page.value(word["Skjema"]), page.value(word["Fax"])) == ("web", ""), "what a word usually means is proposed"
    said: Any = {word["Innbygger"]: "external"}
    page = admin.press(page, "Kontroller filen", **said)
    work(app)
    page = again(admin, page)
    assert "Kanal: Fax er ikke et ord vi kjenner. Velg hva det betyr" in page.text
    assert "1 rad med feil" in page.text
    page = admin.press(page, "Importer nå", bad_rows="skip")
    work(app)
    page = again(admin, page)
    assert "Virksomhet: Bad" in page.text
    with db.reading() as session:
        assert [case.channel for case in session.scalars(select(Case))] == [Channel.WEB]


def test_an_import_can_be_left_and_is_found_again(app: Flask, admin: Reader) -> None:
    page = admin.press(upload(admin, OURS), "Gå videre")
    page = admin.press(page, "Kontroller filen") if page.path.endswith("/words") else page
    assert "Du kan gå fra siden." in page.text
    front = admin.get("/admin/import")
    assert "Kontroll av fil før import" in front.text
    work(app)
    assert "Slik blir importen" in admin.get(front.links()["henvendelser.csv"]).text
    assert admin.press(front, "Last opp", status=422).all("a", href="#file")
