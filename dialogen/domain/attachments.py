"""What may be attached to a case: the types, the names that go with them, and a name as it is stored and sent."""

import re
import unicodedata
from dataclasses import dataclass

from dialogen.domain.errors import InvalidInput, Problem

NAME_MOST = 150
FIELD = "attachment"  # of a file's name in the texts of a case's history
UNNAMED = "vedlegg"


@dataclass(frozen=True)
class MediaType:
    """A type that may be attached: as it is told to a browser, and the endings that its files have."""

    name: str
    endings: frozenset[str]


def _type(name: str, *endings: str) -> MediaType:
    return MediaType(name, frozenset(endings))


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
PDF = _type("application/pdf", "pdf")
PNG = _type("image/png", "png")
JPEG = _type("image/jpeg", "jpg", "jpeg", "jfif")
GIF = _type("image/gif", "gif")
WEBP = _type("image/webp", "webp")
TIFF = _type("image/tiff", "tif", "tiff")
HEIC = _type("image/heic", "heic", "heif")
DOCX = _type(f"{_OFFICE}.wordprocessingml.document", "docx")
XLSX = _type(f"{_OFFICE}.spreadsheetml.sheet", "xlsx")
PPTX = _type(f"{_OFFICE}.presentationml.presentation", "pptx")
ODT = _type(f"{_OPEN}.text", "odt")
ODS = _type(f"{_OPEN}.spreadsheet", "ods")
ODP = _type(f"{_OPEN}.presentation", "odp")
TEXT = _type("text/plain", "txt", "text", "csv", "md")
EMAIL = _type("message/rfc822", "eml")
TYPES = (PDF, PNG, JPEG, GIF, WEBP, TIFF, HEIC, DOCX, XLSX, PPTX, ODT, ODS, ODP, TEXT, EMAIL)
#: What a browser's list of files shows first; what is chosen is looked at all the same.
ENDINGS = tuple(sorted(f".{ending}" for each in TYPES for ending in each.endings))

#: Endings of what runs, or is shown as a page, when somebody opens it: they stand nowhere in a name.
_DANGEROUS = frozenset(
    [
        "ade",
        "adp",
        "apk",
        "app",
        "appx",
        "bat",
        "bin",
        "chm",
        "cmd",
        "com",
        "cpl",
        "dll",
        "dmg",
        "docm",
        "dotm",
        "exe",
        "gadget",
        "hta",
        "htm",
        "html",
        "img",
        "inf",
        "ins",
        "iso",
        "jar",
        "js",
        "jse",
        "lnk",
        "mht",
        "mhtml",
        "msc",
        "msi",
        "msp",
        "mst",
        "php",
        "pif",
        "ppam",
        "potm",
        "ppsm",
        "pptm",
        "ps1",
        "psm1",
        "py",
        "rb",
        "reg",
        "rtf",
        "scf",
        "scr",
        "sct",
        "sh",
        "shs",
        "svg",
        "svgz",
        "swf",
        "url",
        "vb",
        "vbe",
        "vbs",
        "vhd",
        "vhdx",
        "wsc",
        "wsf",
        "wsh",
        "xht",
        "xhtml",
        "xlam",
        "xll",
        "xlsb",
        "xlsm",
        "xltm",
        "xml",
        "xsl",
        "xslt",
    ]
)
_FORBIDDEN_ON_DISKS = re.compile(r'[<>:"|?*]')
#: Names that a disk of Windows gives to devices, whatever their ending.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
#: Controls, and signs that turn the direction of writing or are not seen: a name must read as it is.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean_name(name: str) -> str:
    """Return a file's name as it is stored and sent: composed, without a path, without signs that are not seen or that
    a disk refuses, and not too long. Its ending stays."""
    composed = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(sign for sign in " ".join(composed.split()) if unicodedata.category(sign) not in _UNSEEN)
    stem, dot, ending = _FORBIDDEN_ON_DISKS.sub("_", " ".join(seen.split())).rstrip(". ").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    stem = stem.strip(". ")[: NAME_MOST - len(dot) - len(ending[:20])].strip(". ") or UNNAMED
    stem = f"_{stem}" if _DEVICES.fullmatch(stem.partition(".")[0]) else stem
    return f"{stem}{dot}{ending[:20]}"


def check_name(name: str) -> None:
    """Refuse a clean name with an ending, also one before the last, that runs or is a page when it is opened."""
    for ending in name.casefold().split(".")[1:]:
        if ending.strip() in _DANGEROUS:
            raise InvalidInput.of("files", Problem.FILE_DANGEROUS, file=name, value=f".{ending.strip()}")


def check_type(name: str, found: MediaType | None) -> MediaType:
    """Refuse what is of no type that may be attached, and a name that says another type than its content."""
    ending = name.casefold().rpartition(".")[2] if "." in name else ""
    if found is None:
        says_ours = any(ending in each.endings for each in TYPES)
        raise InvalidInput.of("files", Problem.FILE_NOT_ITS_NAME if says_ours else Problem.FILE_TYPE, file=name)
    if ending not in found.endings:
        raise InvalidInput.of("files", Problem.FILE_DISAGREES, file=name, value=f".{sorted(found.endings)[0]}")
    return found
