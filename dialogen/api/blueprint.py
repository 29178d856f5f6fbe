"""The JSON API under /api/v1, and beside it the addresses that machines watch: each blueprint with its refusals."""

from apiflask import APIFlask

from dialogen.api import access, errors, looking, openapi
from dialogen.api.cases import api_cases
from dialogen.api.docs import api_docs
from dialogen.api.health import api_health
from dialogen.api.links import api_links
from dialogen.api.pending import api_pending
from dialogen.api.reports import api_reports
from dialogen.extensions import csrf

BLUEPRINTS = (api_cases, api_links, api_pending, api_reports, api_docs, api_health)

for blueprint in BLUEPRINTS:
    errors.register(blueprint)
    looking.register(blueprint)
    blueprint.after_request(access.tell_allowance)
    # Only a token opens these routes, and a browser never sends one by itself: there is nothing to forge.
    csrf.exempt(blueprint)


def register(app: APIFlask) -> None:
    """Add the API to the application."""
    openapi.settle(app)
    app.before_request(errors.answer_unknown_address)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
