"""The command subject: all that is kept about one person, as JSON and as a page, and nothing printed elsewhere."""

import json
import stat
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import html5lib
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from config import Config
from dialogen.app import create_app
from dialogen.cli.subject import subject
from dialogen.database import history
from dialogen.database.engine import Database
from dialogen.database.models import AccessEntry, Case, CasePersonal, OfficeEvent
from dialogen.domain.accounts import Role
from dialogen.domain.errors import InvalidInput
from dialogen.domain.history import Action, Author, Change, Door
from dialogen.mail.post import ShowingPost
from tests.factories import NOW, TODAY, make_account, make_case, make_unit
from tests.services.desk import reference_of
from tests.shelf import LONG_AGO, SENDER, dispose, fill, personal_values

OLA = ("--email", "ola.hansen@asker.example", "--phone", "90012345", "--name", "ola hansen")
OTHER = {"sender_name": "Kari Nordmann", "sender_email": "kari@asker.example", "sender_phone": "22334455"}


@pytest.fixture
def here(db: Database, tmp_path: Path) -> Flask:
    """The application on the tests' database."""
    config = Config.from_env({"DIALOGEN_DATA_DIR": str(tmp_path), "DIALOGEN_DATABASE_URL": db.url})
    return create_app(config, db=db, post=ShowingPost())


def run(here: Flask, *words: str) -> Result:
    return here.test_cli_runner().invoke(subject, ("export", *words))


def exported(here: Flask, *words: str) -> dict[str, Any]:
    done = run(here, *words)
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def add(
    db: Database, values: Mapping[str, str], *, texts: Mapping[str, str] | None = None, unit_id: int | None = None
) -> str:
    """Add a case with these personal values and no others, and free texts of its history; returns its reference."""
    case_id = make_case(db, received_on=LONG_AGO, answered_on=LONG_AGO, unit_id=unit_id)
    with db.writing() as session:
        empty = dict.fromkeys(("subject", "text", "sender_name", "sender_email", "sender_phone"))
        session.merge(CasePersonal(case_id=case_id, **(empty | dict(values))))
        history.add_event(
            session,
            case_id,
            at=NOW,
            action=Action.CORRECTED,
            author=Author(None, Door.WEB),
            changes=[Change("handler", "leder@asker.example", "kari.behandler@asker.example")],
            texts=texts,
        )
    return reference_of(db, case_id)


