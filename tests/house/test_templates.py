"""Templates: all of them compile, and each letter has its three texts."""

import re
from pathlib import Path

import pytest
from flask import Flask

from dialogen.mail.letters import letter_templates
from tests.house import tree

TEMPLATES = sorted(path.relative_to("templates") for path in tree.files() if path.parts[0] == "templates")
LETTERS = sorted({path.parts[1] for path in TEMPLATES if path.parts[0] == "email" and len(path.parts) > 2})


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_a_template_compiles(bare_app: Flask, name: Path) -> None:
    templates = letter_templates() if name.parts[0] == "email" else bare_app.jinja_env
    templates.get_template(name.as_posix())


def test_there_is_a_letter() -> None:
    assert LETTERS


@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_has_a_subject_a_text_and_a_page(letter: str) -> None:
    texts = {path.name for path in TEMPLATES if path.parts[:2] == ("email", letter)}
    assert texts == {"subject.txt", "body.txt", "body.html"}


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_a_page_holds_no_script_and_no_style(name: Path) -> None:
    """The content security policy of the pages forbids both; a letter's or a file's own page brings its style along."""
    if name.suffix != ".html" or name.parts[0] in ("email", "exports"):
        return
    text = tree.text("templates" / name).lower()
    assert "<style" not in text
    assert " style=" not in text
    assert not re.search(r"<script(?![^>]* src=)", text)
    assert not re.search(r" (?:on[a-z]+|hx-on[:\w-]*)=", text)


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_a_control_and_a_table_have_the_look_of_the_design_system(name: Path) -> None:
    """`<button class="ds-button">`, `<input class="ds-input">`, `<table class="ds-table">`; see decisions/0021."""
    if name.suffix != ".html" or name.parts[0] in ("email", "exports"):
        return
    controls = re.findall(r"<(?:button|input|select|textarea|table)\b[^>]*", tree.text("templates" / name))
    bare = [each for each in controls if not re.search(r'type="hidden"|class="[^"]*(?:ds-|for-programs)', each)]
    assert not bare
