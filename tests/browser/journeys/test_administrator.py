"""The commonest journeys of an administrator."""

from sqlalchemy import select

from dialogen.database.models import Account
from dialogen.domain.accounts import Role
from tests.browser.journeys.conftest import Town
from tests.browser.journeys.walker import Walker
from tests.factories import make_account, make_disposal_list

TURN = 18


def test_signs_in_and_finds_the_setup(town: Town) -> None:
    anne = town.comes((Role.ADMIN, "*"), name="Anne Prøve", signed_in=False)
    anne.sign_in(town.give_password(anne))
    anne.follow("Oppsett")
    anne.heading("Kom i gang")
    anne.go("/admin/units")
    anne.sees(town.unit_name)


def test_adds_a_unit_and_gives_it_an_address(town: Town, administrator: Walker) -> None:
    name = f"Havn og kai {town.unit}"
    administrator.go("/admin/units")
    administrator.write("Navn", name)
    administrator.press("Legg til")
    administrator.told("Virksomheten %(name)s er lagt til.", name=name)
    administrator.follow("Endre %(name)s", name=name)
    administrator.write("E-post", "havn@asker.example")
    administrator.press("Lagre")
    administrator.told("Virksomheten er endret.")
    administrator.sees("havn@asker.example")


def test_lets_a_new_person_in(town: Town, administrator: Walker) -> None:
    email = f"ny{town.unit}@asker.example"
    administrator.go("/admin/people")
    administrator.follow("Ny person")
    administrator.write("Navn", "Nina Prøve")
    administrator.write("E-post", email)
    administrator.choose("Rolle", "handler")
    administrator.choose("Virksomhet", str(town.unit))
    administrator.press("Legg til")
    administrator.heading("Lenke til %(name)s", name="Nina Prøve")
    link = administrator.page.locator("code", has_text="/sign-in/link/").inner_text()
    nina = town.comes(name="Nina Prøve", signed_in=False)
    nina.go(link[link.index("/sign-in") :])
    nina.write("Nytt passord", "gul traktor over fjorden")
    nina.page.get_by_role("main").get_by_role("button").first.click()
    nina.button("Logg ut").wait_for()


def test_gives_and_takes_a_role(town: Town, administrator: Walker) -> None:
    person = make_account(town.db, name="Ola Eksempel", roles=((Role.HANDLER, town.unit),))
    administrator.go(f"/admin/people/{person}")
    administrator.choose("Rolle", "manager")
    administrator.choose("Virksomhet", str(town.unit))
    administrator.press("Gi rollen")
    administrator.page.get_by_role("status").first.wait_for()
    role = administrator.say("Saksbehandler")
    administrator.press("Ta bort %(role)s, %(place)s", role=role, place=town.unit_name)
    administrator.page.get_by_role("status").first.wait_for()
    with town.db.reading() as session:
        account = session.scalars(select(Account).filter_by(id=person)).one()
        assert [each.role for each in account.memberships] == [Role.MANAGER]


def test_shuts_an_account_and_opens_it_again(town: Town, administrator: Walker) -> None:
    person = make_account(town.db, name="Ola Eksempel", roles=((Role.HANDLER, town.unit),))
    administrator.go(f"/admin/people/{person}")
    administrator.press("Steng kontoen")
    administrator.told("Kontoen er stengt.")
    administrator.press("Åpne kontoen")
    administrator.told("Kontoen er åpnet igjen.")


def test_adds_a_kind_and_takes_it_out_of_use(town: Town, administrator: Walker) -> None:
    name = f"Klage på støy {town.unit}"
    administrator.go("/admin/kinds")
    administrator.write("Navn", name)
    administrator.press("Legg til")
    administrator.page.get_by_role("status").first.wait_for()
    administrator.follow("Endre %(name)s", name=name)
    administrator.field("I bruk").uncheck()
    administrator.press("Lagre")
    administrator.page.get_by_role("status").first.wait_for()


def test_announces_a_new_deadline_rule(town: Town, administrator: Walker) -> None:
    administrator.go("/admin/rules")
    administrator.write("Gjelder fra", f"01.01.{2027 + town.unit}")
    administrator.write("Kalenderdager", "21")
    administrator.press("Legg til")
    administrator.page.get_by_role("status").first.wait_for()
    administrator.page.get_by_role("cell", name="21").first.wait_for()


def test_closes_the_office_for_a_day(town: Town, administrator: Walker) -> None:
    administrator.go("/admin/closed-days")
    administrator.write("Dato", "24.12.2026")
    administrator.write("Navn på dagen", "Julaften")
    administrator.press("Legg til")
    administrator.page.get_by_role("status").first.wait_for()
    administrator.sees("Julaften")
    administrator.page.get_by_role("row").filter(has_text="Julaften").get_by_role("button").click()
    administrator.page.get_by_role("status").first.wait_for()
    administrator.misses("Julaften")


def test_approves_what_has_lain_its_time(town: Town, administrator: Walker) -> None:
    number = make_disposal_list(town.db)
    administrator.go("/admin/retention")
    administrator.follow("Liste %(number)s", number=number)
    administrator.heading("Liste %(number)s", number=number)
    administrator.choose("Vurdering for arkivet", "archived")
    administrator.press("Godkjenn listen")
    administrator.sees(administrator.name)


def test_reads_who_has_looked_at_what(town: Town, administrator: Walker) -> None:
    reference = town.case()
    administrator.open_case(reference)
    administrator.go("/admin/access")
    administrator.write("Referanse", reference)
    administrator.press("Vis")
    administrator.page.get_by_role("cell").filter(has_text=reference).first.wait_for()


def test_imports_a_list_from_another_system(town: Town, administrator: Walker) -> None:
    rows = f"Saksnr;Mottatt dato;Emne\nA{town.unit};02.02.2026;Hull i veien\nB{town.unit};03.02.2026;Mørk vei\n"
    file = {"name": "liste.csv", "mimeType": "text/csv", "buffer": rows.encode("cp1252")}
    administrator.go("/admin/import")
    administrator.page.locator("input[type=file]").set_input_files([file])  # type: ignore[arg-type]
    administrator.press("Last opp")
    administrator.heading("Kolonnene i %(name)s", name="liste.csv")
    administrator.choose("Referanse", "Saksnr")
    administrator.choose("Mottatt", "Mottatt dato")
    administrator.press("Gå videre")
    administrator.button("Stopp jobben").wait_for()
    town.works_off()
    administrator.page.reload()
    administrator.reads("Slik blir importen")
    administrator.press("Importer nå")
    administrator.button("Stopp jobben").wait_for()
    town.works_off()
    administrator.page.reload()
    administrator.reads("Filen er importert.")
