"""The type of a file by what it holds; what is locked, has macros or would burst is refused, and nothing is unpacked."""

import struct
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogen.domain import attachments as types
from dialogen.domain.attachments import MediaType
from dialogen.domain.errors import InvalidInput, Problem
from dialogen.files.attachment_types import type_of
from tests.attached import LETTER, OLD_OFFICE, PDF, PNG, office, open_document, packed


def found(folder: Path, content: bytes) -> MediaType | None:
    path = folder / "fil"
    path.write_bytes(content)
    return type_of(path, name="fil")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PDF, types.PDF),
        (PNG, types.PNG),
        (b"\xff\xd8\xff\xe0....JFIF", types.JPEG),
        (b"GIF89a....", types.GIF),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", types.WEBP),
        (b"II*\x00....", types.TIFF),
        (b"\x00\x00\x00\x18ftypheic", types.HEIC),
        (office(), types.DOCX),
        (office("xl/workbook.xml"), types.XLSX),
        (office("ppt/presentation.xml"), types.PPTX),
        (open_document(), types.ODT),
        (open_document("spreadsheet"), types.ODS),
        ("Hei på deg; 1 < 2\r\n".encode(), types.TEXT),
        ("Blåbærsyltetøy".encode("cp1252"), types.TEXT),
        ("\ufeffnavn;tall\nOla;3\n".encode(), types.TEXT),
        (LETTER, types.EMAIL),
        (b"MZ\x90\x00\x03\x00", None),
        (b"\x7fELF\x02\x01", None),
        (b"#!/bin/sh\nrm -rf /\n", None),
        (b"  <!DOCTYPE html><script>alert(1)</script>", None),
        (b"\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"<?php echo 1;", None),
        (b"Tekst\x00med null", None),
        (b"Tekst\x1b[2Jmed tegn som styrer", types.TEXT),
        (b"Tekst\x08\x08", None),
        (packed({"ting.txt": b"x"}), None),
        (b"PK\x03\x04 ikke pakket", None),
    ],
)
def test_the_content_says_the_type(tmp_path: Path, content: bytes, expected: MediaType | None) -> None:
    assert found(tmp_path, content) is expected


@pytest.mark.parametrize(
    "content",
    [
        office(word__vbaProject_bin=b"x"),
        packed(
            {"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml", "word/document.xml": b""}
        ),
        packed({"[Content_Types].xml": b"x", "word/document.xml": b"x"}, locked=True),
        open_document(manifest=b"<manifest:encryption-data/>"),
        open_document(more={"Basic/Standard/script.xml": b"x"}),
    ],
)
def test_what_is_locked_or_has_macros_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        found(tmp_path, content)
    assert refused.value.problem is Problem.FILE_LOCKED


@pytest.mark.parametrize(
    ("name", "problem"),
    [("brev.doc", Problem.FILE_OLD), ("fil", Problem.FILE_OLD), ("Brev.DOCX", Problem.FILE_LOCKED)],
)
def test_an_older_document_is_refused_and_a_newer_one_wrapped_with_a_password(
    tmp_path: Path, name: str, problem: Problem
) -> None:
    (tmp_path / "fil").write_bytes(OLD_OFFICE)
    with pytest.raises(InvalidInput) as refused:
        type_of(tmp_path / "fil", name=name)
    assert refused.value.problem is problem


@pytest.mark.parametrize(
    "content",
    [
        PNG + packed({"META-INF/MANIFEST.MF": b"x"}),
        PDF + packed({"a.exe": b"MZ"}),
        b"GIF89a/*<SCRIPT>alert(1)</script>*/",
        b"\xff\xd8\xff\xe0<?php echo 1; ?>",
        b"PK\x03\x04%PDF-1.7" + office(),
    ],
)
def test_a_file_that_is_two_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        found(tmp_path, content)
    assert refused.value.problem is Problem.FILE_TWOFOLD


def test_what_is_packed_far_beyond_what_people_write_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        found(tmp_path, office(word__media=bytes(40_000_000)))
    assert refused.value.problem is Problem.FILE_BOMB
    assert found(tmp_path, office(word__media=bytes(10_000_000))) is types.DOCX


def test_what_would_burst_is_refused_by_what_its_list_says(tmp_path: Path) -> None:
    whole = bytearray(office())
    whole[whole.find(b"PK\x01\x02") + 24 :][:4] = b""
    at = whole.find(b"PK\x01\x02")
    whole[at + 24 : at + 28] = struct.pack("<I", 4_000_000_000)
    with pytest.raises(InvalidInput) as refused:
        found(tmp_path, bytes(whole))
    assert refused.value.problem is Problem.FILE_BOMB


def test_a_list_of_too_many_parts_is_not_read(tmp_path: Path) -> None:
    many = packed({"[Content_Types].xml": b"", "word/document.xml": b"", **{f"x{n}": b"" for n in range(5_001)}})
    assert found(tmp_path, many) is None


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"%PDF", b"From: ", b"RIFF", office()[:200]]))
def test_whatever_comes_is_of_a_type_or_of_none_or_refused(
    tmp_path_factory: pytest.TempPathFactory, held: bytes, start: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp()
    with suppress(InvalidInput):
        assert found(folder, start + held) in (None, *types.TYPES)
