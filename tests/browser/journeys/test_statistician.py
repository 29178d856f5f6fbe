"""The ten commonest journeys of a statistician."""

from datetime import timedelta
from pathlib import Path

from dialogen.domain.accounts import Role
from tests.browser.journeys.conftest import PASSWORD, Town
from tests.browser.journeys.walker import Walker
from tests.factories import PERSONAL, TODAY

TURN = 12
YEAR = TODAY.year
LATE = TODAY - timedelta(days=40)


def test_signs_in_and_reads_the_figure_of_the_year(town: Town) -> None:
    stian = town.comes((Role.STATISTICIAN, "*"), name="Stian Prøve", signed_in=False)
    town.case(received_on=LATE, answered_on=LATE + timedelta(days=3))
    stian.sign_in(town.give_password(stian))
    stian.follow("Årsrapport")
    stian.heading("MV.1.1 for %(year)s", year=YEAR)
    stian.reads("Besvart innen fristen")


def test_compares_units(town: Town, statistician: Walker) -> None:
    town.case(received_on=LATE, answered_on=LATE)
    statistician.go(f"/reports/mv-1.1/{YEAR}")
    statistician.follow("Etter %(by)s", by=statistician.say("virksomhet"))
    statistician.sees(town.unit_name)


def test_looks_at_the_months(town: Town, statistician: Walker) -> None:
    town.case(received_on=TODAY.replace(day=1))
    statistician.go(f"/reports/mv-1.1/{YEAR}")
    statistician.follow("Etter %(by)s", by=statistician.say("måned"))
    statistician.page.get_by_role("table").last.get_by_role("row").nth(1).wait_for()


def test_asks_what_the_figure_was_on_an_earlier_day(town: Town, statistician: Walker) -> None:
    statistician.go(f"/reports/mv-1.1/{YEAR}")
    statistician.write("Per dato", "31.01.2026")
    statistician.press("Vis")
    statistician.heading("MV.1.1 for %(year)s", year=YEAR)
    assert "2026-01-31" in statistician.page.url or "31.01.2026" in statistician.page.url


def test_takes_the_figures_along_as_a_file(town: Town, statistician: Walker, tmp_path: Path) -> None:
    statistician.go(f"/reports/mv-1.1/{YEAR}")
    with statistician.page.expect_download() as handed_over:
        statistician.page.locator("main a[href*='/csv']").first.click()
    handed_over.value.save_as(tmp_path / "figures.csv")
    assert (tmp_path / "figures.csv").read_bytes()


def test_goes_back_to_the_year_before(town: Town, statistician: Walker) -> None:
    statistician.go(f"/reports/mv-1.1/{YEAR}")
    statistician.page.get_by_role("link", name=str(YEAR - 1)).first.click()
    statistician.heading("MV.1.1 for %(year)s", year=YEAR - 1)


def test_looks_at_a_late_case_without_learning_who_wrote(town: Town, statistician: Walker) -> None:
    reference = town.case(received_on=LATE, subject="Hull i veien")
    statistician.go("/cases?state=overdue")
    statistician.page.get_by_role("link", name=reference).first.click()
    statistician.heading_is(reference)
    statistician.reads("Vises ikke for din rolle")
    assert PERSONAL["sender_name"] not in statistician.page.content()
    assert "Hull i veien" not in statistician.page.content()


def test_approves_a_change_of_the_figure(town: Town, statistician: Walker) -> None:
    reference = town.propose_exclusion()
    statistician.go("/cases/pending")
    statistician.page.get_by_role("link", name=reference).click()
    statistician.press("Godkjenn")
    statistician.told("Endringen er godkjent og gjelder fra nå.")
    assert town.kept(reference).exclusion is not None


def test_makes_a_token_for_a_program(town: Town, statistician: Walker) -> None:
    town.give_password(statistician)
    statistician.go("/account")
    statistician.follow("Programnøkler")
    statistician.write("Hva nøkkelen skal brukes til", "Regnearket")
    statistician.field("Hente årsrapporten og måltall").check()
    statistician.write("Passordet ditt", PASSWORD)
    statistician.press("Lag nøkkel")
    statistician.page.locator("code", has_text="dlg_").wait_for()


def test_chooses_another_language(town: Town, statistician: Walker) -> None:
    statistician.go("/account")
    statistician.follow("Bytt språk")
    statistician.choose("Språk", "nn")
    statistician.press("Lagre")
    statistician.page.locator("html[lang='nn']").wait_for()
