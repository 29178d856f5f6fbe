"""Every page and every answer that shows cases or people is in the access log; the others say here why they are not."""

from flask import Flask

from dialogen.domain.access_log import Manner, Sight
from dialogen.guards import PUBLIC, guard_of
from dialogen.looks import look_of

OWN = "the reader's own account"
OWN_ORDERS = "the reader's own orders: counts alone; what they made is logged when it is fetched"
UPLOADS = "the reader's own file, which is no part of the cases yet"
OFFICE = "the office's set-up: no case and no person in it"
#: What may be fetched without a trace, and why. What is open to everybody knows nobody who could have looked.
NOT_LOGGED = {
    "accounts.own": OWN,
    "admin.add_person": "an empty form",
    "admin.closed_days": OFFICE,
    "admin.first_steps": OFFICE,
    "admin.front": "leads on",
    "admin.imports": UPLOADS,
    "admin.import_columns": UPLOADS,
    "admin.import_file": UPLOADS,
    "admin.import_words": UPLOADS,
    "admin.kind": OFFICE,
    "admin.order_access": "a question with a button; the file is logged when it is made and when it is fetched",
    "admin.kinds": OFFICE,
    "admin.retention": OFFICE,
    "admin.rules": OFFICE,
    "admin.unit": OFFICE,
    "admin.units": OFFICE,
    "api_docs.describe": "the description of the API",
    "api_docs.read_description": "the description of the API",
    "api_health.metrics": "counts alone, asked for every few seconds",
    "calendar_feeds.own": OWN,
    "cases.register": "an empty form",
    "errands.list_errands": OWN_ORDERS,
    "errands.show": OWN_ORDERS,
    "cases.save_view": "the reader's own settings",
    "cases.view": "the reader's own settings",
    "ladders.default": OFFICE,
    "ladders.list_ladders": OFFICE,
    "ladders.of_unit": OFFICE,
    "letter_templates.add": OFFICE,
    "letter_templates.change": OFFICE,
    "letter_templates.list_templates": OFFICE,
    "letter_templates.receipts": OFFICE,
    "help_pages.of_role": "the same words for everybody",
    "help_pages.show": "the same words for everybody",
    "oidc.link": OWN,
    "own_account.end_others": OWN,
    "own_account.end_session": OWN,
    "own_account.language": OWN,
    "own_account.password": OWN,
    "reports.find": "leads on",
    "second_step.enrol": OWN,
    "second_step.enter": OWN,
    "second_step.own": OWN,
    "second_step.renew_codes": OWN,
    "second_step.set_up": OWN,
    "second_step.take_off": OWN,
    "tokens.own": OWN,
}


def test_every_route_that_shows_something_is_logged_or_says_why_not(bare_app: Flask) -> None:
    shows = {rule.endpoint for rule in bare_app.url_map.iter_rules() if "GET" in (rule.methods or set())}
    views = {endpoint: bare_app.view_functions[endpoint] for endpoint in shows}
    known = {endpoint for endpoint, view in views.items() if not (guard_of(view) or "").startswith(PUBLIC)}
    unlogged = {endpoint for endpoint in known if look_of(views[endpoint]) is None}
    assert unlogged == set(NOT_LOGGED)


def test_whatever_the_api_answers_about_a_case_is_logged(bare_app: Flask) -> None:
    """Also the answers to deeds, which hold the whole case: a change that changes nothing is a look."""
    views = {name: view for name, view in bare_app.view_functions.items() if name.startswith(("api_cases", "api_p"))}
    assert len(views) > 9
    assert not [name for name, view in views.items() if look_of(view) is None]


def test_a_look_is_told_in_words_that_the_log_knows(bare_app: Flask) -> None:
    found = {look_of(view) for view in bare_app.view_functions.values()} - {None}
    assert found <= {(sight.value, manner.value) for sight in Sight for manner in Manner}
    assert len(found) > 8
