"""The catalogs of translations: what the code and the templates ask for, and the files that answer in each language.

`python -m tests.house.catalogs` brings the files in line with the code; what has no translation yet is left empty.
"""

import io
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from dialogen.domain.languages import Language
from dialogen.languages import CATALOGS, LOCALES
from tests.house import tree

#: Bokmål needs no catalog: it is what stands in the code.
TRANSLATED = tuple(language for language in Language if language is not Language.BOKMAL)
_TEMPLATES = {"extensions": "jinja2.ext.i18n", "trimmed": "true", "newstyle_gettext": "true", "silent": "false"}
_ENGLISH_ONLY = ("templates/api/",)
#: What would differ from run to run, or from one version of Babel to the next, says nothing of the translations.
_PASSING = re.compile(r'(?m)^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By): .*"\n')
Key = tuple[str | None, str]


class _Lasting(Catalog):
    """A catalog whose header names no day and no program."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """What a program must know to read it."""
        return [
            ("Project-Id-Version", "Dialogen"),
            ("Language", str(self.locale)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def po_file(language: Language) -> Path:
    """Return where the translations into a language stand."""
    return CATALOGS / language / "LC_MESSAGES" / "messages.po"


def mo_file(language: Language) -> Path:
    """Return where the same lie as the program reads them."""
    return po_file(language).with_suffix(".mo")


def key_of(message: Message) -> Key:
    """Return what a message is known by: its context and its bokmål, of one thing where it is about a number."""
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


@cache
def asked_for() -> Catalog:
    """Return every text that the code and the templates ask to have translated, each with the files it stands in."""
    found = Catalog()
    for path in _sources():
        method = "python" if path.suffix == ".py" else "jinja2"
        options = _TEMPLATES if method == "jinja2" else {}
        for _, message, _, context in extract_from_file(method, tree.ROOT / path, DEFAULT_KEYWORDS, (), options):
            found.add(message, locations=[(path.as_posix(), 1)], context=context)
    return found


def _sources() -> Iterator[Path]:
    for path in tree.files():
        is_template = path.parts[0] == "templates" and not path.as_posix().startswith(_ENGLISH_ONLY)
        if is_template or (path.parts[0] == "dialogen" and path.suffix == ".py"):
            yield path


def translated(language: Language) -> Catalog:
    """Return the translations into a language as they stand."""
    path = po_file(language)
    with io.BytesIO(path.read_bytes() if path.exists() else b"") as file:
        return read_po(file, locale=LOCALES[language], abort_invalid=True)


def in_line(language: Language) -> Catalog:
    """Return what is asked for with its translations; what nobody asks for any longer is left out."""
    there = {key_of(message): message for message in translated(language) if message.id}
    whole = _Lasting(locale=LOCALES[language], fuzzy=False, header_comment="")
    for message in asked_for():
        if message.id:
            old = there.get(key_of(message))
            kept = old.string if old is not None and type(old.id) is type(message.id) else None
            whole.add(message.id, kept, locations=message.locations, context=message.context)
    return whole


def po_text(language: Language) -> str:
    """Return the catalog of a language as its file should be."""
    file = io.BytesIO()
    write_po(file, in_line(language), width=120, sort_by_file=True, include_lineno=False)
    return _PASSING.sub("", file.getvalue().decode())


def mo_bytes(language: Language) -> bytes:
    """Return the catalog of a language as the program reads it."""
    file = io.BytesIO()
    write_mo(file, in_line(language))
    return file.getvalue()


def bring_in_line() -> None:
    """Write the files of every language."""
    for language in TRANSLATED:
        text = po_text(language)
        po_file(language).parent.mkdir(parents=True, exist_ok=True)
        po_file(language).write_text(text, encoding="utf-8", newline="\n")
        mo_file(language).write_bytes(mo_bytes(language))
        empty = sum(1 for message in in_line(language) if message.id and not _is_whole(message))
        name, texts = po_file(language).relative_to(tree.ROOT), len(in_line(language))
        sys.stdout.write(f"{name}: {texts} texts, {empty} not translated\n")


def _is_whole(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


if __name__ == "__main__":
    bring_in_line()
