"""Every form, wrongly filled in: 422, what is wrong said at the field and above, and what was written still there."""

from typing import Any
from xml.etree.ElementTree import Element

import pytest
from flask import Flask

from tests.bad_forms import BAD, BUTTONS, Bad
from tests.every_page import first_who_may
from tests.security.doors import DOORS, Door, is_api
from tests.security.law import Placed
from tests.security.world import World
from tests.web.pages import Page, page_of

POSTS = {endpoint: door for endpoint, method, door in DOORS if method == "POST"}
#: What is never shown again, whatever was written.
SECRET = {"password", "present", "proof", "code"}


@pytest.mark.parametrize("endpoint", BAD)
def test_a_form_that_is_wrongly_filled_in_says_so_and_keeps_what_was_written(
    municipality: World, endpoint: str
) -> None:
    door, bad = POSTS[endpoint], BAD[endpoint]
    page, sent = _handed_in(municipality, door, bad)
    for name in bad.marked:
        control = _control(page, name)
        # a group is no field: what is wrong with it is described, and that is all
        assert control.tag == "fieldset" or control.get("aria-invalid") == "true", f"{name} is not marked"
        told = [_by_id(page, each) for each in (control.get("aria-describedby") or "").split()]
        assert any("".join(each.itertext()).strip() for each in told if "error" in (each.get("id") or "")), name
    summary = next(each for each in page.root.iter() if each.get("role") == "alert")
    links = {(link.get("href") or "")[1:] for link in summary.iter("a")}
    assert {_control(page, name).get("id") for name in bad.marked} <= links
    assert page.title.startswith("Feil:")
    for name, value in sent.items():
        if name not in SECRET | {"version", "csrf_token", "pending", "offered"}:
            assert _stands(page, name, value), f"{name}: {value!r} was lost"


def test_no_form_is_left_out(bare: Flask) -> None:
    posts = {rule.endpoint for rule in bare.url_map.iter_rules() if "POST" in (rule.methods or set())}
    assert {each for each in posts if not is_api(each)} == {*BAD, *BUTTONS}, "add it to tests/bad_forms.py"
    assert not BAD.keys() & BUTTONS.keys()


def _handed_in(world: World, door: Door, bad: Bad) -> tuple[Page, dict[str, Any]]:
    person = first_who_may(door)
    world.place(Placed.FREE, person, **{**door.case, **bad.case})
    sent = door.sent(world) | bad.about(world.reference)
    answer = world.ask_page(person, "POST", door.address(world), sent)
    assert answer.status_code == 422, f"{answer.status_code} {answer.location}\n{answer.text[:2000]}"
    return page_of(answer), sent


def _by_id(page: Page, name: str) -> Element:
    return next(each for each in page.root.iter() if each.get("id") == name)


def _controls(page: Page, name: str) -> list[Element]:
    return [
        each
        for each in page.root.iter()
        if each.tag in ("input", "select", "textarea", "fieldset")
        and name in (each.get("name"), each.get("id"))
        and (each.get("type") != "hidden" or name == "version")
    ]


def _control(page: Page, name: str) -> Element:
    return next(iter(_controls(page, name)), Element("none"))


def _stands(page: Page, name: str, value: object) -> bool:
    """Say whether a value stands in a field; one that is not on a list cannot be chosen again."""
    control = _control(page, name)
    if isinstance(value, list):
        ticked = [each.get("value") for each in _controls(page, name) if each.get("checked") is not None]
        return ticked == value
    if control.tag == "select":
        chosen = [each.get("value") for each in control.iter("option") if each.get("selected") is not None]
        offered = [each.get("value") for each in control.iter("option")]
        return chosen == [value] or (not chosen and offered[0] == value) or value not in offered
    if control.tag == "textarea":
        return (control.text or "").strip() == value
    carried = page.all("input", type="hidden", name=name)
    return any(each.get("value", "") == value for each in (*_controls(page, name), *carried))
