"""The catalogs: whole, in line with the code, and compiled from what stands in them; and no template forgets a text."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import read_mo

from dialogen.domain.languages import Language
from dialogen.web.reader_language import OWN_NAMES
from tests.house import tree
from tests.house.catalogs import TRANSLATED, asked_for, in_line, key_of, mo_bytes, mo_file, po_file, po_text, translated

HOW = "run: .venv/bin/python -m tests.house.catalogs"
PLACES = re.compile(r"%\(\w+\)s|%%")
#: What programs alone read, and the documents of the API, speak English.
NOT_FOR_PEOPLE = {"templates/api/docs.html"}
TEMPLATES = [
    path
    for path in tree.files()
    if path.parts[0] == "templates" and path.suffix in (".html", ".txt") and path.as_posix() not in NOT_FOR_PEOPLE
]
#: The modules whose words reach pages, letters and the files that readers fetch.
MODULES = [
    path
    for path in tree.product_modules()
    if path.parts[:2] in (("dialogen", "web"), ("dialogen", "mail"))
    or path.name in ("report_words.py", "report_csv.py")
]
MARKS = {"N_", "gettext", "ngettext"}
#: Names that are one in all languages: the languages' own, and the product's in an app for codes.
SAID_ALIKE = {*OWN_NAMES, *OWN_NAMES.values(), "Dialogen i "}
BOKMAL = re.compile(
    r"[æøåÆØÅ]|\b(?:alle|av|dag|dager|den|det|eller|en|er|et|fra|har|ikke|ingen|kan|med|og|om|som|til|du|din|velg|vis)\b"
    r"|^[A-Z][a-z]+ [a-z]+"
)
#: Attributes that are read to people.
READ_ALOUD = {"alt", "aria-description", "aria-label", "placeholder", "title"}
#: Names of the product, which are one in all languages, and what is no word.
NAMES = {"Dialogen", "SHA", "MV"}
JINJA = re.compile(r"\{#.*?#\}|\{%-?\s*trans\b.*?endtrans\s*-?%\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TEXT_IN_JINJA = re.compile(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}|(?<!\w)(?:_|n?p?gettext)\([^)]*\)", re.DOTALL)


def _messages(language: Language) -> list[Message]:
    return [message for message in translated(language) if message.id]


def _texts(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [text or ""] if text is None or isinstance(text, str) else list(text)


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_that_is_asked_for_lacks_a_translation(language: Language) -> None:
    missing = [key_of(message) for message in in_line(language) if message.id and not all(_texts(message.string))]
    assert missing == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_doubtful_or_asked_for_by_nobody(language: Language) -> None:
    doubtful = [key_of(message) for message in _messages(language) if message.fuzzy]
    asked_for = {key_of(message) for message in in_line(language)}
    assert doubtful == []
    assert [key_of(message) for message in _messages(language) if key_of(message) not in asked_for] == []
    assert not translated(language).obsolete


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_translation_has_the_values_of_its_text(language: Language) -> None:
    for message in _messages(language):
        for one, other in zip(_texts(message.id), _texts(message.string), strict=True):
            assert sorted(PLACES.findall(other)) == sorted(PLACES.findall(one)), message.id
            assert "%" not in PLACES.sub("", other), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_translation_begins_and_ends_as_its_text(language: Language) -> None:
    """With or without a capital, a full stop, a colon: pages put texts beside each other."""
    for message in _messages(language):
        for one, other in zip(_texts(message.id), _texts(message.string), strict=True):
            assert other == other.strip(), message.id
            assert one[-1] in ".:?!" or other[-1] not in ".:?!", message.id
            assert one[-1] not in ":?" or other[-1] == one[-1], message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalog_is_what_extraction_gives(language: Language) -> None:
    assert po_file(language).read_text(encoding="utf-8") == po_text(language), HOW


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalog_says_what_stands_in_the_catalog(language: Language) -> None:
    with mo_file(language).open("rb") as file:
        compiled = {key_of(message)[1]: _texts(message.string) for message in read_mo(file) if message.id}
    assert compiled == {key_of(message)[1]: _texts(message.string) for message in _messages(language)}, HOW
    assert mo_file(language).read_bytes() == mo_bytes(language), HOW


class _Bare(HTMLParser):
    """Gathers the words between tags, and those of attributes that are read to people."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within.append(tag)
        self.found += [value for name, value in attrs if name in READ_ALOUD and value]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._within:
            while self._within.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not {"style", "code"} & set(self._within):
            self.found.append(data)


def _bare_words(path: Path) -> Iterator[str]:
    text = JINJA.sub(" ", tree.text(path))
    found = [text]
    if path.suffix == ".html":
        reader = _Bare()
        reader.feed(text)
        found = reader.found
    for part in found:
        yield from (word for word in re.findall(r"[^\W\d_]{2,}", part) if word not in NAMES)


def test_no_template_holds_a_text_outside_of_a_translation() -> None:
    assert {path: words for path in TEMPLATES if (words := list(_bare_words(path)))} == {}


def test_no_template_hands_a_text_on_outside_of_a_translation() -> None:
    """Words that stand in an expression: `{{ menu_link("cases.list", "Henvendelser") }}`."""
    assert {path: texts for path in TEMPLATES if (texts := _handed_on(path))} == {}


def _handed_on(path: Path) -> list[str]:
    expressions = TEXT_IN_JINJA.sub("", re.sub(r"\{#.*?#\}", "", tree.text(path), flags=re.DOTALL))
    strings = [
        one or other
        for part in re.findall(r"\{[{%].*?[%}]\}", expressions, re.DOTALL)
        for one, other in re.findall(r"\"([^\"]*)\"|'([^']*)'", part)
    ]
    return [text for text in strings if re.search(r"[æøåÆØÅ]|[^\W\d_] [^\W\d_]|^[A-ZÆØÅ][a-zæøå]+$", text)]


def _marked_calls(path: Path) -> list[ast.Call]:
    calls = (node for node in ast.walk(tree.parsed(path)) if isinstance(node, ast.Call))
    return [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in MARKS]


def _bare_strings(path: Path) -> Iterator[str]:
    """Return the bokmål strings of a module that are neither marked nor translated, nor describe it."""
    module = tree.parsed(path)
    marked = {id(inside) for call in _marked_calls(path) for inside in ast.walk(call)}
    described = {id(line.value) for line in ast.walk(module) if isinstance(line, ast.Expr)}
    for node in ast.walk(module):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in marked | described:
            continue
        if BOKMAL.search(node.value):
            yield node.value


def test_every_module_that_speaks_to_readers_marks_its_bokmaal() -> None:
    strings = ((path, text) for path in MODULES for text in _bare_strings(path))
    assert [each for each in strings if each[1] not in SAID_ALIKE] == []


def test_what_a_module_marks_is_found_by_extraction() -> None:
    """A call inside an f-string is not, nor a text that is put together."""
    asked = {key_of(message)[1] for message in asked_for()}
    first = [(path, call.args[0]) for path in MODULES for call in _marked_calls(path) if call.args]
    texts = [(path, text.value) for path, text in first if isinstance(text, ast.Constant)]
    assert [each for each in texts if each[1] not in asked] == []
    assert not [(path, text) for path, text in first if isinstance(text, ast.JoinedStr | ast.BinOp)]


def test_a_text_that_nobody_translated_would_be_found() -> None:
    reader = _Bare()
    reader.feed(JINJA.sub(" ", '<p title="Hjelp">Hei {{ name }}<code>run</code> {% trans %}Ja{% endtrans %}</p>'))
    assert " ".join(" ".join(reader.found).split()) == "Hjelp Hei"
