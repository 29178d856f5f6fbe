"""After disposal: every figure is what it was, and nothing that was erased comes in again by any door."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role, Standing
from dialogen.domain.case_changes import CaseChanges, CaseFilter, Sender
from dialogen.domain.errors import WrongState
from dialogen.domain.reports import Breakdown, YearlyReport
from dialogen.services import case_lists, cases, report_formats, reports
from dialogen.services.case_changes import change_case
from dialogen.services.case_views import tell_story
from tests.factories import TODAY, make_account, standing
from tests.importing import Importer
from tests.many_cases import add_asker_2014, add_boston_2015
from tests.services.desk import deed, events_of, reference_of
from tests.shelf import dispose, fill, fill_every_case, personal_values

FORMATS: dict[str, Callable[[YearlyReport], str]] = {
    "text": lambda figure: report_formats.report_text(figure, "Asker kommune"),
    "json": report_formats.report_json_text,
    "csv": report_formats.report_csv,
    "csv-excel": lambda figure: report_formats.report_csv(figure, excel=True),
}
HEADERS = "referanse;mottatt;besvart;emne\n"
LAMP = "A-1;01.03.2019;05.03.2019;Gatelys ute\n"


def figures(db: Database) -> Iterator[tuple[str, str]]:
    """Yield the whole report of several years and days, in all breakdowns and formats."""
    for year in (2014, 2015, 2016):
        for as_of in (None, date(year, 7, 1), date(year + 1, 1, 15)):
            for by in (None, *Breakdown):
                figure = reports.yearly_report(db, year=year, as_of=as_of, today=TODAY, by=by)
                for name, written in FORMATS.items():
                    yield f"{year} {as_of} {by} {name}", written(figure)


def test_the_statistic_is_equal_to_the_last_digit(db: Database) -> None:
    add_asker_2014(db)
    add_boston_2015(db)
    number = fill_every_case(db)
    before = dict(figures(db))
    assert '"percent": "99.34"' in before["2014 2015-01-15 None json"]
    result = dispose(db)
    assert result.disposed > number, "many of the cases are closed"
    after = dict(figures(db))
    assert {name for name in before if after[name] != before[name]} == set()


@pytest.fixture
def manager(db: Database) -> Standing:
    return standing(make_account(db, roles=((Role.MANAGER, "*"),)), (Role.MANAGER, "*"))


@pytest.fixture
def imported(db: Database, tmp_path: Path) -> Importer:
    """An imported case whose personal data were erased."""
    importer = Importer(db, tmp_path)
    importer(HEADERS + LAMP)
    assert dispose(db).disposed == 1
    return importer


def test_the_same_file_again_changes_nothing(db: Database, imported: Importer) -> None:
    case_id = imported.case().id
    for subject in ("Gatelys ute", "Et annet emne", ""):
        assert imported(HEADERS + LAMP.replace("Gatelys ute", subject)) == (0, 0, 1, 0)
        assert personal_values(db, [case_id]) == []


def test_another_date_in_the_file_still_corrects_the_case_but_not_its_subject(db: Database, imported: Importer) -> None:
    changed = LAMP.replace("05.03.2019", "06.03.2019").replace("Gatelys", "Lyset")
    assert imported(HEADERS + changed) == (0, 1, 0, 0)
    assert imported.case().answered_on == date(2019, 3, 6)
    assert personal_values(db, [imported.case().id]) == []
    assert imported(HEADERS + changed) == (0, 0, 1, 0)
    story = events_of(db, imported.case().id)
    assert [action for action, _ in story] == ["registered", "disposed", "corrected"]


@pytest.mark.parametrize(
    "changes",
    [
        CaseChanges(subject="Gatelys"),
        CaseChanges(text="Det er mørkt"),
        CaseChanges(sender=Sender(name="Ola Hansen")),
        CaseChanges(sender=Sender(email="ola@asker.example")),
        CaseChanges(sender=Sender(phone="90012345")),
        CaseChanges(kind=None, subject="Gatelys"),
    ],
)
def test_a_correction_cannot_put_it_in_again(db: Database, manager: Standing, changes: CaseChanges) -> None:
    case_id = fill(db)
    dispose(db)
    reference = reference_of(db, case_id)
    with pytest.raises(WrongState, match="disposed of after its retention time"):
        change_case(db, reference=reference, changes=changes, reason=None, deed=deed(manager))
    assert personal_values(db, [case_id]) == []


def test_what_is_not_personal_can_still_be_corrected(db: Database, manager: Standing) -> None:
    case_id = fill(db)
    dispose(db)
    changes = CaseChanges(subject=None, text=None, sender=Sender(), kind="question")
    view = change_case(db, reference=reference_of(db, case_id), changes=changes, reason=None, deed=deed(manager))
    assert view.kind is not None
    assert view.kind.word == "question"


def test_what_is_left_can_be_corrected_while_the_rest_is_gone(db: Database, manager: Standing) -> None:
    case_id = fill(db, answered_on=TODAY - timedelta(days=3 * 366))
    dispose(db)
    reference = reference_of(db, case_id)
    change_case(db, reference=reference, changes=CaseChanges(subject="Nytt emne"), reason=None, deed=deed(manager))
    assert "Nytt emne" in personal_values(db, [case_id])
    sender = CaseChanges(sender=Sender(name="Ola"))
    with pytest.raises(WrongState, match="sender"):
        change_case(db, reference=reference, changes=sender, reason=None, deed=deed(manager))


def test_a_new_note_is_kept_for_its_own_time_and_then_goes_too(db: Database, manager: Standing) -> None:
    case_id = fill(db)
    dispose(db)
    cases.note_case(db, reference=reference_of(db, case_id), note="Ringte igjen", deed=deed(manager))
    assert personal_values(db, [case_id]) == ["Ringte igjen"]
    dispose(db, today=TODAY + timedelta(days=6 * 366))
    assert personal_values(db, [case_id]) == []


@pytest.mark.parametrize("word", ["gatelys", "hansen", "mørkt", "ola.hansen@asker.example"])
def test_a_search_finds_it_no_more(db: Database, manager: Standing, word: str) -> None:
    fill(db)

    def found() -> int:
        return len(case_lists.list_cases(db, wanted=CaseFilter(q=word), by=manager, today=TODAY).cases)

    assert found() == 1
    dispose(db)
    assert found() == 0


def test_the_story_of_a_case_tells_that_it_was_erased_and_by_whom(db: Database, manager: Standing) -> None:
    case_id = fill(db)
    dispose(db)
    story = tell_story(db, reference=reference_of(db, case_id), by=manager, today=TODAY)
    assert story.case.personal is not None
    assert (story.case.personal.sender_erased, story.case.personal.content_erased) == (True, True)
    last = story.history[-1]
    assert (last.action.value, last.door.value, last.by) == ("disposed", "command_line", None)
    assert [each.after for each in last.changes] == ["sender", "content", "notes"]
    assert all(entry.reason is None and entry.note is None and entry.earlier == {} for entry in story.history)
