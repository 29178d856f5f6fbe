"""Pages in the language of their reader: the account's, else the one chosen in the browser, else the browser's own."""

import re

import pytest
from flask import Flask

from dialogen.database.engine import Database
from dialogen.database.models import Account
from dialogen.domain.accounts import Role
from dialogen.domain.languages import Language
from tests.factories import make_account, make_case
from tests.house.catalogs import asked_for, translated
from tests.web.addresses import addresses_of_all_pages
from tests.web.conftest import SignIn, build_app, on_database, reference_of
from tests.web.pages import Page, Reader

HEADINGS = {Language.BOKMAL: "Din konto", Language.NYNORSK: "Kontoen din", Language.ENGLISH: "Your account"}
SIGN_IN = {Language.BOKMAL: "Glemt passord?", Language.NYNORSK: "Gløymt passord?", Language.ENGLISH: "Forgotten"}


def read_in(db: Database, language: Language | None, *roles: Role) -> int:
    """Make an account that reads in a language; returns its number."""
    account_id = make_account(db, roles=tuple((role, "*") for role in roles))
    with db.writing() as session:
        session.get_one(Account, account_id).language = language
    return account_id


def asking(reader: Reader, tags: str) -> Reader:
    """Let a reader's browser ask for languages."""
    reader.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = tags
    return reader


def language_of(page: Page) -> Language:
    """Return the language that a page says it is in, which must be the one of its header."""
    assert page.headers["Content-Language"] == page.root.get("lang")
    assert {"Accept-Language", "Cookie"} <= set(re.split(r",\s*", page.headers["Vary"]))
    return Language(page.headers["Content-Language"])


@pytest.mark.parametrize(
    ("tags", "language"),
    [
        ("", "nb"),
        ("no", "nb"),
        ("nb-NO,nb;q=0.9,en;q=0.5", "nb"),
        ("nn-NO", "nn"),
        ("NN", "nn"),
        ("en-US,en;q=0.9", "en"),
        ("nn;q=0.5,en;q=0.8", "en"),
        ("de,sv;q=0.9", "nb"),
        ("de,nn;q=0.3", "nn"),
        ("en;q=0,nn;q=0.1", "nn"),
        ("*", "nb"),
        ("ikke et språk, \x7f;;q=x", "nb"),
    ],
)
def test_before_signing_in_the_browser_says_which_language(nobody: Reader, tags: str, language: str) -> None:
    page = asking(nobody, tags).get("/sign-in")
    assert language_of(page) == language
    assert SIGN_IN[Language(language)] in page.text


def test_an_installation_has_a_language_for_browsers_that_ask_for_another(
    db: Database, tmp_path_factory: object
) -> None:
    app = on_database(build_app(tmp_path_factory.mktemp("nynorsk"), DIALOGEN_LOCALE="nn_NO"), db)  # type: ignore[attr-defined]
    assert language_of(asking(Reader(app, db), "de").get("/sign-in")) == "nn"
    assert language_of(asking(Reader(app, db), "en").get("/sign-in")) == "en"


def test_a_language_is_chosen_on_the_sign_in_page_without_an_account(nobody: Reader) -> None:
    page = asking(nobody, "nb").get("/sign-in?next=/letters")
    page = choose(nobody, page, "en")
    assert page.path == "/sign-in?next=/letters"
    assert language_of(page) == "en"
    assert language_of(nobody.get("/sign-in/forgot")) == "en"
    assert language_of(choose(nobody, nobody.get("/sign-in"), "nn")) == "nn"


def choose(reader: Reader, page: Page, language: str) -> Page:
    """Press the button of a language, whose name is the same in all of them."""
    form = page.form_with("Nynorsk")
    hidden = {each.get("name", ""): each.get("value", "") for each in form.iter("input")}
    answer = reader.client.post(form.get("action", ""), data={**hidden, "language": language})
    assert answer.status_code == 303
    return reader.get(answer.location)


@pytest.mark.parametrize("language", ["", "de", "NN", "nb; Path=/", "en\r\nX: y"])
def test_no_other_word_is_taken_for_a_language(nobody: Reader, language: str) -> None:
    hidden = {
        each.get("name", ""): each.get("value", "")
        for each in nobody.get("/sign-in").form_with("English").iter("input")
    }
    answer = nobody.client.post("/language", data={**hidden, "language": language})
    assert answer.status_code == 400
    assert "language" not in answer.headers.get("Set-Cookie", "")
    nobody.client.set_cookie("dialogen-language", language)
    assert language_of(nobody.get("/sign-in")) == "nb"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_choosing_a_language_leads_to_no_other_site(nobody: Reader, target: str) -> None:
    hidden = {
        each.get("name", ""): each.get("value", "")
        for each in nobody.get("/sign-in").form_with("English").iter("input")
    }
    answer = nobody.client.post("/language", data={**hidden, "language": "en", "next": target})
    assert answer.location == "/"


