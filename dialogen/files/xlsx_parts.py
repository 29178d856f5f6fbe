"""Reads the small parts of an XLSX workbook: its lists of sheets and relations, its shared strings, its styles."""

import re
from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

_CHUNK = 1 << 16
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
#: Number formats that are dates by their number alone (ECMA-376 part 1, 18.8.30); those of mere times are not.
_BUILT_IN_DATES = frozenset({14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 55), 57, 58})
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')

Found = tuple[str, str, dict[str, str]]


class UnsafeXml(ValueError):
    """XML with a document type, which no workbook has and which could blow up or reach out."""


def parser_of_parts() -> expat.XMLParserType:
    """Return an XML parser that refuses document types and gives text in one piece."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise UnsafeXml("it holds a document type")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def local(name: str) -> str:
    """Return an element's name without its prefix."""
    return name.rpartition(":")[2] if ":" in name else name


def elements(part: IO[bytes]) -> Iterator[Found]:
    """Yield (parent, element, attributes) of each element as it begins."""
    parser = parser_of_parts()
    found: list[Found] = []
    path = [""]

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append((path[-1], local(name), attributes))
        path.append(local(name))

    def end(_name: str) -> None:
        path.pop()

    parser.StartElementHandler, parser.EndElementHandler = start, end
    while chunk := part.read(_CHUNK):
        parser.Parse(chunk)
        yield from found
        found.clear()
    parser.Parse(b"", True)
    yield from found


def strings_of(part: IO[bytes]) -> list[str]:
    """Return the shared strings in order; runs of rich text joined, readings of foreign signs left out."""
    reader = _StringReader()
    while chunk := part.read(_CHUNK):
        reader.parser.Parse(chunk)
    reader.parser.Parse(b"", True)
    return reader.strings


class _StringReader:
    """Collects strings while the parser walks through them."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._pieces: list[str] = []
        self._in_text = self._in_reading = False
        self.parser = parser_of_parts()
        self.parser.StartElementHandler = lambda name, _attributes: self._pass(local(name), inside=True)
        self.parser.EndElementHandler = lambda name: self._pass(local(name), inside=False)
        self.parser.CharacterDataHandler = self._data

    def _pass(self, element: str, *, inside: bool) -> None:
        if element == "t":
            self._in_text = inside
        elif element == "rPh":
            self._in_reading = inside
        elif element == "si" and not inside:
            self.strings.append(unescaped("".join(self._pieces)))
            self._pieces.clear()

    def _data(self, text: str) -> None:
        if self._in_text and not self._in_reading:
            self._pieces.append(text)


def unescaped(text: str) -> str:
    """Return a string with its _x000D_ written out (ECMA-376 part 1, 22.9.2.19)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def date_styles(part: IO[bytes]) -> frozenset[int]:
    """Return the numbers of the cell styles that show a number as a date."""
    codes: dict[int, str] = {}
    formats: list[int] = []
    for parent, name, attributes in elements(part):
        if name == "numFmt":
            codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif parent == "cellXfs" and name == "xf":
            formats.append(int(attributes.get("numFmtId", "0")))
    dates = _BUILT_IN_DATES | {number for number, code in codes.items() if shows_date(code)}
    return frozenset(style for style, number in enumerate(formats) if number in dates)


def shows_date(code: str) -> bool:
    """Say whether a number format shows a day, not only a time or a number."""
    signs = _QUOTED.sub("", code.partition(";")[0]).lower().replace("am/pm", "").replace("general", "")
    if "y" in signs or "d" in signs:
        return True
    return "m" in signs and not {"h", "s"} & set(signs)
