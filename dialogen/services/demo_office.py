"""The made-up office of the demo: its units, its people, and what its inhabitants write about.

Nothing here is about anybody: names say that they are made up, and addresses lie in a domain that cannot exist.
"""

from dataclasses import dataclass

from dialogen.domain.accounts import Role

ROADS = "Vei og vann"
PARKS = "Park og idrett"
SCHOOLS = "Skole og barnehage"
PLANNING = "Byggesak og plan"
HEALTH = "Helse og omsorg"
SERVICES = "Innbyggertorget"
EVERYWHERE = "*"

#: Units and their own addresses; one has none.
UNITS: dict[str, str | None] = {
    ROADS: "vei-og-vann@asker.example",
    PARKS: "park-og-idrett@asker.example",
    SCHOOLS: "skole-og-barnehage@asker.example",
    PLANNING: "byggesak@asker.example",
    HEALTH: "helse-og-omsorg@asker.example",
    SERVICES: None,
}


@dataclass(frozen=True)
class Person:
    """Somebody who works in the made-up office."""

    email: str
    name: str
    role: Role
    where: tuple[str, ...]

    def is_handler_in(self, unit: str) -> bool:
        """Say whether this person answers inquiries to a unit."""
        return self.role is Role.HANDLER and unit in self.where

    def is_manager_in(self, unit: str) -> bool:
        """Say whether this person leads a unit."""
        return self.role is Role.MANAGER and unit in self.where


PEOPLE = (
    Person("saksbehandler@asker.example", "Kari Prøve", Role.HANDLER, (ROADS,)),
    Person("leder@asker.example", "Lise Prøve", Role.MANAGER, (ROADS,)),
    Person("statistiker@asker.example", "Stian Prøve", Role.STATISTICIAN, (EVERYWHERE,)),
    Person("administrator@asker.example", "Anne Prøve", Role.ADMIN, (EVERYWHERE,)),
    Person("ola.eksempel@asker.example", "Ola Eksempel", Role.HANDLER, (ROADS,)),
    Person("ingrid.eksempel@asker.example", "Ingrid Eksempel", Role.HANDLER, (PARKS, SERVICES)),
    Person("nils.eksempel@asker.example", "Nils Eksempel", Role.HANDLER, (SCHOOLS,)),
    Person("aase.eksempel@asker.example", "Åse Eksempel", Role.HANDLER, (PLANNING,)),
    Person("jonas.eksempel@asker.example", "Jonas Eksempel", Role.HANDLER, (HEALTH,)),
    Person("berit.eksempel@asker.example", "Berit Eksempel", Role.MANAGER, (PARKS, SCHOOLS)),
)

#: Whom a visitor can sign in as, and what the command line says of them.
VISITORS = {
    "saksbehandler@asker.example": f"case handler in {ROADS}",
    "leder@asker.example": f"manager of {ROADS}",
    "statistiker@asker.example": "statistician for all units",
    "administrator@asker.example": "administrator",
}

#: What is written about, by unit: a kind's word and a subject.
SUBJECTS: dict[str, tuple[tuple[str, str], ...]] = {
    ROADS: (
        ("fault_report", "Gatelys er mørkt ved gangveien"),
        ("fault_report", "Hull i veien etter vinteren"),
        ("fault_report", "Kumlokk som slår når biler kjører over"),
        ("fault_report", "Vannlekkasje i fortauet"),
        ("complaint", "Gangveien er ikke brøytet"),
        ("complaint", "Glatt bussholdeplass"),
        ("question", "Når blir veien asfaltert?"),
        ("question", "Hvor dypt ligger vannledningen?"),
        ("suggestion", "Fartshump ved barnehagen"),
        ("suggestion", "Flere sykkelstativ ved stasjonen"),
        ("praise", "Rask brøyting etter snøfallet"),
        ("access_request", "Innsyn i trafikktelling"),
    ),
    PARKS: (
        ("fault_report", "Ødelagt huske på lekeplassen"),
        ("fault_report", "Full søppelkasse på badestranden"),
        ("fault_report", "Tre som har falt over turstien"),
        ("question", "Når åpner skøytebanen?"),
        ("question", "Kan vi leie ballbanen i juni?"),
        ("suggestion", "Benk langs kyststien"),
        ("suggestion", "Lys i akebakken"),
        ("praise", "Fine blomster på torget"),
    ),
    SCHOOLS: (
        ("question", "Plass i barnehage fra høsten"),
        ("question", "Skoleskyss etter flytting"),
        ("question", "Når er planleggingsdagene?"),
        ("complaint", "Svar på søknad om SFO"),
        ("complaint", "Mye støy fra skolegården"),
        ("suggestion", "Leksehjelp på biblioteket"),
        ("praise", "God oppstart for førsteklassingene"),
    ),
    PLANNING: (
        ("question", "Må jeg søke om å bygge levegg?"),
        ("question", "Hvor langt fra naboens grense kan boden stå?"),
        ("complaint", "Nabovarsel som ikke kom fram"),
        ("access_request", "Innsyn i byggesaken i nabolaget"),
        ("access_request", "Kart over regulert friområde"),
        ("fault_report", "Byggeplass uten gjerde"),
    ),
    HEALTH: (
        ("question", "Hvordan søker jeg om trygghetsalarm?"),
        ("question", "Åpningstid på helsestasjonen"),
        ("complaint", "Lang ventetid på telefonen"),
        ("suggestion", "Besøksvenn til eldre"),
        ("praise", "Hyggelig hjemmetjeneste"),
    ),
    SERVICES: (
        ("question", "Hvor leverer jeg hageavfall?"),
        ("question", "Hvordan får jeg e-faktura?"),
        ("question", "Når er det vielser på rådhuset?"),
        ("suggestion", "Lengre åpningstid på torsdager"),
        ("complaint", "Feil på fakturaen"),
        ("fault_report", "Skjemaet på nettsiden virker ikke"),
    ),
}

INTERNAL_SUBJECTS = (
    ("question", "Tilgang til fagsystem for ny kollega"),
    ("question", "Bestilling av møterom"),
    ("fault_report", "Skriveren i andre etasje"),
    ("suggestion", "Felles mal for svarbrev"),
)

TEXT = "Denne henvendelsen er oppdiktet og hører til demoen."
NOTES = (
    "Ringte avsender for å få vite mer.",
    "Har bedt driften om å se på stedet.",
    "Venter på svar fra entreprenøren.",
    "Sjekket i arkivet, ingen tidligere henvendelse om det samme.",
)
INTERIM_NOTE = "Sendte foreløpig svar om når vi regner med å svare."
EXCLUSION_NOTE = "Samme henvendelse kom inn to ganger, og den andre er besvart."
EXTENSION_REASON = "Vi trenger en befaring før vi kan svare."
