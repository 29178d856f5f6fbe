"""What answers tell a browser it may not do: policies, cookies, names of hosts, and forms from elsewhere."""

from pathlib import Path

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.test import create_environ, run_wsgi_app

from config import Config
from dialogen import guards
from dialogen.app import create_app
from dialogen.database.engine import Database
from dialogen.database.models import Account
from dialogen.domain.accounts import Role, Scope
from dialogen.services import tokens
from dialogen.services.passwords import Hasher
from dialogen.web.headers import FILE_POLICY
from tests.factories import NOW, make_account
from tests.web.conftest import SignIn, build_app, on_database
from tests.web.pages import Reader

PASSWORD = "riktig hest batteri stift"
KARI = "kari@asker.example"
HOME = "https://dialogen.asker.example"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application as it is in production."""
    settings = {"ENV": "production", "SECRET_KEY": "s" * 32, "BASE_URL": HOME}
    settings["DATA_DIR"] = str(tmp_path_factory.mktemp("production"))
    return create_app(Config.from_env({f"DIALOGEN_{name}": value for name, value in settings.items()}))


@pytest.fixture
def production(guarded: Flask, db: Database) -> FlaskClient:
    """A browser before an installation in production."""
    return on_database(guarded, db).test_client()


def directives(policy: str) -> dict[str, str]:
    return {name: value for name, _, value in (part.partition(" ") for part in policy.split("; "))}


@pytest.mark.parametrize("path", ["/sign-in", "/cases", "/finnes-ikke", "/admin/people", "/sign-in/link/oppdiktet"])
def test_a_page_lets_nothing_run_and_nobody_frame_it(nobody: Reader, path: str) -> None:
    headers = nobody.client.get(path).headers
    assert directives(headers["Content-Security-Policy"]) == {
        "default-src": "'none'",
        "script-src": "'self'",
        "connect-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "object-src": "'none'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/metrics", "/api/v1/cases", "/api/v1/finnes-ikke", "/static/dialogen.css"]
)
def test_what_is_no_page_may_do_nothing_at_all(nobody: Reader, path: str) -> None:
    with nobody.client.get(path) as answer:
        assert answer.headers["Content-Security-Policy"] == FILE_POLICY
        assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "path", ["/sign-in", "/cases", "/healthz", "/api/v1/cases", "/static/icon.svg", "/finnes-ikke"]
)
def test_every_answer_is_taken_for_what_it_is_and_tells_others_nothing(nobody: Reader, path: str) -> None:
    with nobody.client.get(path) as answer:
        headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert not {"Access-Control-Allow-Origin", "Server", "X-Powered-By"} & set(headers.keys())


def test_style_sheets_alone_are_kept_by_browsers(nobody: Reader) -> None:
    with nobody.client.get("/static/dialogen.css") as answer:
        assert answer.headers["Cache-Control"] != "no-store"


def test_a_fault_of_ours_carries_the_headers_too(fresh_app: Flask, nobody: Reader) -> None:
    def fail() -> str:
        raise RuntimeError

    fresh_app.add_url_rule("/feil", "feil", guards.public("a test")(fail))
    headers = fresh_app.test_client().get("/feil").headers
    assert directives(headers["Content-Security-Policy"])["default-src"] == "'none'"


@pytest.mark.parametrize("kind", ["csv", "csv-excel"])
def test_a_file_is_handed_over_and_never_shown_as_a_page(signed_in: SignIn, kind: str) -> None:
    headers = signed_in((Role.STATISTICIAN, "*")).client.get(f"/reports/mv-1.1/2026/{kind}").headers
    assert headers["Content-Disposition"].startswith("attachment; filename=")
    assert headers["Content-Security-Policy"] == FILE_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_of_the_api_is_handed_over_too(db: Database, app: Flask) -> None:
    make_account(db, KARI, roles=((Role.STATISTICIAN, "*"),))
    _, secret = tokens.issue_token(
        db, email=KARI, scopes=[Scope.STATS_READ], expires_on=None, today=NOW.date(), now=NOW
    )
    asked = {"Authorization": f"Bearer {secret}", "Accept": "text/csv"}
    headers = app.test_client().get("/api/v1/reports/mv-1.1/2026", headers=asked).headers
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["Content-Security-Policy"] == FILE_POLICY


@pytest.mark.parametrize("mimetype", ["image/svg+xml", "application/xhtml+xml", "text/xml", "application/pdf"])
def test_a_kind_of_file_that_nobody_thought_of_is_handed_over(tmp_path: Path, db: Database, mimetype: str) -> None:
    app = on_database(build_app(tmp_path), db)

    def give() -> Response:
        return Response("<script>alert(1)</script>", mimetype=mimetype)

    app.add_url_rule("/fil", "fil", guards.public("a test")(give))
    headers = app.test_client().get("/fil").headers
    assert headers["Content-Disposition"] == "attachment"
    assert headers["Content-Security-Policy"] == FILE_POLICY


def test_production_is_reached_over_tls_alone_from_the_first_visit_on(production: FlaskClient, nobody: Reader) -> None:
    for path in ("/sign-in", "/healthz", "/finnes-ikke", "/api/v1/cases"):
        headers = production.get(path, base_url=HOME).headers
        assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert "Strict-Transport-Security" not in nobody.client.get("/sign-in").headers


def sign_in_at(db: Database, client: FlaskClient, at: str) -> list[str]:
    """Sign Kari in; returns the cookies that were set."""
    number = make_account(db, KARI, roles=((Role.HANDLER, "*"),))
    with db.writing() as session:
        session.get_one(Account, number).password_hash = Hasher(memory_kib=8, passes=1).hash(PASSWORD)
    form = client.get("/sign-in", base_url=at)
    token = form.text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post(
        "/sign-in",
        data={"csrf_token": token, "email": KARI, "password": PASSWORD},
        base_url=at,
    )
    assert answer.status_code == 303, "also without a referrer"
    return [*form.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]


def test_the_cookie_of_production_belongs_to_this_host_over_tls(db: Database, production: FlaskClient) -> None:
    cookies = sign_in_at(db, production, HOME)
    assert cookies
    for cookie in cookies:
        name, *flags = cookie.split("; ")
        assert name.startswith("__Host-dialogen=")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} == set(flags)
    assert production.get("/cases", base_url=HOME).status_code == 200


def test_without_tls_the_cookie_has_a_plain_name_and_is_guarded_otherwise(db: Database, nobody: Reader) -> None:
    cookies = sign_in_at(db, nobody.client, "http://localhost")
    assert {cookie.split("=")[0] for cookie in cookies} == {"dialogen"}, "no cookie remembers anybody for longer"
    assert all({"HttpOnly", "SameSite=Lax", "Path=/"} == set(cookie.split("; ")[1:]) for cookie in cookies)


def test_a_cookie_signed_with_a_former_key_still_holds_after_a_change(db: Database, tmp_path: Path) -> None:
    settings = {"DIALOGEN_DATA_DIR": str(tmp_path), "DIALOGEN_SECRET_KEY": "g" * 32}
    before = on_database(create_app(Config.from_env(settings)), db)
    reader = Reader(before, db).sign_in(make_account(db, KARI, roles=((Role.HANDLER, "*"),)))
    cookie = reader.client.get_cookie("dialogen")
    assert cookie is not None
    changed = {**settings, "DIALOGEN_SECRET_KEY": "n" * 32}
    for more, heading in (({}, "Logg inn"), ({"DIALOGEN_SECRET_KEY_FALLBACKS": "g" * 32}, "Henvendelser")):
        after = Reader(on_database(create_app(Config.from_env({**changed, **more})), db), db)
        after.client.set_cookie("dialogen", cookie.value)
        assert after.get("/cases").heading == heading


@pytest.mark.parametrize(
    "host", ["ond.example", "dialogen.asker.example.ond.example", "xdialogen.asker.example", "[::2]"]
)
def test_in_production_a_request_for_another_name_is_refused(production: FlaskClient, host: str) -> None:
    for path in ("/sign-in", "/cases", "/static/dialogen.css", "/api/v1/cases", "/finnes-ikke"):
        answer = production.get(path, headers={"Host": host})
        assert answer.status_code == 400, path
        assert host not in answer.text


@pytest.mark.parametrize(
    "host", ["dialogen.asker.example", "DIALOGEN.asker.example:443", "127.0.0.1:8000", "[::1]:8000"]
)
def test_in_production_the_own_name_and_this_machine_are_answered(production: FlaskClient, host: str) -> None:
    assert production.get("/sign-in", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["[::1::2]", "[", "", "a b"])
def test_in_production_a_name_that_is_none_is_refused(guarded: Flask, host: str) -> None:
    asked = create_environ("/sign-in") | {"HTTP_HOST": host}  # past the client, which stumbles over it
    _, status, _ = run_wsgi_app(guarded.wsgi_app, asked, buffered=True)
    assert status == "400 BAD REQUEST"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_health_may_be_asked_for_by_address(production: FlaskClient, path: str) -> None:
    assert production.get(path, headers={"Host": "10.0.0.7:8000"}).status_code != 400


def test_no_answer_repeats_the_name_that_it_was_asked_by(db: Database, app: Flask) -> None:
    reader = Reader(app, db).sign_in(make_account(db, roles=((Role.ADMIN, "*"),)))
    spoofed = {"Host": "ond.example", "X-Forwarded-Host": "ond.example", "Forwarded": "host=ond.example"}
    person = make_account(db, KARI)
    with reader.client.session_transaction() as cookie:
        secret = cookie["_user_id"]
    client = app.test_client()
    client.get("/sign-in", headers=spoofed)
    with client.session_transaction(base_url="http://ond.example") as cookie:
        cookie["_user_id"] = secret
    page = client.get(f"/admin/people/{person}", headers=spoofed)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    answers = [client.get(path, headers=spoofed) for path in ("/", "/cases", "/letters", "/finnes-ikke", "/cases/")]
    answers.append(client.post(f"/admin/people/{person}/link", headers=spoofed, data={"csrf_token": token}))
    assert f"{app.extensions['dialogen'].config.base_url}/sign-in/link/" in answers[-1].text
    for answer in [page, *answers]:
        assert "ond.example" not in answer.text
        assert "ond.example" not in str(answer.headers)


@pytest.mark.parametrize(
    "origin", ["https://ond.example", "null", "http://dialogen.asker.example", "http://127.0.0.1:8000", "", "https://["]
)
def test_a_form_sent_from_another_origin_changes_nothing(db: Database, production: FlaskClient, origin: str) -> None:
    sign_in_at(db, production, HOME)
    token = production.get("/cases", base_url=HOME).text.split('name="csrf_token" value="')[1].split('"')[0]
    sent = {"base_url": HOME, "data": {"csrf_token": token}}
    refused = production.post("/sign-out", headers={"Origin": origin, "Referer": f"{origin}/"}, **sent)
    assert refused.status_code == 400
    assert production.get("/cases", base_url=HOME).status_code == 200
    assert production.post("/sign-out", headers={"Origin": HOME}, **sent).status_code == 303


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_change_that_the_browser_says_comes_from_elsewhere_is_refused(signed_in: SignIn, site: str) -> None:
    reader = signed_in((Role.HANDLER, "*"))
    token = {"csrf_token": reader.get("/cases").value("csrf_token")}
    assert reader.client.get("/cases", headers={"Sec-Fetch-Site": site}).status_code == 200
    assert reader.client.post("/sign-out", data=token, headers={"Sec-Fetch-Site": site}).status_code == 400
    assert reader.client.post("/sign-out", data=token, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_a_token_of_somebody_elses_form_is_refused(db: Database, app: Flask) -> None:
    mine, theirs = (Reader(app, db).sign_in(make_account(db, roles=((Role.HANDLER, "*"),))) for _ in range(2))
    token = theirs.get("/cases").value("csrf_token")
    assert mine.client.post("/sign-out", data={"csrf_token": token}).status_code == 400
    assert mine.get("/cases").heading == "Henvendelser"


@pytest.mark.parametrize("next_", ["https://ond.example", "//ond.example", "/\\ond.example", "javascript:alert(1)"])
def test_no_way_in_leads_out(signed_in: SignIn, next_: str) -> None:
    client = signed_in((Role.HANDLER, "*")).client
    for path in ("/sign-in", "/sign-in/second-step", "/sign-in/second-step/new"):
        assert client.get(path, query_string={"next": next_}).location == "/"
