"""The yearly report as JSON, as CSV for programs and for a Norwegian Excel, and as text in bokmål."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dialogen.domain.cases import Channel, ExclusionReason, Stream
from dialogen.domain.deadlines import FIRST_RULE, DeadlineRule, Roll
from dialogen.domain.reports import Breakdown, GroupTally, Status, Tally, YearlyReport
from dialogen.files import report_words
from dialogen.services import report_formats

ASKER = YearlyReport(
    indicator="MV.1.1",
    year=2014,
    as_of=date(2015, 1, 15),
    status=Status.FINAL,
    stream=Stream.EXTERNAL,
    tally=Tally(
        matured=152,
        on_time=151,
        late=1,
        on_time_with_extensions=152,
        excluded={ExclusionReason.DUPLICATE: 1, ExclusionReason.REGISTERED_IN_ERROR: 2},
        rules={1: 152},
    ),
    rules=(FIRST_RULE,),
)
BY_UNIT = replace(
    ASKER,
    by=Breakdown.UNIT,
    breakdown=(
        GroupTally("Skole", "Skole", Tally(matured=20, on_time=19, late=1, rules={1: 20})),
        GroupTally("none", "Ikke plassert", Tally(not_yet_due=2, excluded={ExclusionReason.SPAM: 1}, rules={1: 2})),
    ),
)
EMPTY = replace(ASKER, tally=Tally(), rules=())


def _text(report: YearlyReport) -> str:
    """The text with ordinary spaces, on one line: where it breaks is not what is tested."""
    return " ".join(report_formats.report_text(report, "Asker kommune").split())


def _rows(report: YearlyReport, *, excel: bool = False) -> list[dict[str, str]]:
    text = report_formats.report_csv(report, excel=excel).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if excel else ","))


# -- JSON


def test_json_is_the_object_of_the_contract() -> None:
    assert json.loads(report_formats.report_json_text(ASKER)) == {
        "indicator": "MV.1.1",
        "year": 2014,
        "as_of": "2015-01-15",
        "status": "final",
        "stream": "external",
        "received": 152,
        "matured": 152,
        "on_time": 151,
        "late": 1,
        "open_overdue": 0,
        "not_yet_due": 0,
        "safe_already": 0,
        "excluded": {"duplicate": 1, "registered_in_error": 2},
        "percent": "99.34",
        "band": "desired",
        "interval": {"low": "96.37", "high": "99.88"},
        "with_extensions": {"on_time": 152, "percent": "100.00"},
        "rules": [{"version": 1, "days": 14, "roll": "none", "cases": 152}],
        "breakdown": [],
    }


def test_json_of_nothing_matured_holds_null_for_every_percentage() -> None:
    shown = report_formats.report_json(EMPTY)
    assert (shown["percent"], shown["band"], shown["interval"]) == (None, None, None)
    assert shown["with_extensions"] == {"on_time": 0, "percent": None}
    assert (shown["excluded"], shown["rules"]) == ({}, [])


def test_json_lists_the_groups_with_all_their_counts() -> None:
    breakdown = json.loads(report_formats.report_json_text(BY_UNIT))["breakdown"]
    assert [(group["key"], group["label"]) for group in breakdown] == [("Skole", "Skole"), ("none", "Ikke plassert")]
    assert breakdown[0]["percent"] == "95.00"
    assert breakdown[0]["interval"] == {"low": "76.39", "high": "99.11"}
    assert breakdown[1]["excluded"] == {"spam": 1}
    assert (breakdown[1]["received"], breakdown[1]["not_yet_due"], breakdown[1]["band"]) == (2, 2, None)


# -- CSV


def test_csv_is_rfc_4180_with_points_and_the_contracts_words() -> None:
    text = report_formats.report_csv(ASKER)
    assert text.startswith("indicator,year,as_of,status,stream,level,key,label,received,matured,on_time,")
    assert text.count("\r\n") == text.count("\n") == 2
    (row,) = _rows(ASKER)
    assert row["percent"] == "99.34"
    assert (row["level"], row["as_of"], row["band"], row["rule_versions"]) == ("all", "2015-01-15", "desired", "1")
    assert (row["interval_low"], row["interval_high"]) == ("96.37", "99.88")
    assert (row["on_time_with_extensions"], row["percent_with_extensions"]) == ("152", "100.00")


def test_csv_has_a_column_for_every_reason_whether_it_occurs_or_not() -> None:
    (row,) = _rows(ASKER)
    counts = {name.removeprefix("excluded_"): number for name, number in row.items() if name.startswith("excluded_")}
    assert counts == {reason.value: "0" for reason in ExclusionReason} | {"duplicate": "1", "registered_in_error": "2"}


def test_csv_has_a_row_for_the_whole_and_one_for_each_group() -> None:
    rows = _rows(BY_UNIT)
    assert [(row["level"], row["key"], row["matured"]) for row in rows] == [
        ("all", "all", "152"),
        ("unit", "Skole", "20"),
        ("unit", "none", "0"),
    ]


def test_csv_leaves_a_percentage_that_is_not_there_empty() -> None:
    for excel in (False, True):
        row = list(_rows(BY_UNIT, excel=excel)[-1].values())
        assert "0" in row
        assert "0.00" not in row
        assert "None" not in row
    assert _rows(EMPTY)[0]["percent"] == ""


def test_csv_for_excel_has_a_mark_semicolons_commas_and_bokmal() -> None:
    assert report_formats.report_csv(BY_UNIT, excel=True).startswith("\ufeffindikator;år;per dato;status;type;")
    whole, skole, _ = _rows(BY_UNIT, excel=True)
    assert (whole["nivå"], whole["navn"], whole["prosent innen frist"]) == ("kommunen", "Hele kommunen", "99,34")
    assert (whole["per dato"], whole["status"], whole["type"]) == ("15.01.2015", "endelig", "ekstern")
    assert (whole["resultat"], whole["holdt utenfor: feilregistrert"]) == ("ønsket resultat", "2")
    assert (skole["nivå"], skole["intervall fra"], skole["intervall til"]) == ("virksomhet", "76,39", "99,11")


@pytest.mark.parametrize("name", ["=1+1", "+47", "-skole", "@asker", "\tskole"])
@pytest.mark.parametrize("excel", [False, True])
def test_a_spreadsheet_does_not_take_a_name_for_a_formula(name: str, excel: bool) -> None:
    report = replace(BY_UNIT, breakdown=(GroupTally(name, name, Tally()),))
    row = _rows(report, excel=excel)[-1]
    assert row["nøkkel" if excel else "key"] == f"'{name}"
    assert row["navn" if excel else "label"] == f"'{name}"


def test_names_with_delimiters_quotes_and_line_breaks_survive() -> None:
    name = 'Plan, bygg; "og"\nnatur'
    report = replace(BY_UNIT, breakdown=(GroupTally(name, name, Tally()),))
    assert _rows(report)[-1]["label"] == name
    assert _rows(report, excel=True)[-1]["navn"] == name


# -- text


def test_the_text_shows_the_figure_its_band_and_the_day() -> None:
    text = report_formats.report_text(ASKER, "Asker kommune")
    assert "99,34\N{NO-BREAK SPACE}%  ønsket resultat\n" in text
    assert text.startswith("MV.1.1 Oppfølging av henvendelser i Asker Dialogen Ekstern iht. frist\nAsker kommune, 2014")
    assert "per 15. januar 2015" in text
    assert "Endelig tall" in text


@pytest.mark.parametrize(
    ("on_time", "words"),
    [(95, "ønsket resultat"), (94, "laveste aksepterte resultat"), (84, "ikke godkjent resultat")],
)
def test_the_text_says_the_band_in_words(on_time: int, words: str) -> None:
    report = replace(ASKER, tally=Tally(matured=100, on_time=on_time, late=100 - on_time, rules={1: 100}))
    assert f"{on_time},00 % {words} " in _text(report)


def test_the_text_tells_every_count_beside_the_figure() -> None:
    tally = Tally(
        matured=1210,
        on_time=1200,
        late=7,
        open_overdue=3,
        not_yet_due=5,
        safe_already=19,
        on_time_with_extensions=1204,
        excluded={ExclusionReason.DUPLICATE: 4, ExclusionReason.OTHER_AUTHORITY: 2},
        rules={1: 1000, 2: 234},
    )
    rules = (FIRST_RULE, DeadlineRule(2, date(2014, 9, 1), 10, Roll.NEXT_WORKING_DAY))
    text = _text(replace(ASKER, tally=tally, rules=rules, status=Status.PRELIMINARY))
    for sentence in (
        "Foreløpig tall",
        "1 234 mottatt i 2014 og tatt med i statistikken.",
        "1 210 av dem har hatt fristen sin.",
        "1 200 er besvart innen fristen.",
        "7 er besvart etter fristen.",
        "3 er ikke besvart, og fristen er ute.",
        "5 er ikke besvart, men fristen er ikke ute. Teller ikke ennå.",
        "19 er besvart før fristen er ute. Teller ikke ennå.",
        "6 holdt utenfor statistikken.",
        "4 duplikat",
        "2 annen myndighet",
        "99,50 % (1 204 av 1 210)",
        "besvart innen fristen / har hatt fristen = 1 200 / 1 210 = 99,17 %",
        "Regelversjon 1: 14 dager, en frist i en helg eller på en helligdag flyttes ikke. Gjelder 1 000 henvendelser.",
        "Regelversjon 2: 10 dager, en frist i en helg eller på en helligdag flyttes til neste virkedag. Gjelder 234 henvendelser.",
        "Wilsons 95 %-intervall: 98,49–99,55 %.",
        "har ingen utvalgsfeil",
    ):
        assert sentence in text


def test_the_text_of_nothing_matured_says_so_in_words() -> None:
    text = _text(EMPTY)
    assert "per 15. januar 2015 ingen henvendelser Endelig tall" in text
    assert "0 / 0: ingen henvendelser" in text
    assert "0,00" not in text
    assert "100" not in text


def test_the_text_does_not_call_a_year_empty_whose_deadlines_are_ahead() -> None:
    text = _text(replace(ASKER, tally=Tally(not_yet_due=1, safe_already=2, rules={1: 3})))
    assert "per 15. januar 2015 ingen henvendelser har hatt fristen sin ennå Endelig tall" in text
    assert "3 mottatt i 2014" in text


def test_the_text_is_no_wider_than_a_terminal_but_for_its_table() -> None:
    assert max(len(line) for line in report_formats.report_text(ASKER, "Asker kommune").splitlines()) <= 100


def test_the_table_of_groups_is_aligned() -> None:
    lines = report_formats.report_text(BY_UNIT, "Asker kommune").split("Fordelt på virksomhet\n")[1].splitlines()
    assert [line.split()[0] for line in lines] == ["Mottatt", "Skole", "Ikke"]
    assert len({line.index(word) for line, word in zip(lines, ("Resultat", "ønsket", "ingen h"), strict=True)}) == 1
    assert "95,00\N{NO-BREAK SPACE}%" in lines[1]
    assert "76,39–99,11\N{NO-BREAK SPACE}%" in lines[1]
    assert "–" in lines[2]


def test_a_breakdown_without_groups_says_so() -> None:
    assert _text(replace(BY_UNIT, breakdown=())).endswith("Fordelt på virksomhet Ingen henvendelser.")


def test_a_name_cannot_move_the_cursor_of_a_terminal() -> None:
    report = replace(BY_UNIT, breakdown=(GroupTally("x", "Skole\x1b[2J\r\n", Tally()),))
    assert "\x1b" not in report_formats.report_text(report, "Asker kommune")
    assert "\r" not in report_formats.report_text(report, "Asker kommune")


def test_every_word_of_the_closed_lists_has_its_bokmal() -> None:
    assert set(report_words.CHANNELS) == set(Channel)
    assert set(report_words.EXCLUSIONS) == set(ExclusionReason)
    assert set(report_words.ROLLS) == set(Roll)
    assert set(report_words.STATUSES) == set(Status)
    assert set(report_words.BREAKDOWNS) == set(Breakdown)


# -- files


def test_a_report_is_saved_whole_with_its_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "rapport.csv"
    path.write_text("old")
    report_formats.save(path, "æ\r\n")
    assert path.read_bytes() == "æ\r\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_a_report_that_cannot_be_saved_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "rapport.csv"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        report_formats.save(path, "\ud800")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_followed_and_a_device_is_written_to(tmp_path: Path) -> None:
    path, link = tmp_path / "rapport.csv", tmp_path / "siste.csv"
    link.symlink_to(path)
    report_formats.save(link, "x")
    assert link.is_symlink()
    assert path.read_text() == "x"
    report_formats.save(Path("/dev/null"), "x")
    assert Path("/dev/null").is_char_device()