def test_choosing_a_language_takes_the_token_of_a_form(nobody: Reader) -> None:
    assert nobody.client.post("/language", data={"language": "en"}).status_code == 400


def test_the_choice_lies_in_a_cookie_that_programs_of_the_page_cannot_read(nobody: Reader) -> None:
    choose(nobody, nobody.get("/sign-in"), "en")
    cookie = nobody.client.get_cookie("dialogen-language")
    assert cookie is not None
    assert (cookie.value, cookie.http_only, cookie.same_site, cookie.path) == ("en", True, "Lax", "/")


def test_the_account_says_which_language_whatever_the_browser_says(app: Flask, db: Database) -> None:
    reader = asking(Reader(app, db).sign_in(read_in(db, Language.NYNORSK)), "en")
    reader.client.set_cookie("dialogen-language", "nb")
    assert language_of(reader.get("/account")) == "nn"


def test_an_account_chooses_its_language_and_leaves_the_choice_again(app: Flask, db: Database) -> None:
    reader = asking(Reader(app, db).sign_in(read_in(db, None)), "en")
    page = reader.get("/account")
    assert "As in the browser" in page.text
    page = reader.get("/account/language")
    assert page.options("language")[1:] == ["Bokmål", "Nynorsk", "English"]
    page = reader.press(page, "Save", language="nn")
    assert language_of(page) == "nn"
    assert page.heading == HEADINGS[Language.NYNORSK]
    assert "Språket er lagra." in page.text
    page = reader.press(reader.get("/account/language"), "Lagre", language="")
    assert language_of(page) == "en"


def test_a_language_that_there_is_none_of_is_refused(app: Flask, db: Database) -> None:
    reader = Reader(app, db).sign_in(read_in(db, None))
    page = reader.press(reader.get("/account/language"), "Lagre", status=422, language="de")
    assert "Velg et av alternativene." in page.text


def test_an_error_page_is_in_the_reader_s_language(app: Flask, db: Database) -> None:
    reader = Reader(app, db).sign_in(read_in(db, Language.ENGLISH))
    page = reader.get("/finnes-ikke", status=404)
    assert language_of(page) == "en"
    assert page.heading == "We cannot find the page"


def test_a_page_after_a_fault_is_in_the_language_of_the_browser(fresh_app: Flask, db: Database) -> None:
    @fresh_app.get("/fails")
    def fails() -> str:
        raise RuntimeError

    fresh_app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = fresh_app.test_client().get("/fails", headers={"Accept-Language": "nn"})
    assert answer.headers["Content-Language"] == "nn"
    assert '<html lang="nn" ' in answer.text


def test_forms_answer_in_the_reader_s_language(app: Flask, db: Database) -> None:
    reader = Reader(app, db).sign_in(read_in(db, Language.ENGLISH, Role.MANAGER))
    reference = reference_of(db, make_case(db))
    page = reader.get(f"/cases/{reference}/answer")
    assert page.value("answered_on") == "11/02/2026"
    page = reader.press(page, "Save the date answered", status=422, answered_on="31/02/2026")
    assert "31/02/2026 is not a date" in page.text
    page = reader.press(page, "Save the date answered", answered_on="10/02/2026")
    assert "10/02/2026" in page.text


@pytest.mark.parametrize("language", Language)
def test_every_page_is_in_the_language_of_its_reader(app: Flask, db: Database, language: Language) -> None:
    addresses = addresses_of_all_pages(app, db)
    reader = Reader(app, db).sign_in(read_in(db, language, *Role))
    foreign = {each.value: [] if each is Language.BOKMAL else _only_bokmaal(each) for each in Language}
    read = 0
    for path in addresses:
        answer = reader.client.get(path)
        if answer.mimetype == "text/html" and answer.status_code == 200 and "Content-Disposition" not in answer.headers:
            page = reader.get(path)
            assert language_of(page) == language, path
            for language_of_part, said in page.texts_by_language().items():
                assert [text for text in foreign[language_of_part] if text in said] == [], path
            read += 1
    assert read > 25


def _only_bokmaal(language: Language) -> list[str]:
    """Return texts that are no text of another language, nor a part of one: sentences, and names of several words."""
    others = "\n".join(str(message.string) for message in translated(language))
    texts = [message.id for message in asked_for() if isinstance(message.id, str) and "%" not in message.id]
    return [text for text in texts if " " in text and text not in others]


def test_the_file_for_excel_has_the_reader_s_words(app: Flask, db: Database, signed_in: SignIn) -> None:
    reader = Reader(app, db).sign_in(read_in(db, Language.NYNORSK, Role.STATISTICIAN))
    make_case(db)
    answer = reader.client.get("/reports/mv-1.1/2026/csv-excel?by=unit")
    header, whole, group = answer.get_data(as_text=True).strip().split("\r\n")
    assert "svara på innan fristen" in header
    assert "Heile kommunen" in whole
    assert "Ikkje plassert" in group
    programs = reader.client.get("/reports/mv-1.1/2026/csv").get_data(as_text=True)
    assert programs.startswith("indicator,year,")