def relations(found: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    return [(case["reference"], case["relation"], case["found_by"]) for case in found["cases"]]


def test_everything_about_a_sender_is_exported(db: Database, here: Flask) -> None:
    case_id = fill(db, imported=True)
    values = personal_values(db, [case_id])
    done = run(here, *OLA)
    assert not [value for value in values if value not in done.stdout and value != "ab" * 32]
    (case,) = json.loads(done.stdout)["cases"]
    assert (case["relation"], case["found_by"]) == ("sender", ["email", "name", "phone"])
    assert case["sender"] == {
        "name": "Ola Hansen", "email": "Ola.Hansen@asker.example", "phone": "+47 900 12 345",
    }  # fmt: skip
    assert case["kept_until"].keys() == {"sender", "content", "notes"}
    assert [each["texts"] for each in case["history"]] == [
        {"sender_email": "gammel@asker.example", "text": "En tidligere tekst", "reason": "Skrev feil"},
        {"note": "Ringte ola.hansen@asker.example"},
    ]


def test_the_shape_of_the_export_is_fixed(db: Database, here: Flask) -> None:
    fill(db)
    found = exported(here, *OLA)
    assert list(found) == [
        "format", "version", "municipality", "made_at", "notice", "searched_for", "cases", "retention",
    ]  # fmt: skip
    assert (found["format"], found["version"]) == ("dialogen-subject-export", 1)
    assert found["retention"][0] == {"type": "sender", "kind": None, "months": 24}
    assert list(found["cases"][0]) == [
        "reference", "external_reference", "source", "relation", "found_by", "sender", "subject", "text",
        "received_on", "due_on", "extended_to", "answered_on", "excluded", "stream", "channel", "kind", "unit",
        "registered_on", "manner", "letters", "history", "files", "kept_until", "erased", "looked_at",
    ]  # fmt: skip
    assert list(found["cases"][0]["history"][0]) == ["at", "action", "door", "by", "changes", "texts"]


@pytest.mark.parametrize(
    ("words", "by"),
    [
        (("--email", "OLA.HANSEN@ASKER.EXAMPLE"), ["email"]),
        (("--phone", "+4790012345"), ["phone"]),
        (("--name", " Ola   HANSEN "), ["name"]),
        (("--email", "nobody@asker.example", "--name", "Ola Hansen"), ["name"]),
    ],
)
def test_any_of_the_three_finds_a_sender(db: Database, here: Flask, words: tuple[str, ...], by: list[str]) -> None:
    fill(db)
    assert [(relation, found) for _, relation, found in relations(exported(here, *words))] == [("sender", by)]


def test_whoever_stood_as_sender_before_a_correction_is_found_without_the_one_who_stands_now(
    db: Database, here: Flask
) -> None:
    before = {"sender_email": SENDER["sender_email"], "sender_name": "Per Persen"}
    reference = add(db, OTHER | {"subject": "Hull i veien"}, texts=before)
    found = exported(here, "--email", SENDER["sender_email"])
    assert relations(found) == [(reference, "earlier_sender", ["email"])]
    (case,) = found["cases"]
    assert (case["sender"], case["subject"]) == (None, "Hull i veien")
    assert case["history"][0]["texts"] == {"sender_email": SENDER["sender_email"]}


@pytest.mark.parametrize(
    ("where", "text", "by"),
    [
        ("text", "Naboen min, ola.hansen@asker.example, vet mer", ["email"]),
        ("subject", "Klage på Ola Hansen", ["name"]),
        ("note", "Ringte 900 12 345", ["phone"]),
        ("reason", "Ola Hansen ba om det", ["name"]),
    ],
)
def test_whoever_is_mentioned_in_a_text_is_found_without_the_one_who_wrote(
    db: Database, here: Flask, where: str, text: str, by: list[str]
) -> None:
    in_history = {where: text} if where in ("note", "reason") else {}
    values = OTHER | ({} if in_history else {where: text})
    reference = add(db, values, texts=in_history)
    found = exported(here, *OLA)
    assert relations(found) == [(reference, "mentioned", by)]
    assert not [value for value in OTHER.values() if value in json.dumps(found["cases"])]
    assert text in json.dumps(found["cases"], ensure_ascii=False)
    assert "others" in found["notice"]


def test_senders_with_a_similar_name_are_pointed_out_and_not_handed_out(db: Database, here: Flask) -> None:
    namesake = add(db, OTHER | {"sender_name": "Ola Andreas Hansen"})
    own = add(db, SENDER)
    done = run(here, *OLA)
    assert [reference for reference, *_ in relations(json.loads(done.stdout))] == [own]
    assert (namesake in done.stderr, "Andreas" in done.stderr) == (True, False)


def test_own_cases_come_first(db: Database, here: Flask) -> None:
    mentioned = add(db, OTHER | {"text": "Ola Hansen var der"})
    own = add(db, SENDER)
    assert [reference for reference, *_ in relations(exported(here, *OLA))] == [own, mentioned]


@pytest.mark.parametrize("signs", ["%", "_", "%@%", "ola%hansen@asker.example", "ola_hansen@asker.example"])
def test_no_sign_stands_for_others(db: Database, here: Flask, signs: str) -> None:
    fill(db)
    done = run(here, "--email", signs if "@" in signs else f"{signs}@asker.example")
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", "dialogen: nothing is kept about this person\n")


def test_nothing_found_and_too_little_asked_is_said_without_the_words(db: Database, here: Flask) -> None:
    fill(db)
    done = run(here, "--name", "Per Persen")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Persen" not in done.stderr
    assert run(here).exit_code == 2
    refused = run(here, "--phone", "123").exception
    assert isinstance(refused, InvalidInput)
    assert "123" not in str(refused)


def test_both_logs_tell_of_it_and_neither_tells_of_whom(db: Database, here: Flask) -> None:
    reference = reference_of(db, fill(db))
    exported(here, *OLA)
    run(here, "--name", "Per Persen")
    with db.reading() as session:
        looks = session.scalars(select(AccessEntry).order_by(AccessEntry.id)).all()
        assert [(look.action, look.subject, look.door, look.reference, look.shown) for look in looks] == [
            ("exported", "subject", "command_line", None, 1),
            ("exported", "case", "command_line", reference, None),
            ("exported", "subject", "command_line", None, 0),
        ]
        told = session.scalars(select(OfficeEvent).order_by(OfficeEvent.id)).all()
        assert [(each.action, each.subject, each.subject_id, each.changes[0]["after"]) for each in told] == [
            ("subject_exported", "person", None, "1"),
            ("subject_exported", "person", None, "0"),
        ]


def test_it_tells_who_looked_by_role_and_unit_and_never_by_name(db: Database, here: Flask) -> None:
    unit = make_unit(db, "Vei og park")
    reference = add(db, SENDER, unit_id=unit)
    reader = make_account(db, "leser@asker.example", name="Lise Leser", roles=((Role.HANDLER, unit),))
    with db.writing() as session:
        look = {"at": NOW, "action": "opened", "door": "web", "subject": "case", "reference": reference}
        session.add(AccessEntry(**look, account_id=reader))
    done = run(here, *OLA)
    (case,) = json.loads(done.stdout)["cases"]
    assert case["looked_at"][0]["roles"] == [{"role": "handler", "unit": "Vei og park"}]
    assert case["history"][0]["changes"] == [{"field": "handler", "before": None, "after": None}]
    for staff in ("Lise Leser", "leser@asker.example", "kari.behandler@asker.example"):
        assert staff not in done.stdout


def test_what_was_erased_is_not_found_and_what_is_left_says_so(db: Database, here: Flask) -> None:
    fill(db, answered_on=TODAY - timedelta(days=3 * 366))
    dispose(db)
    found = exported(here, *OLA)
    assert [relation for _, relation, _ in relations(found)] == ["mentioned"]  # by the note, which is kept longer
    assert [each["type"] for each in found["cases"][0]["erased"]] == ["sender"]
    dispose(db, today=TODAY + timedelta(days=4 * 366))
    assert run(here, *OLA).exit_code == 1


def test_the_page_is_readable_on_its_own_and_safe(db: Database, here: Flask, tmp_path: Path) -> None:
    wicked = "<script>alert(1)</script> & \"'"
    add(db, SENDER | {"subject": wicked, "text": f"{wicked}\nlinje to"}, texts={"note": wicked})
    add(db, OTHER | {"text": "Ola Hansen var der"})
    target = tmp_path / "innsyn.html"
    done = run(here, *OLA, "--format", "html", "--output", str(target))
    assert (done.exit_code, done.stdout) == (0, "")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    text = target.read_text(encoding="utf-8")
    parser = html5lib.HTMLParser(namespaceHTMLElements=False, strict=True)
    root = parser.parse(text)
    assert root.get("lang") == "nb"
    assert not list(root.iter("script"))
    assert not [each for each in root.iter() if each.get("src") or each.get("href")]
    assert "default-src 'none'" in text
    assert "opplysninger om andre" in text
    assert "Henvendelser fra deg" in text
    assert "Andre henvendelser der du er nevnt" in text
    assert "Kari Nordmann" not in text
    read = "".join(root.itertext())
    assert wicked in read


def test_the_page_is_in_the_language_of_the_installation(db: Database, tmp_path: Path) -> None:
    add(db, SENDER | {"subject": "Lys"})
    settings = {"DIALOGEN_DATA_DIR": str(tmp_path), "DIALOGEN_DATABASE_URL": db.url, "DIALOGEN_LOCALE": "nn_NO"}
    done = run(create_app(Config.from_env(settings), db=db, post=ShowingPost()), *OLA, "--format", "html")
    assert '<html lang="nn">' in done.stdout
    assert "Førespurnader frå deg" in done.stdout


def test_a_file_that_cannot_be_written_is_refused_in_one_line(db: Database, here: Flask, tmp_path: Path) -> None:
    fill(db)
    done = run(here, *OLA, "--output", str(tmp_path / "nowhere" / "innsyn.json"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "there is no folder" in done.stderr
    assert "Hansen" not in done.stderr


def test_a_case_that_is_still_open_is_exported_too(db: Database, here: Flask) -> None:
    fill(db, answered_on=None)
    (case,) = exported(here, *OLA)["cases"]
    assert (case["answered_on"], case["kept_until"]) == (None, {"sender": None, "content": None, "notes": None})


def test_days_and_instants_are_those_of_the_case(db: Database, here: Flask) -> None:
    reference = add(db, SENDER)
    with db.writing() as session:
        case = session.scalars(select(Case).where(Case.reference == reference)).one()
        days = (case.received_on.isoformat(), case.answered_on and case.answered_on.isoformat())
    (case_told,) = exported(here, *OLA)["cases"]
    assert (case_told["received_on"], case_told["answered_on"]) == days
    assert case_told["history"][0]["at"] == "2026-02-11T05:30:00Z"
    assert datetime.fromisoformat(case_told["history"][0]["at"]).astimezone(ZoneInfo("UTC")) == NOW
