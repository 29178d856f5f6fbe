"""The words of a letter: what a line says of a case, what the subject counts, and how the letter ends."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest

from dialogen.domain.languages import Language
from dialogen.domain.staleness import Silence
from dialogen.mail.letters import LetterLine, LetterText, deadline_words, deadlines_letter, new_password_letter
from tests.factories import TODAY

LINE = LetterLine(
    reference="2026-000143",
    external_reference=None,
    unit="Kultur",
    deadline=date(2026, 2, 13),
    original=None,
    should_have_come_on=None,
    link="https://dialogen.asker.example/cases/2026-000143",
)


def a_letter(
    *lines: LetterLine,
    overdue: int = 0,
    due_today: int = 0,
    nearing: int = 0,
    municipality: str = "Asker kommune",
    language: Language = Language.BOKMAL,
    silence: Silence | None = None,
) -> LetterText:
    """Write a letter of the tests' day; without counts every line counts as nearing."""
    counts = (overdue, due_today, nearing) if overdue or due_today or nearing else (0, 0, len(lines))
    return deadlines_letter(
        lines=list(lines),
        overdue=counts[0],
        due_today=counts[1],
        nearing=counts[2],
        today=TODAY,
        list_link="https://dialogen.asker.example/cases",
        municipality=municipality,
        language=language,
        silence=silence,
    )


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str | None] = []

    def handle_data(self, data: str) -> None:
        self.words += data.split()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "style", "img")
        self.links += [value for name, value in attrs if name == "href"]


def words_of_page(letter: LetterText) -> str:
    """Return the HTML text as a reader sees it, in one line."""
    reader = _Words()
    reader.feed(letter.html)
    return " ".join(reader.words).replace(" ,", ",").replace(" .", ".")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            Language.BOKMAL,
            "Det ble ikke sendt varsler fra og med mandag 2. februar 2026 til og med tirsdag 10. februar 2026.",
        ),
        (
            Language.NYNORSK,
            "Det vart ikkje sendt varsel frå og med måndag 2. februar 2026 til og med tysdag 10. februar 2026.",
        ),
        (Language.ENGLISH, "No alerts were sent from Monday 2 February 2026 to Tuesday 10 February 2026."),
    ],
    ids=str,
)
def test_a_silence_before_it_is_told_first(language: Language, words: str) -> None:
    plain = a_letter(LINE, language=language)
    letter = a_letter(LINE, language=language, silence=Silence(date(2026, 2, 2), date(2026, 2, 10)))
    assert letter.subject == plain.subject
    told, *_ = letter.text.split("\n\n", 2)[1:]
    assert told.startswith(words)
    assert letter.text.replace(f"{told}\n\n", "") == plain.text
    assert words in words_of_page(letter)


@pytest.mark.parametrize(
    ("deadline", "words"),
    [
        (date(2026, 2, 16), "frist mandag 16. februar 2026, om 5 dager"),
        (date(2026, 2, 13), "frist fredag 13. februar 2026, om 2 dager"),
        (date(2026, 2, 12), "frist i morgen, torsdag 12. februar 2026"),
        (date(2026, 2, 11), "frist i dag, onsdag 11. februar 2026"),
        (date(2026, 2, 10), "fristen var i går, tirsdag 10. februar 2026"),
        (date(2026, 2, 9), "fristen var mandag 9. februar 2026, for 2 dager siden"),
        (date(2026, 2, 3), "fristen var tirsdag 3. februar 2026, for 8 dager siden"),
        (date(2025, 12, 31), "fristen var onsdag 31. desember 2025, for 42 dager siden"),
        (date(2026, 5, 17), "frist søndag 17. mai 2026, om 95 dager"),
    ],
)
def test_the_words_of_a_deadline_come_from_the_dates(deadline: date, words: str) -> None:
    assert deadline_words(deadline, TODAY) == words
    assert f"Kultur: {words}." in a_letter(replace(LINE, deadline=deadline)).text


def test_a_letter_about_one_case() -> None:
    letter = a_letter(LINE)
    assert letter.subject == "1 henvendelse nærmer seg fristen"
    assert letter.text == (
        "Hei!\n"
        "\n"
        "Denne henvendelsen må følges opp:\n"
        "\n"
        "* 2026-000143, Kultur: frist fredag 13. februar 2026, om 2 dager.\n"
        "  https://dialogen.asker.example/cases/2026-000143\n"
        "\n"
        "Se listen over åpne henvendelser: https://dialogen.asker.example/cases\n"
        "\n"
        "Denne e-posten er sendt automatisk fra Dialogen i Asker kommune, "
        "fordi du skal varsles om frister for henvendelser.\n"
    )


def test_a_letter_about_several_cases_that_tells_of_more_than_it_lists() -> None:
    extended = replace(
        LINE,
        reference="2026-000007",
        external_reference="A-1",
        unit=None,
        deadline=date(2026, 2, 10),
        original=date(2026, 1, 27),
        should_have_come_on=date(2026, 2, 9),
    )
    letter = a_letter(extended, LINE, overdue=1, due_today=2, nearing=11)
    assert letter.subject == "1 henvendelse er over fristen, 2 har frist i dag, 11 nærmer seg fristen"
    assert letter.text.split("\n\n")[1:4] == [
        "Disse 14 henvendelsene må følges opp. De som haster mest, står først:",
        "\n".join(
            [
                "* 2026-000007 (A-1), ikke plassert: fristen var i går, tirsdag 10. februar 2026.",
                "  Fristen er utsatt. Den opprinnelige fristen var tirsdag 27. januar 2026.",
                "  Dette varselet kommer sent. Det skulle vært sendt mandag 9. februar 2026.",
                "  https://dialogen.asker.example/cases/2026-000143",
                "* 2026-000143, Kultur: frist fredag 13. februar 2026, om 2 dager.",
                "  https://dialogen.asker.example/cases/2026-000143",
            ]
        ),
        "I tillegg må 12 henvendelser til følges opp. Se hele listen: https://dialogen.asker.example/cases",
    ]


