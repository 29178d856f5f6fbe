"""By what two cases look like one matter."""

from datetime import date, timedelta

import pytest

from dialogen.domain.likeness import WITHIN, Mark, marks_of, subject_key, window


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mørk gangvei", "  mørk   GANGVEI. "),
        ("Mørk gangvei", "Re: SV: Mørk gangvei"),
        ("Mørk gangvei", "VS: Re[2]: Mørk gangvei?"),
        ("Blåbær", "Bla\u030abær"),
    ],
)
def test_a_subject_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert marks_of(email=None, phone=None, subject=one) == marks_of(email=None, phone=None, subject=other)


def test_an_answer_to_nothing_is_no_subject() -> None:
    assert subject_key("Re: ") == ""
    assert marks_of(email=" ", phone="110", subject="Re: ?!") == {}


def test_a_sender_is_the_same_however_they_are_written() -> None:
    one = marks_of(email="Ola@Asker.example", phone="+47 99 88 77 66", subject=None)
    assert one == marks_of(email=" ola@asker.example ", phone="99887766", subject="")
    assert set(one) == {Mark.EMAIL, Mark.PHONE}


def test_a_mark_tells_nothing_and_no_two_kinds_are_the_same() -> None:
    marks = marks_of(email="99887766", phone="99887766", subject="99887766")
    assert len(set(marks.values())) == 3
    assert not any("9988" in key for key in marks.values())


def test_thirty_days_are_counted_both_ways() -> None:
    day = date(2026, 2, 11)
    assert window(day) == (date(2026, 1, 12), date(2026, 3, 13))
    assert window(date.max) == (date.max - WITHIN, date.max)
    assert timedelta(days=30) == WITHIN
