"""The yearly figure for its readers: known years recomputed, days that cut them, and who sees which groups."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from dialogen.database.engine import Database
from dialogen.database.models import ClosedDay, DeadlineRuleRow, Kind
from dialogen.domain.accounts import Role, Standing
from dialogen.domain.cases import ExclusionReason
from dialogen.domain.deadlines import Roll
from dialogen.domain.errors import InvalidInput, NotAllowed
from dialogen.domain.reports import Band, Breakdown, Status, YearlyReport
from dialogen.services import report_formats, reports
from tests.factories import NOW, TODAY, make_unit, standing
from tests.many_cases import DATA, add_asker_2014, add_boston_2015, add_cases

A_DAY = date(2025, 3, 3)
DUE = A_DAY + timedelta(days=14)


def _report(
    db: Database,
    year: int = 2025,
    *,
    as_of: date | None = None,
    by: Breakdown | None = None,
    reader: Standing | None = None,
) -> YearlyReport:
    return reports.yearly_report(db, year=year, as_of=as_of, today=TODAY, by=by, reader=reader)


def _expected(name: str) -> dict[str, Any]:
    (report,) = (
        each for each in json.loads((DATA / f"{name}.expected.json").read_text("utf-8")).values() if type(each) is dict
    )
    return dict(report)


def _labels(report: YearlyReport) -> list[str]:
    return [group.label for group in report.breakdown]


def _keys(report: YearlyReport) -> list[str]:
    return [group.key for group in report.breakdown]


def test_asker_2014_gives_the_published_figure(db: Database) -> None:
    add_asker_2014(db)
    expected = _expected("asker-dialogen-2014")
    shown = report_formats.report_json(_report(db, 2014, as_of=date(2015, 1, 15)))
    assert {key: shown[key] for key in expected} == expected
    assert shown["rules"] == [{"version": 1, "days": 14, "roll": "none", "cases": 152}]


def test_asker_2014_is_preliminary_until_the_last_deadline_is_past(db: Database) -> None:
    add_asker_2014(db)
    early = _report(db, 2014, as_of=date(2015, 1, 14))
    assert early.status is Status.PRELIMINARY
    assert (early.tally.matured, early.tally.safe_already) == (151, 1)


def test_boston_2015_gives_what_a_separate_script_computed(db: Database) -> None:
    add_boston_2015(db)
    expected = _expected("boston311-2015-comments")
    shown = report_formats.report_json(_report(db, 2015, as_of=date(2016, 2, 1)))
    del expected["rows"], expected["rejected"], expected["imported"]
    assert {key: shown[key] for key in expected} == expected
    # the same figures as of a day in the year: answers after it are not known yet
    cut = _report(db, 2015, as_of=date(2015, 12, 20), by=Breakdown.MONTH)
    december = cut.breakdown[-1].tally
    assert (december.received, december.safe_already, december.open_overdue) == (112, 29, 10)


def test_the_day_is_today_unless_another_is_named(db: Database) -> None:
    assert _report(db).as_of == TODAY
    assert _report(db, as_of=A_DAY).as_of == A_DAY


def test_a_year_without_cases_has_no_percentage_and_no_band(db: Database) -> None:
    report = _report(db, 1999, by=Breakdown.UNIT)
    assert (report.tally.percent, report.tally.band, report.tally.interval) == (None, None, None)
    assert (report.rules, report.breakdown, report.status) == ((), (), Status.FINAL)


@pytest.mark.parametrize("as_of", [date.min, date(2024, 12, 31)])
def test_before_the_year_there_is_nothing_yet(db: Database, as_of: date) -> None:
    add_cases(db, [{"received_on": date(2025, 1, 1)}])
    report = _report(db, as_of=as_of)
    assert (report.tally.received, report.status) == (0, Status.PRELIMINARY)


@pytest.mark.parametrize(("year", "as_of"), [(1899, None), (2101, None), (2025, TODAY + timedelta(days=1))])
def test_a_year_or_a_day_that_cannot_be_is_refused(db: Database, year: int, as_of: date | None) -> None:
    with pytest.raises(InvalidInput):
        _report(db, year, as_of=as_of)


def test_extensions_stand_beside_the_headline_and_exclusions_outside_it(db: Database) -> None:
    late = {"received_on": A_DAY, "answered_on": DUE + timedelta(days=3)}
    add_cases(
        db,
        [
            {"received_on": A_DAY, "answered_on": DUE},
            late,
            late | {"extended_to": DUE + timedelta(days=3)},
            late | {"exclusion": "withdrawn"},
            late | {"stream": "internal"},
        ],
    )
    tally = _report(db).tally
    assert (tally.on_time, tally.late, tally.on_time_with_extensions, tally.matured) == (1, 2, 2, 3)
    assert tally.excluded == {ExclusionReason.WITHDRAWN: 1}


def _add_rule(db: Database, version: int, valid_from: date, days: int, roll: Roll) -> None:
    row = {"version": version, "valid_from": valid_from, "days": days, "roll": roll, "created_at": NOW}
    with db.writing() as session:
        session.execute(insert(DeadlineRuleRow), [row])


def test_only_the_rules_that_the_years_cases_have_are_told(db: Database) -> None:
    _add_rule(db, 2, date(2025, 7, 1), 10, Roll.NEXT_WORKING_DAY)
    _add_rule(db, 3, date(2026, 1, 1), 7, Roll.NONE)
    add_cases(db, [{"received_on": A_DAY}, {"received_on": date(2025, 8, 1), "rule_version": 2}])
    add_cases(db, [{"received_on": date(2025, 9, 1), "rule_version": 2}])
    shown = report_formats.report_json(_report(db))
    assert shown["rules"] == [
        {"version": 1, "days": 14, "roll": "none", "cases": 1},
        {"version": 2, "days": 10, "roll": "next_working_day", "cases": 2},
    ]


def test_a_year_is_final_after_its_last_deadline_by_the_offices_own_calendar(db: Database) -> None:
    _add_rule(db, 2, date(2025, 1, 1), 14, Roll.NEXT_WORKING_DAY)
    wednesday = date(2026, 1, 14)  # 31 December and 14 days
    assert _report(db, as_of=wednesday).status is Status.PRELIMINARY
    assert _report(db, as_of=wednesday + timedelta(days=1)).status is Status.FINAL
    with db.writing() as session:
        session.add(ClosedDay(day=wednesday, name="Plandag"))
    assert _report(db, as_of=wednesday + timedelta(days=1)).status is Status.PRELIMINARY
    assert _report(db, as_of=wednesday + timedelta(days=2)).status is Status.FINAL


@pytest.mark.parametrize("by", Breakdown)
def test_groups_add_up_to_the_whole(db: Database, by: Breakdown) -> None:
    add_asker_2014(db)
    report = _report(db, 2014, as_of=date(2014, 7, 1), by=by)
    whole, groups = report.tally, [group.tally for group in report.breakdown]
    for count in ("received", "matured", "on_time", "late", "open_overdue", "not_yet_due", "safe_already"):
        assert sum(getattr(group, count) for group in groups) == getattr(whole, count)
    assert sum(sum(group.excluded.values()) for group in groups) == sum(whole.excluded.values())
    assert sum(group.on_time_with_extensions for group in groups) == whole.on_time_with_extensions


def test_units_stand_as_in_a_norwegian_list_and_cases_without_one_last(db: Database) -> None:
    names = ("Ås", "Zoologi", "Ærlighet", "Ørret", "Aas skole", "arkiv", "Barnehage")
    units: list[int | None] = [make_unit(db, name) for name in names]
    add_cases(db, [{"received_on": A_DAY, "unit_id": unit} for unit in (None, *units)])
    report = _report(db, by=Breakdown.UNIT)
    ordered = ["arkiv", "Barnehage", "Zoologi", "Ærlighet", "Ørret", "Ås", "Aas skole"]
    assert _keys(report) == [*ordered, "none"]
    assert _labels(report) == [*ordered, "Ikke plassert"]


def test_kinds_have_their_word_as_key_and_their_name_as_label(db: Database) -> None:
    with db.writing() as session:
        kinds = {kind.word: kind.id for kind in session.query(Kind)}
    add_cases(db, [{"received_on": A_DAY, "kind_id": kind} for kind in (kinds["question"], kinds["suggestion"], None)])
    report = _report(db, by=Breakdown.KIND)
    assert _keys(report) == ["suggestion", "question", "none"]
    assert _labels(report) == ["forslag", "spørsmål", "Uten sakstype"]


def test_months_come_by_date_and_channels_as_listed(db: Database) -> None:
    add_cases(
        db,
        [
            {"received_on": date(2025, 10, 1), "channel": "social"},
            {"received_on": date(2025, 2, 28), "channel": "email"},
            {"received_on": date(2025, 2, 1), "channel": "web"},
        ],
    )
    months, channels = _report(db, by=Breakdown.MONTH), _report(db, by=Breakdown.CHANNEL)
    assert (_keys(months), _labels(months)) == (["2025-02", "2025-10"], ["februar 2025", "oktober 2025"])
    assert (_keys(channels), _labels(channels)) == (["web", "email", "social"], ["nett", "e-post", "sosiale medier"])


def test_a_group_of_excluded_cases_alone_is_listed(db: Database) -> None:
    add_cases(db, [{"received_on": A_DAY, "channel": "phone", "exclusion": "test"}])
    (group,) = _report(db, by=Breakdown.CHANNEL).breakdown
    assert (group.tally.received, group.tally.excluded, group.tally.percent) == (0, {ExclusionReason.TEST: 1}, None)


@pytest.fixture
def two_units(db: Database) -> tuple[int, int]:
    """Two units, one with two cases on time, the other with one overdue; and a case without a unit."""
    kultur, skole = make_unit(db, "Kultur"), make_unit(db, "Skole")
    on_time = {"received_on": A_DAY, "answered_on": DUE, "unit_id": kultur}
    add_cases(db, [on_time, on_time, {"received_on": A_DAY, "unit_id": skole}, {"received_on": A_DAY}])
    return kultur, skole


@pytest.mark.parametrize("role", [Role.HANDLER, Role.MANAGER])
def test_a_unit_sees_its_own_group_beside_the_municipalitys_figure(
    db: Database, two_units: tuple[int, int], role: Role
) -> None:
    kultur, _ = two_units
    report = _report(db, by=Breakdown.UNIT, reader=standing(1, (role, kultur)))
    assert (report.tally.on_time, report.tally.matured, report.tally.band) == (2, 4, Band.NOT_APPROVED)
    assert _labels(report) == ["Kultur"]
    (month,) = _report(db, by=Breakdown.MONTH, reader=standing(1, (role, kultur))).breakdown
    assert month.tally.received == 2


@pytest.mark.parametrize(
    "reader",
    [
        standing(1, (Role.STATISTICIAN, "-")),
        standing(1, (Role.ADMIN, "-")),
        standing(1, (Role.MANAGER, "*")),
        standing(1, (Role.HANDLER, "*")),
    ],
)
@pytest.mark.usefixtures("two_units")
def test_those_who_see_all_see_every_group(db: Database, reader: Standing) -> None:
    assert _labels(_report(db, by=Breakdown.UNIT, reader=reader)) == ["Kultur", "Skole", "Ikke plassert"]


@pytest.mark.usefixtures("two_units")
def test_an_account_without_a_unit_sees_the_figure_but_no_breakdown(db: Database) -> None:
    nobody = standing(1)
    assert _report(db, reader=nobody).tally.matured == 4
    with pytest.raises(NotAllowed):
        _report(db, by=Breakdown.MONTH, reader=nobody)
