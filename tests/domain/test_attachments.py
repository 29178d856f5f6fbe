"""What a file may be called, and which endings go with which content."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogen.domain.attachments import JPEG, NAME_MOST, PDF, TEXT, MediaType, check_name, check_type, clean_name
from dialogen.domain.errors import InvalidInput, Problem


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("rapport.pdf", "rapport.pdf"),
        ("C:\\Users\\ola\\Mine ting\\rapport.pdf", "rapport.pdf"),
        ("../../etc/passwd", "passwd"),
        ("A\u030angstrøm  og\tflere.txt", "Ångstrøm og flere.txt"),
        ("faktura\u202efdp.exe", "fakturafdp.exe"),
        ("a\x00b\r\nc.pdf", "ab c.pdf"),
        ('hva<er>"dette"?.pdf', "hva_er__dette__.pdf"),
        ("CON.txt", "_CON.txt"),
        ("rapport.pdf. . ", "rapport.pdf"),
        (".pdf", "vedlegg.pdf"),
        ("", "vedlegg"),
        ("/", "vedlegg"),
        ("ø" * 400 + ".pdf", "ø" * (NAME_MOST - 4) + ".pdf"),
    ],
)
def test_a_name_is_cleaned(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@given(st.text(max_size=400))
def test_a_clean_name_is_one_that_can_be_stored_sent_and_read(name: str) -> None:
    clean = clean_name(name)
    assert 0 < len(clean) <= NAME_MOST + 1
    assert not set(clean) & set('/\\<>:"|?*')
    assert not [sign for sign in clean if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")]
    assert clean == clean.strip(" ")
    assert unicodedata.is_normalized("NFC", clean) or not unicodedata.is_normalized("NFC", name)


@pytest.mark.parametrize("name", ["faktura.pdf.exe", "faktura.exe.pdf", "a.JS", "bilde.svg", "side.html.txt", "x.lnk"])
def test_an_ending_that_runs_stands_nowhere_in_a_name(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_name(name)
    assert refused.value.problem is Problem.FILE_DANGEROUS


@pytest.mark.parametrize(
    ("name", "found", "problem"),
    [
        ("rapport.pdf", PDF, None),
        ("BILDE.JPEG", JPEG, None),
        ("liste.v2.csv", TEXT, None),
        ("rapport.pdf", JPEG, Problem.FILE_DISAGREES),
        ("rapport", PDF, Problem.FILE_DISAGREES),
        ("rapport.pdf", None, Problem.FILE_NOT_ITS_NAME),
    ],
)
def test_a_name_says_what_the_content_is(name: str, found: MediaType | None, problem: Problem | None) -> None:
    if problem is None:
        assert check_type(name, found) is found
        return
    with pytest.raises(InvalidInput) as refused:
        check_type(name, found)
    assert refused.value.problem is problem