def test_an_original_deadline_still_ahead_is_told_as_such() -> None:
    letter = a_letter(replace(LINE, original=TODAY + timedelta(days=1)))
    assert "Den opprinnelige fristen er torsdag 12. februar 2026." in letter.text


@pytest.mark.parametrize(
    ("counts", "subject"),
    [
        ((1, 0, 0), "1 henvendelse er over fristen"),
        ((3, 0, 0), "3 henvendelser er over fristen"),
        ((3, 1, 0), "3 henvendelser er over fristen, 1 har frist i dag"),
        ((3, 0, 2), "3 henvendelser er over fristen, 2 nærmer seg fristen"),
        ((0, 1, 0), "1 henvendelse har frist i dag"),
        ((0, 2, 5), "2 henvendelser har frist i dag, 5 nærmer seg fristen"),
        ((0, 0, 2), "2 henvendelser nærmer seg fristen"),
    ],
)
def test_the_subject_counts_the_worst_first(counts: tuple[int, int, int], subject: str) -> None:
    overdue, due_today, nearing = counts
    assert a_letter(LINE, overdue=overdue, due_today=due_today, nearing=nearing).subject == subject


def test_the_page_says_what_the_text_says() -> None:
    lines = [
        LINE,
        replace(LINE, external_reference="A-1", original=date(2026, 1, 27), should_have_come_on=date(2026, 2, 9)),
    ]
    letter = a_letter(*lines, nearing=14)
    page, text = words_of_page(letter), " ".join(re.sub(r"https?://\S+", "", letter.text).replace("* ", "").split())
    assert page.removeprefix("Frister for henvendelser ") == text.replace("listen:", "listen.").replace("  ", " ")


def test_the_page_links_to_each_case_and_to_the_list() -> None:
    reader = _Words()
    reader.feed(a_letter(LINE, replace(LINE, link="https://dialogen.asker.example/cases/2026-000144")).html)
    assert reader.links == [
        "https://dialogen.asker.example/cases/2026-000143",
        "https://dialogen.asker.example/cases/2026-000144",
        "https://dialogen.asker.example/cases",
    ]


def test_names_from_elsewhere_stay_text_and_stay_in_their_line() -> None:
    spoilt = replace(LINE, external_reference="<b>A</b>\n\n* 2026-999999", unit="Plan & bygg\r\n<script>")
    letter = a_letter(spoilt, municipality="Å & Ø kommune")
    assert "(<b>A</b> * 2026-999999), Plan & bygg <script>: frist" in letter.text
    assert "(&lt;b&gt;A&lt;/b&gt; * 2026-999999), Plan &amp; bygg &lt;script&gt;: " in letter.html
    assert "Å &amp; Ø kommune" in letter.html


def test_the_letter_about_a_new_password_brings_the_link_and_nothing_of_anybody() -> None:
    written = new_password_letter(
        link="https://dialogen.asker.example/sign-in/link/abc",
        hours=1,
        municipality="Asker & omegn",
        language=Language.BOKMAL,
    )
    assert written.subject == "Nytt passord i Dialogen"
    assert "\n\nhttps://dialogen.asker.example/sign-in/link/abc\n\n" in written.text
    assert "Lenken virker én gang, og i 1 time." in written.text
    assert "Passordet ditt er det samme som før." in written.text
    assert "Dialogen i Asker & omegn" in written.text
    assert 'href="https://dialogen.asker.example/sign-in/link/abc"' in written.html
    assert "Dialogen i Asker &amp; omegn" in written.html


@pytest.mark.parametrize(
    ("language", "subject", "line", "footer"),
    [
        (
            Language.BOKMAL,
            "1 henvendelse nærmer seg fristen",
            "frist fredag 13. februar 2026, om 2 dager",
            "Denne e-posten",
        ),
        (
            Language.NYNORSK,
            "1 førespurnad nærmar seg fristen",
            "frist fredag 13. februar 2026, om 2 dagar",
            "Denne e-posten",
        ),
        (Language.ENGLISH, "1 inquiry", "Friday 13 February 2026", "This email"),
    ],
)
def test_a_letter_is_written_in_the_language_of_its_reader(
    language: Language, subject: str, line: str, footer: str
) -> None:
    written = a_letter(LINE, language=language)
    assert written.subject.startswith(subject)
    assert line in written.text
    assert line in words_of_page(written)
    assert footer in written.text
    assert f'<html lang="{language}">' in written.html


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.BOKMAL, "Lenken virker én gang, og i 1 time."),
        (Language.NYNORSK, "Lenkja verkar éin gong, og i 1 time."),
        (Language.ENGLISH, "1 hour."),
    ],
)
def test_the_letter_about_a_new_password_is_in_the_language_of_its_reader(language: Language, words: str) -> None:
    link = "https://dialogen.asker.example/sign-in/link/abc"
    written = new_password_letter(link=link, hours=1, municipality="Asker kommune", language=language)
    assert f"\n\n{link}\n\n" in written.text
    assert words in written.text
    assert words in words_of_page(written)
