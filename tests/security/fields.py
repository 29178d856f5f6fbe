"""Every field that can be filled in at any door, found by itself: on the pages in their forms, in the API in its
description. Whatever is added there is tried by the tests that walk these fields."""

import warnings
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from werkzeug.test import TestResponse

from dialogen.api import openapi
from dialogen.domain.accounts import Role
from tests.security.doors import DOORS, Door, is_api
from tests.security.law import ANONYMOUS, PEOPLE, Answer, Person, Placed, Rule, Where
from tests.security.world import World

NOT_WRITTEN = ("checkbox", "radio", "submit")
_FIRST = [Person(role, Where.EVERYWHERE) for role in (Role.MANAGER, Role.ADMIN, Role.STATISTICIAN, Role.HANDLER)]


@dataclass(frozen=True)
class Field:
    """One field of one route: `name` is a form's control, or the way to a value in a body (`sender.name`)."""

    endpoint: str
    method: str
    door: Door
    name: str
    place: str  # form, query, header or body
    is_text: bool  # people write it; else it is chosen, or carried along
    is_file: bool = False  # then a value is what the file is called

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint} {self.place} {self.name}"


def asker(door: Door) -> tuple[Person, Placed]:
    """Return somebody who may, and about a case in which place."""
    for person in (*_FIRST, *PEOPLE):
        for placed in door.rule.placements:
            if person.signed_in and door.rule.answer(person, placed) is Answer.YES:
                return person, placed
    raise AssertionError(f"nobody may do what {door.rule} stands for")


def ask(world: World, field: Field, value: str) -> TestResponse:
    """Send what would succeed, but with this value in the field."""
    person, placed = asker(field.door)
    if field.door.rule is Rule.OPEN:
        person = ANONYMOUS
    world.place(placed, person, **field.door.case)
    sent = deepcopy(field.door.sent(world))
    address = field.door.address(world)
    if is_api(field.endpoint):
        return world.ask_api(person, field.method, address, _with(sent, field, value))
    answer = world.ask_page(person, field.method, address, sent | _written(field, value))
    if answer.status_code == 409 and (warned := _warned_of(answer)):
        # Registered all the same, though the same sender or subject came before.
        answer = world.ask_page(person, field.method, address, sent | _written(field, value) | {"warned": warned})
    if field.door.ends:
        world.forget_session(person)
    return answer


def _written(field: Field, value: str) -> dict[str, Any]:
    return {field.name: (BytesIO(b"Notat."), f"{value}.txt") if field.is_file else value}


def _warned_of(answer: TestResponse) -> str | None:
    controls = (each for each in page_of(answer).iter("input") if each.get("name") == "warned")
    return next((each.get("value") for each in controls), None)


def _with(sent: dict[str, Any], field: Field, value: str) -> dict[str, Any]:
    if field.place == "query":
        return {**sent, "query_string": {field.name: value}}
    if field.place == "header":
        return {**sent, "headers": {field.name: value}}
    body = sent.setdefault("json", {})
    *above, last = field.name.split(".")
    for name in above:
        body = body.setdefault(name, {})
    body[last] = value
    return sent


def every_field(world: World) -> list[Field]:
    """Return the fields of all doors."""
    return [*_of_pages(world), *_of_api(world)]


def _of_pages(world: World) -> Iterator[Field]:
    for endpoint, method, door in DOORS:
        if is_api(endpoint) or endpoint in ("static", "appearance.style_sheet", "appearance.logo"):
            continue
        if method == "GET":
            yield Field(endpoint, "GET", door, "whatever", "query", is_text=False)
        controls = _controls(world, endpoint, method, door)
        for name, value in {**dict.fromkeys(controls), **door.sent(world)}.items():
            is_text, is_file = name in controls and _is_written(controls[name]), _is_file(controls.get(name), value)
            place = "query" if method == "GET" else "form"
            yield Field(endpoint, method, door, name, place, is_text=is_text, is_file=is_file)


def _controls(world: World, endpoint: str, method: str, door: Door) -> dict[str, Element]:
    """Return the controls on the page that a route shows, by name."""
    person, placed = asker(door)
    if door.ends or door.rule is Rule.OPEN:
        person = ANONYMOUS
    world.place(placed, person, **door.case)
    has_page = (endpoint, "GET") in {(each, way) for each, way, _ in DOORS}
    answer = world.ask_page(person, "GET" if has_page else method, door.address(world), {})
    if answer.mimetype != "text/html" or answer.status_code not in (200, 422):
        return {}
    return {
        control.get("name", ""): control
        for form in page_of(answer).iter("form")
        if form.get("method", "get") == method.lower() and _leads_here(form, answer)
        for control in form.iter()
        if control.tag in ("input", "textarea", "select") and control.get("name") and control.get("readonly") is None
    }


def _is_written(control: Element) -> bool:
    if control.tag == "input":
        return control.get("type", "text") not in (*NOT_WRITTEN, "hidden", "password", "file")
    return control.tag == "textarea"


def _is_file(control: Element | None, value: object) -> bool:
    return isinstance(value, tuple) or (control is not None and control.get("type") == "file")


def _leads_here(form: Element, answer: TestResponse) -> bool:
    return form.get("action", answer.request.path) in ("", answer.request.path)


def page_of(answer: TestResponse) -> Element:
    """Return a page, parsed as a browser does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        root: Element = html5lib.HTMLParser(namespaceHTMLElements=False).parse(answer.text)
    return root


def _of_api(world: World) -> Iterator[Field]:
    with world.app.test_request_context():
        described = openapi.spec()
    schemas = described["components"]["schemas"]
    paths = {each.endpoint: each.rule for each in world.app.url_map.iter_rules()}
    seen = set()
    for endpoint, method, door in DOORS:
        path = paths.get(endpoint, "").replace("<", "{").replace(">", "}")
        operation = described["paths"].get(path, {}).get(method.lower())
        if operation is None or (endpoint, method) in seen:
            continue
        seen.add((endpoint, method))
        for parameter in operation["parameters"]:
            if parameter["in"] != "path":
                yield Field(endpoint, method, door, parameter["name"], parameter["in"], is_text=False)
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        for name, is_text in _properties(body, schemas) if body else ():
            yield Field(endpoint, method, door, name, "body", is_text=is_text)


def _properties(schema: dict[str, Any], schemas: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    resolved = _resolved(schema, schemas)
    for name, each in resolved.get("properties", {}).items():
        inner = _resolved(each, schemas)
        if "properties" in inner:
            yield from ((f"{name}.{below}", is_text) for below, is_text in _properties(inner, schemas))
        else:
            yield name, inner.get("type") == "string" and not {"format", "enum", "const"} & set(inner)


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return _resolved(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    choices = [each for each in schema.get("anyOf", []) if each != {"type": "null"}]
    return _resolved(choices[0], schemas) if choices else schema
