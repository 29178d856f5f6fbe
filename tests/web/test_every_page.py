"""Every page in every state is right HTML, and none is missing from the list that the tests of all pages go by."""

import pytest
from flask import Flask

from tests.every_page import STATES, State, is_page
from tests.security.world import World
from tests.web.pages import page_of


@pytest.mark.parametrize("state", STATES, ids=[state.name for state in STATES])
def test_a_page_is_right_html(municipality: World, state: State) -> None:
    path, sent = state.asked(municipality)
    method = "POST" if state.handed_in else "GET"
    answer = municipality.read_page(state.person, method, path, _gathered(sent))
    assert answer.status_code == state.status, f"{path}: {answer.status_code}\n{answer.text[:2000]}"
    assert answer.mimetype == "text/html", f"{state.name} is no page: name it in FILES of tests/every_page.py"
    assert state.shows in page_of(answer).text


def test_no_page_is_missing(bare: Flask) -> None:
    fetched = {rule.endpoint for rule in bare.url_map.iter_rules() if "GET" in (rule.methods or set())}
    looked_at = {state.name.partition("-")[0] for state in STATES if not state.handed_in}
    assert {each for each in fetched if is_page(each)} <= looked_at


def test_no_two_states_have_one_name() -> None:
    names = [state.name for state in STATES]
    assert len(set(names)) == len(names)


def _gathered(sent: list[tuple[str, str]]) -> dict[str, list[str]]:
    return {name: [value for other, value in sent if other == name] for name, _ in sent}
