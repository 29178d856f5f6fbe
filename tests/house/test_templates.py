"""Templates: all of them compile, and each letter has its three texts."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from dialogen.mail.letters import letter_templates
from tests.house import tree

TEMPLATES = sorted(path.relative_to("templates") for path in tree.files() if path.parts[0] == "templates")
LETTERS = sorted({path.parts[1] for path in TEMPLATES if path.parts[0] == "email" and len(path.parts) > 2})


def _of_pages() -> Iterator[tuple[Path, str]]:
    """Return the templates of pages with their texts: a letter's or a file's own page brings its style along."""
    for name in TEMPLATES:
        if name.suffix == ".html" and name.parts[0] not in ("email", "exports"):
            yield name, tree.text("templates" / name)


def test_every_template_compiles(bare_app: Flask) -> None:
    for name in TEMPLATES:
        templates = letter_templates() if name.parts[0] == "email" else bare_app.jinja_env
        templates.get_template(name.as_posix())


def test_there_is_a_letter() -> None:
    assert LETTERS


@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_has_a_subject_a_text_and_a_page(letter: str) -> None:
    texts = {path.name for path in TEMPLATES if path.parts[:2] == ("email", letter)}
    assert texts == {"subject.txt", "body.txt", "body.html"}


def test_no_page_holds_a_script_or_a_style() -> None:
    """The content security policy of the pages forbids both."""
    forbidden = re.compile(r"<style| style=|<script(?![^>]* src=)| (?:on[a-z]+|hx-on[:\w-]*)=", re.IGNORECASE)
    assert {name: forbidden.findall(text) for name, text in _of_pages() if forbidden.search(text)} == {}


def test_every_control_and_table_has_the_look_of_the_design_system() -> None:
    """`<button class="ds-button">`, `<input class="ds-input">`, `<table class="ds-table">`; see decisions/0021."""
    controls = (
        (name, each)
        for name, text in _of_pages()
        for each in re.findall(r"<(?:button|input|select|textarea|table)\b[^>]*", text)
    )
    looks = re.compile(r'type="hidden"|class="[^"]*(?:ds-|for-programs)')
    assert [control for control in controls if not looks.search(control[1])] == []
