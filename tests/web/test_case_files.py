"""Files of a case on its pages: chosen, refused with a reason, listed, sent to be saved, and taken away."""

import io
from typing import Any

import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from tests.attached import OLD_OFFICE, PDF, PNG, packed
from tests.factories import make_case, make_unit
from tests.web.conftest import SignIn, reference_of
from tests.web.pages import Page, Reader, page_of

MEGABYTE = 1 << 20


def send(reader: Reader, page: Page, button: str, *files: tuple[str, bytes], **values: Any) -> Page:
    """Press a button with files chosen."""
    form = page.form_with(button)
    boxes = [each for each in form.iter("input") if each.get("type") == "hidden"]
    sent: dict[str, Any] = {each.get("name", ""): each.get("value") for each in boxes}
    sent |= {**values, "files": [(io.BytesIO(held), name) for name, held in files]}
    answer = reader.client.post(form.get("action") or page.path, data=sent, follow_redirects=True)
    answer.close()  # what was sent lies in a file of the client's own when it is large
    return page_of(answer)


def test_files_are_added_listed_sent_and_taken_away(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db)
    reader = signed_in((Role.HANDLER, unit), name="Kari Behandler")
    reference = reference_of(db, make_case(db, unit_id=unit))
    page = reader.get(f"/cases/{reference}/attach")
    page = send(reader, page, "Legg ved", ("Kart – Ås.pdf", PDF), ("bilde.png", PNG))
    assert "Filene er lagt ved." in page.text
    assert "Kart – Ås.pdf 1 kB, 11.02.2026 kl. 06.30, Kari Behandler" in page.text
    assert "Fil lagt ved 11.02.2026 kl. 06.30, Kari Behandler, i nettleseren bilde.png" in page.text
    answer = reader.client.get(page.links()["Kart – Ås.pdf"])
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PDF, "application/pdf")
    answer.close()
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=UTF-8''Kart%20%E2%80%93%20%C3%85s.pdf" in disposition
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    away = next(link.get("href", "") for link in page.root.iter("a") if link.get("aria-label") == "Ta bort bilde.png")
    page = reader.press(reader.get(away), "Ta bort filen")
    assert "Filen er tatt bort." in page.text
    assert "bilde.png" not in page.links()
    assert "Fil tatt bort" in page.text


@pytest.mark.parametrize(
    ("name", "held", "told"),
    [
        ("faktura.pdf.exe", b"MZ", "faktura.pdf.exe kan ikke legges ved: .exe i navnet er endelsen"),
        ("bilde.svg", b"<svg/>", "bilde.svg kan ikke legges ved"),
        ("rapport.docx", PDF, "rapport.docx er ikke det navnet sier: etter innholdet skulle det ende på .pdf."),
        ("program.pdf", b"MZ\x90\x00", "program.pdf er ikke det navnet sier, eller filen er ødelagt."),
        ("brev.doc", OLD_OFFICE, "brev.doc er i et eldre format fra Office eller Outlook"),
        ("brev.docx", OLD_OFFICE, "brev.docx er låst med passord eller har makroer."),
        ("bilde.png", PNG + packed({"a.txt": b"x"}), "bilde.png har en fil til gjemt i seg"),
        ("tom.txt", b"", "tom.txt er tom."),
    ],
)
def test_what_may_not_be_attached_is_refused_with_its_reason(
    db: Database, signed_in: SignIn, name: str, held: bytes, told: str
) -> None:
    unit = make_unit(db)
    reader = signed_in((Role.HANDLER, unit))
    reference = reference_of(db, make_case(db, unit_id=unit))
    page = send(reader, reader.get(f"/cases/{reference}/attach"), "Legg ved", (name, held))
    assert page.status == 422
    assert told in page.text
    assert any(text.startswith("Filer:") and place == "#files" for text, place in page.links().items())


def test_a_file_of_50_mb_is_refused_at_its_field_and_what_was_typed_stays(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db, "Vei")
    reader = signed_in((Role.HANDLER, unit))
    big, half = b"%PDF-1.7" + bytes(50 * MEGABYTE), b"%PDF-1.7" + bytes(13 * MEGABYTE)
    written = {"channel": "email", "subject": "Hull", "text": "x" * 600_000, "received_on": "11.02.2026"}
    chosen = {"unit": "Vei", "stream": "external", "kind": "", "handler": ""}
    page = send(reader, reader.get("/cases/new"), "Registrer", ("kart.pdf", PDF), **written, **chosen)
    assert (page.status, page.value("subject")) == (422, "Hull")
    assert "Tekst: Teksten er for lang." in page.text
    written["text"] = "Ved gjerdet."
    page = send(reader, reader.get("/cases/new"), "Registrer", ("stor.pdf", big), **written, **chosen)
    assert (page.status, page.value("text").strip()) == (422, "Ved gjerdet.")
    assert "Filer: stor.pdf er for stor. En fil kan være på høyst 25 MB." in page.text
    reference = reference_of(db, make_case(db, unit_id=unit))
    page = send(reader, reader.get(f"/cases/{reference}/attach"), "Legg ved", ("a.pdf", half), ("b.pdf", half))
    assert (page.status, "Filene er til sammen større enn 25 MB." in page.text) == (422, True)


def test_what_nobody_would_send_by_mistake_is_not_even_read(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db)
    reader = signed_in((Role.HANDLER, unit))
    reference = reference_of(db, make_case(db, unit_id=unit))

    class Unread(io.RawIOBase):
        def read(self, _size: int = -1) -> bytes:
            raise AssertionError("nothing of it is read")

    for path in (f"/cases/{reference}/attach", "/cases/new"):
        answer = reader.client.post(
            path,
            environ_overrides={
                "wsgi.input": Unread(),
                "CONTENT_LENGTH": str(500 * MEGABYTE),
                "CONTENT_TYPE": "multipart/form-data; boundary=x",
            },
        )
        assert answer.status_code == 413
        assert "Det du sendte, er for stort" in page_of(answer).text


def test_files_come_with_a_case_that_is_registered(db: Database, signed_in: SignIn) -> None:
    reader = signed_in((Role.HANDLER, make_unit(db, "Kommunalteknikk")))
    page = reader.get("/cases/new")
    values = {"received_on": "11.02.2026", "unit": "Kommunalteknikk", "stream": "external", "kind": "", "handler": ""}
    wrong = send(reader, page, "Registrer", ("a.exe", b"MZ"), channel="email", subject="Hull", **values)
    assert (wrong.status, wrong.value("subject")) == (422, "Hull")
    assert "Filene du valgte, er ikke lagret. Velg dem på nytt." in wrong.text
    page = send(reader, page, "Registrer", ("kart.pdf", PDF), channel="email", subject="Hull", **values)
    assert page.heading == "Hull 2026-000001"
    assert "kart.pdf" in page.links()
