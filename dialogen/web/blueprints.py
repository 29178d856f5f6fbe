"""The list of the web application's blueprints. Each route states its guard; access.py stands before them all."""

from dataclasses import dataclass

from flask import Flask

from dialogen.domain.accounts import Act, may_administer, reach
from dialogen.extensions import office
from dialogen.services.ladders import may_set_any
from dialogen.services.letter_templates import may_word_any
from dialogen.web import (
    access,
    appearance,
    assets,
    bodies,
    case_links,
    compression,
    errors,
    filters,
    headers,
    hosts,
    identity_numbers,
    looking,
    moments,
    remembered,
    visit,
)
from dialogen.web.accessibility import accessibility
from dialogen.web.accounts import accounts
from dialogen.web.admin import admin
from dialogen.web.calendar_feeds import calendar_feeds
from dialogen.web.cases import cases
from dialogen.web.errands import errands
from dialogen.web.forgotten_passwords import forgotten_passwords
from dialogen.web.help_pages import help_pages
from dialogen.web.home import home
from dialogen.web.ladders import ladders
from dialogen.web.letter_templates import letter_templates
from dialogen.web.letters import letters
from dialogen.web.oidc import link_token, linked_to, oidc, service_name
from dialogen.web.own_account import own_account
from dialogen.web.privacy import privacy
from dialogen.web.reader_language import reader_language
from dialogen.web.reader_language import register as register_language
from dialogen.web.reports import reports
from dialogen.web.second_step import second_step
from dialogen.web.tokens import tokens

BLUEPRINTS = (
    home,
    accounts,
    own_account,
    forgotten_passwords,
    second_step,
    tokens,
    calendar_feeds,
    oidc,
    cases,
    reports,
    letters,
    letter_templates,
    ladders,
    errands,
    help_pages,
    admin,
    privacy,
    accessibility,
    reader_language,
    appearance.appearance,
)


def register(app: Flask) -> None:
    """Add the pages to the application."""
    compression.register(app)  # the last to touch an answer
    hosts.register(app)
    moments.register(app)
    bodies.register(app)
    identity_numbers.register(app)
    access.register(app)
    register_language(app)
    headers.register(app)
    assets.register(app)
    appearance.register(app)
    looking.register(app)
    errors.register(app)
    filters.register(app)
    case_links.register(app)
    remembered.register(app)
    app.jinja_env.globals.update(visitor=_visitor, municipality=_municipality)
    app.jinja_env.globals.update(most_megabytes=_most_megabytes)
    app.jinja_env.globals.update(contact=_contact, contact_address=_contact_address)
    app.jinja_env.globals.update(service_name=service_name, linked_to=linked_to, link_token=link_token)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)


def _most_megabytes() -> int:
    return office().config.attachment_mb


def _municipality() -> str:
    return office().config.municipality


def _contact() -> str | None:
    return office().config.contact


def _contact_address() -> str | None:
    """Return where a link to the contact leads: a page is its own address."""
    contact = office().config.contact
    return contact if contact is None or "://" in contact else f"mailto:{contact}"


@dataclass(frozen=True)
class Visitor:
    """What the frame of a page shows of its reader: the name, and which parts the menu leads to."""

    name: str
    sees_cases: bool
    registers: bool
    to_decide: int | None
    administers: bool
    words_letters: bool
    sets_alerts: bool
    pass_is_stale: bool


def _visitor() -> Visitor | None:
    """Return what the frame of a page shows of its reader."""
    found = visit.signed_in()
    if found is None:
        return None
    by = found.account.standing
    frame = visit.frame()
    return Visitor(
        name=found.account.name,
        sees_cases=not reach(by, Act.SEE).is_empty,
        registers=not reach(by, Act.REGISTER).is_empty,
        to_decide=frame.to_decide,
        administers=may_administer(by),
        words_letters=may_word_any(by),
        sets_alerts=may_set_any(by),
        pass_is_stale=frame.pass_is_stale,
    )
