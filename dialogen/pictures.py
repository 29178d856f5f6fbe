"""A picture that the installation brings along, its logo: known by what it holds, small, and unable to run anything."""

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

#: A page with its pictures shall come quickly also over a thin line.
MOST_BYTES = 50_000
_PNG = b"\x89PNG\r\n\x1a\n"
_SVG = "{http://www.w3.org/2000/svg}"
#: What runs, or brings in what others wrote.
_LIVE_TAGS = frozenset(
    {"script", "foreignobject", "iframe", "embed", "object", "audio", "video", "image", "handler", "set", "animate"}
)
_FETCHING = re.compile(r"url\(\s*['\"]?(?!#)|@import|javascript:|expression\(", re.IGNORECASE)


@dataclass(frozen=True)
class Picture:
    """A picture and what kind it is."""

    content: bytes
    mimetype: str


def read_picture(path: Path) -> Picture:
    """Read an SVG or PNG file; raises ValueError that says what is wrong with it."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ValueError(f"is {str(path)!r}, which cannot be read ({error.strerror})") from None
    if len(content) > MOST_BYTES:
        raise ValueError(f"is {str(path)!r}, which is larger than {MOST_BYTES // 1000} kB")
    if content.startswith(_PNG):
        _check_png(path, content)
        return Picture(content, "image/png")
    _check_svg(path, content)
    return Picture(content, "image/svg+xml")


def _check_png(path: Path, content: bytes) -> None:
    # The first chunk is the header: its length and name, then width and height.
    if len(content) < 24 or content[12:16] != b"IHDR" or 0 in struct.unpack(">II", content[16:24]):
        raise ValueError(f"is {str(path)!r}, which is no whole PNG picture")


def _check_svg(path: Path, content: bytes) -> None:
    if b"<!DOCTYPE" in content.upper() or b"<!ENTITY" in content.upper():
        raise ValueError(f"is {str(path)!r}, which declares a document type; save it as plain SVG")
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError:
        raise ValueError(f"is {str(path)!r}, which is neither an SVG nor a PNG picture") from None
    if root.tag != f"{_SVG}svg":
        raise ValueError(f"is {str(path)!r}, which is neither an SVG nor a PNG picture")
    for element in root.iter():
        if what := _live_part(element):
            raise ValueError(f"is {str(path)!r}, which holds {what}; a logo may neither run nor fetch anything")


def _live_part(element: ElementTree.Element) -> str | None:
    """Return what of an element could run or fetch something, in words; None when nothing could."""
    name = element.tag.rpartition("}")[2].lower()
    if name in _LIVE_TAGS or name.startswith("animate"):
        return f"<{name}>"
    for key, value in element.attrib.items():
        attribute = key.rpartition("}")[2].lower()
        if attribute.startswith("on"):
            return attribute
        if attribute == "href" and not value.startswith("#"):
            return f"{attribute} to another file"
        if _FETCHING.search(value):
            return f"something to fetch in {attribute}"
    return "something to fetch in <style>" if name == "style" and _FETCHING.search(element.text or "") else None
