"""Finds the type of a file by what it holds, never by its name; opens nothing that is packed beyond its list of parts."""

import codecs
import re
import struct
import zipfile
from pathlib import Path
from typing import BinaryIO

from dialogen.domain.attachments import (
    DOCX,
    EMAIL,
    GIF,
    HEIC,
    JPEG,
    ODP,
    ODS,
    ODT,
    PDF,
    PNG,
    PPTX,
    TEXT,
    TIFF,
    WEBP,
    XLSX,
    MediaType,
)
from dialogen.domain.errors import InvalidInput, Problem

HEAD = 4096
PARTS_MOST = 5_000
LIST_MOST = 1_000_000  # bytes of a packed file's own list of its parts, which is read whole
UNPACKED_MOST = 500_000_000  # what a packed document would take when somebody opens it
UNPACKED_USUAL = 20_000_000  # beyond it nothing that people write is packed a hundred times smaller
PART_MOST = 1_000_000  # bytes of the one part that is read
CHUNK = 1 << 16

_BEGINNINGS: tuple[tuple[re.Pattern[bytes], MediaType], ...] = (
    (re.compile(rb"%PDF-\d"), PDF),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), PNG),
    (re.compile(rb"\xff\xd8\xff"), JPEG),
    (re.compile(rb"GIF8[79]a"), GIF),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), WEBP),
    (re.compile(rb"II\*\x00|MM\x00\*"), TIFF),
    (re.compile(rb"....ftyp(heic|heix|heim|heis|mif1|msf1)", re.DOTALL), HEIC),
)
_PACKED = b"PK\x03\x04"
#: Where readers still find the beginning of a PDF.
_PDF_WITHIN = 1024
_PAGE_OR_SCRIPT = re.compile(rb"<(script|html|svg|\?php|!doctype)", re.IGNORECASE)
_PICTURES = frozenset({PNG, JPEG, GIF, WEBP, TIFF, HEIC})
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # also what a document with a password is wrapped in
_MAIN_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
_OPEN_TYPES = {each.name.encode(): each for each in (ODT, ODS, ODP)}
_MACROS = re.compile(
    r"(.*/)?(vbaproject\.bin|vbadata\.xml|activex/.*|macrosheets/.*|basic/.*|scripts/.*)", re.IGNORECASE
)
#: What runs or is a page though it is text: markup, and the first line of a script.
_NO_PLAIN_TEXT = re.compile(r"\s*(<[!?a-z/%]|#!)", re.IGNORECASE)
_HEADER = re.compile(r"[!-9;-~]+:")
_OF_A_LETTER = re.compile(r"^(from|date|received|message-id|return-path):", re.IGNORECASE | re.MULTILINE)


def type_of(path: Path, *, name: str) -> MediaType | None:
    """Return the type of a file, None for one that may not be attached; `name` is what a refusal calls it.

    Raises InvalidInput for what is of such a type but locked, with macros, bigger unpacked than anybody should open, or a
    second type too for the program that looks for it.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
        for beginning, found in _BEGINNINGS:
            if beginning.match(head):
                _check_nothing_else(file, head, found, name)
                return found
        if head.startswith(_OLD_OFFICE):
            is_wrapped = name.casefold().endswith((".docx", ".xlsx", ".pptx"))
            raise InvalidInput.of("files", Problem.FILE_LOCKED if is_wrapped else Problem.FILE_OLD, file=name)
        if head.startswith(_PACKED):
            if b"%PDF-" in head[:_PDF_WITHIN]:
                raise InvalidInput.of("files", Problem.FILE_TWOFOLD, file=name)
            return _packed_type(file, name)
        return _text_type(file)


def _check_nothing_else(file: BinaryIO, head: bytes, found: MediaType, name: str) -> None:
    """Refuse a PDF or a picture that is an archive too, which is read from its end, and a picture that is a page."""
    is_page = found in _PICTURES and _PAGE_OR_SCRIPT.search(head)
    if is_page or (_has_short_list(file) and _is_packed(file)):
        raise InvalidInput.of("files", Problem.FILE_TWOFOLD, file=name)


def _is_packed(file: BinaryIO) -> bool:
    try:
        with zipfile.ZipFile(file) as packed:
            return bool(packed.infolist())
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, KeyError, EOFError):
        return False


def _packed_type(file: BinaryIO, name: str) -> MediaType | None:
    """Return the type of a packed document by the list of its parts."""
    if not _has_short_list(file):
        return None
    try:
        with zipfile.ZipFile(file) as packed:
            parts = {part.filename: part for part in packed.infolist()}
            found = _document_type(packed, parts)
            if found is not None:
                _check_document(packed, parts, name)
            return found
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, KeyError, EOFError):
        return None


def _has_short_list(file: BinaryIO) -> bool:
    """Say whether the list of parts is one that can be read whole: a made-up one could fill the memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - (1 << 16) - 22))
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) - end < 22:
        return False
    _, count, length = struct.unpack_from("<HHI", tail, end + 8)
    return bool(count <= PARTS_MOST and length <= LIST_MOST)


def _document_type(packed: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo]) -> MediaType | None:
    if "[Content_Types].xml" in parts:
        return next((found for part, found in _MAIN_PARTS.items() if part in parts), None)
    said = parts.get("mimetype")
    return _OPEN_TYPES.get(_read(packed, said).strip()) if said is not None else None


def _check_document(packed: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo], name: str) -> None:
    unpacked = sum(part.file_size for part in parts.values())
    is_locked = any(part.flag_bits & 1 for part in parts.values())
    said = _read(packed, parts.get("[Content_Types].xml")) + _read(packed, parts.get("META-INF/manifest.xml"))
    is_locked = is_locked or b"encryption-data" in said
    if is_locked or b"macroenabled" in said.lower() or any(_MACROS.fullmatch(part) for part in parts):
        raise InvalidInput.of("files", Problem.FILE_LOCKED, file=name)
    packed_size = sum(part.compress_size for part in parts.values())
    if unpacked > UNPACKED_MOST or (unpacked > UNPACKED_USUAL and unpacked > 100 * packed_size):
        raise InvalidInput.of("files", Problem.FILE_BOMB, file=name)


def _read(packed: zipfile.ZipFile, part: zipfile.ZipInfo | None) -> bytes:
    """Return the beginning of a part: never more than fits, whatever its list says."""
    if part is None or part.flag_bits & 1:
        return b""
    with packed.open(part) as opened:
        return opened.read(PART_MOST)


def _text_type(file: BinaryIO) -> MediaType | None:
    """Return whether a file is plain text, or a letter as mail programs save one; None for anything else."""
    file.seek(0)
    head = file.read(HEAD)
    if b"\x00" in head:
        return None
    beginning = head.decode("utf-8-sig", errors="replace")
    is_letter = bool(_HEADER.match(beginning) and _OF_A_LETTER.search(beginning))
    if not is_letter and _NO_PLAIN_TEXT.match(beginning):
        return None
    file.seek(0)
    if not (_is_text(file, "utf-8") or _is_text(file, "cp1252")):
        return EMAIL if is_letter and _is_text(file, "latin-1") else None
    return EMAIL if is_letter else TEXT


def _is_text(file: BinaryIO, encoding: str) -> bool:
    """Say whether a file can be read in an encoding to its end, and holds no sign that texts do not have."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(CHUNK):
            if _CONTROL.search(decoder.decode(chunk)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
