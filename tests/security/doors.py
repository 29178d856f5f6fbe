"""Every route of the web application and the API, with its rule and a request that would succeed for who may."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from tests.security.door import DAY, RECEIVED, Again, deed
from tests.security.door import Door as Door  # the tests know it by this module
from tests.security.feed_doors import FEEDS
from tests.security.ladder_doors import LADDERS
from tests.security.law import Rule
from tests.security.letter_doors import LETTERS
from tests.security.world import World

_DEEDS = {
    **deed("answer", Rule.WORK, {"answered_on": DAY}),
    **deed("note", Rule.WORK, {"note": "Ringte tilbake."}),
    **deed("interim-reply", Rule.WORK, {"replied_on": DAY}),
    **deed("extend", Rule.WORK, {"extended_to": "2026-06-01", "reason": "Befaring"}),
    **deed("exclude", Rule.WORK, {"reason": "spam"}),
    **deed("include", Rule.WORK, {"reason": "Feil"}, excluded=True),
    **deed(
        "correct",
        Rule.WORK,
        {"subject": "Rettet", "received_on": RECEIVED, "stream": "external", "channel": "web", "kind": ""},
    ),
    ("cases.link", "GET"): Door(Rule.WORK, "/cases/{reference}/link"),
    ("cases.link", "POST"): Door(
        Rule.WORK, "/cases/{reference}/link", lambda world: {"version": "1", "other": world.beside()}
    ),
    ("cases.unlink", "GET"): Door(Rule.WORK, "/cases/{reference}/unlink"),
    ("cases.unlink", "POST"): Door(
        Rule.WORK, "/cases/{reference}/unlink", lambda world: {"version": "1", "other": world.beside(linked=True)}
    ),
    ("cases.attach", "GET"): Door(Rule.WORK, "/cases/{reference}/attach"),
    ("cases.attach", "POST"): Door(
        Rule.WORK, "/cases/{reference}/attach", lambda _: {"version": "1", "files": (Again(b"Et notat."), "notat.txt")}
    ),
    ("cases.detach", "GET"): Door(Rule.WORK, "/cases/{reference}/detach"),
    ("cases.detach", "POST"): Door(
        Rule.WORK, "/cases/{reference}/detach", lambda world: {"version": "1", "file": str(world.attached())}
    ),
    ("cases.file", "GET"): Door(Rule.READ, lambda world: f"/cases/{world.reference}/files/{world.attached()}"),
    **deed("assign", Rule.ASSIGN, {"handler": ""}),
    **deed("hand-over", Rule.ASSIGN, {"unit": "Kultur"}),
}


def _to_nobody(world: World) -> dict[str, str]:
    return {"step": "assign", "case": f"{world.reference}.1", "handler": ""}


_PAGES = {
    ("static", "GET"): Door(Rule.OPEN, "/static/dialogen.css"),
    ("home.front", "GET"): Door(Rule.SIGNED_IN, "/"),
    ("accounts.sign_in", "GET"): Door(Rule.OPEN, "/sign-in"),
    ("accounts.sign_in", "POST"): Door(Rule.OPEN, "/sign-in", {"email": "ukjent@asker.example", "password": "ukjent"}),
    ("accounts.sign_out", "POST"): Door(Rule.OPEN, "/sign-out", ends=True),
    ("accounts.link", "GET"): Door(Rule.OPEN, "/sign-in/link/ukjent"),
    ("accounts.link", "POST"): Door(Rule.OPEN, "/sign-in/link/ukjent"),
    ("forgotten_passwords.ask", "GET"): Door(Rule.OPEN, "/sign-in/forgot"),
    ("forgotten_passwords.ask", "POST"): Door(Rule.OPEN, "/sign-in/forgot", {"email": "ukjent@asker.example"}),
    ("accounts.own", "GET"): Door(Rule.SIGNED_IN, "/account"),
    ("own_account.password", "GET"): Door(Rule.SIGNED_IN, "/account/password"),
    ("own_account.password", "POST"): Door(
        Rule.SIGNED_IN,
        "/account/password",
        lambda world: {"present": world.everybodys_password(), "password": "gul traktor over fjorden"},
        ends=True,
    ),
    ("own_account.language", "GET"): Door(Rule.SIGNED_IN, "/account/language"),
    ("own_account.language", "POST"): Door(Rule.SIGNED_IN, "/account/language", {"language": "nb"}),
    ("reader_language.choose", "POST"): Door(Rule.OPEN, "/language", {"language": "nb"}),
    ("own_account.end_session", "GET"): Door(Rule.SIGNED_IN, "/account/sessions/999999/end"),
    ("own_account.end_session", "POST"): Door(
        Rule.SIGNED_IN,
        "/account/sessions/999999/end",
        lambda world: {"present": world.everybodys_password()},
    ),
    ("own_account.end_others", "GET"): Door(Rule.SIGNED_IN, "/account/sessions/end-others"),
    ("own_account.end_others", "POST"): Door(
        Rule.SIGNED_IN,
        "/account/sessions/end-others",
        lambda world: {"present": world.everybodys_password()},
    ),
    ("tokens.own", "GET"): Door(Rule.SIGNED_IN, "/account/tokens"),
    ("tokens.own", "POST"): Door(
        Rule.SIGNED_IN,
        "/account/tokens",
        lambda world: {
            "name": "Portalen",
            "scopes": "stats:read",
            "expires_on": "2026-12-31",
            "present": world.everybodys_password(),
        },
    ),
    ("tokens.revoke", "POST"): Door(Rule.SIGNED_IN, lambda world: f"/account/tokens/{world.own_token()}/revoke"),
    ("oidc.start", "GET"): Door(Rule.OPEN, "/sign-in/oidc"),
    ("oidc.claim", "GET"): Door(Rule.OPEN, "/sign-in/link/ukjent/oidc"),
    ("oidc.come_back", "GET"): Door(Rule.OPEN, "/sign-in/oidc/callback"),
    ("oidc.leave", "GET"): Door(Rule.OPEN, "/sign-out/oidc"),
    ("oidc.link", "GET"): Door(Rule.SIGNED_IN, "/account/link"),
    ("cases.list", "GET"): Door(Rule.SIGNED_IN, "/cases"),
    ("cases.export", "GET"): Door(Rule.SIGNED_IN, "/cases/export/csv"),
    ("cases.order_export", "GET"): Door(Rule.SIGNED_IN, "/cases/export/csv/order"),
    ("cases.order_export", "POST"): Door(Rule.SIGNED_IN, "/cases/export/csv/order"),
    ("cases.bulk", "GET"): Door(Rule.SIGNED_IN, "/cases/bulk"),
    ("cases.bulk", "POST"): Door(
        Rule.SIGNED_IN, "/cases/bulk", lambda world: {"step": "assign", "case": f"{world.reference}.1"}
    ),
    ("cases.bulk_preview", "POST"): Door(Rule.SIGNED_IN, "/cases/bulk/preview", _to_nobody),
    ("cases.bulk_run", "POST"): Door(Rule.SIGNED_IN, "/cases/bulk/run", _to_nobody),
    ("cases.bulk_done", "GET"): Door(Rule.SIGNED_IN, lambda world: f"/cases/bulk/{world.own_step()}"),
    ("cases.bulk_undo", "POST"): Door(Rule.SIGNED_IN, lambda world: f"/cases/bulk/{world.own_step()}/undo"),
    ("cases.save_view", "GET"): Door(Rule.SIGNED_IN, "/cases/views"),
    ("cases.save_view", "POST"): Door(
        Rule.SIGNED_IN, "/cases/views?state=open", lambda world: {"name": world.fresh("Visning"), "audience": ""}
    ),
    ("cases.view", "GET"): Door(Rule.SIGNED_IN, World.own_view),
    ("cases.view", "POST"): Door(Rule.SIGNED_IN, World.own_view, lambda world: {"name": world.fresh("Visning")}),
    ("cases.change_view", "POST"): Door(Rule.SIGNED_IN, lambda world: f"{world.own_view()}/list"),
    ("cases.delete_view", "POST"): Door(Rule.SIGNED_IN, lambda world: f"{world.own_view()}/delete"),
    ("cases.begin_with", "POST"): Door(Rule.SIGNED_IN, "/cases/views/begin"),
    ("cases.keep_columns", "POST"): Door(Rule.SIGNED_IN, "/cases/views/columns"),
    ("cases.show", "GET"): Door(Rule.SEE, "/cases/{reference}"),
    ("reports.find", "GET"): Door(Rule.SIGNED_IN, "/reports/mv-1.1", {"year": "2026"}),
    ("reports.year", "GET"): Door(Rule.SIGNED_IN, "/reports/mv-1.1/2026"),
    ("reports.download", "GET"): Door(Rule.SIGNED_IN, "/reports/mv-1.1/2026/csv"),
    ("letters.list_letters", "GET"): Door(Rule.SIGNED_IN, "/letters"),
    ("help_pages.show", "GET"): Door(Rule.SIGNED_IN, "/help"),
    ("help_pages.of_role", "GET"): Door(Rule.SIGNED_IN, "/help/handler"),
    ("errands.list_errands", "GET"): Door(Rule.SIGNED_IN, "/errands"),
    ("errands.show", "GET"): Door(Rule.SIGNED_IN, lambda world: f"/errands/{world.own_errand()}"),
    ("errands.stop", "POST"): Door(Rule.SIGNED_IN, lambda world: f"/errands/{world.own_errand()}/stop"),
    ("errands.download", "GET"): Door(Rule.SIGNED_IN, lambda world: f"/errands/{world.own_errand()}/file"),
}

_ADMIN = {
    ("admin.front", "GET"): Door(Rule.ADMINISTER, "/admin"),
    ("admin.first_steps", "GET"): Door(Rule.ADMINISTER, "/admin/first-steps"),
    ("admin.try_mail", "POST"): Door(Rule.ADMINISTER, "/admin/first-steps/mail"),
    ("admin.confirm_rule", "POST"): Door(Rule.ADMINISTER, "/admin/first-steps/rule"),
    ("admin.put_guide_away", "POST"): Door(Rule.ADMINISTER, "/admin/first-steps/put-away"),
    ("admin.access", "GET"): Door(Rule.ADMINISTER, "/admin/access"),
    ("admin.download_access", "GET"): Door(Rule.ADMINISTER, "/admin/access/csv-excel"),
    ("admin.order_access", "GET"): Door(Rule.ADMINISTER, "/admin/access/csv-excel/order"),
    ("admin.order_access", "POST"): Door(Rule.ADMINISTER, "/admin/access/csv-excel/order"),
    ("admin.tokens", "GET"): Door(Rule.ADMINISTER, "/admin/tokens"),
    ("admin.revoke_token", "POST"): Door(
        Rule.ADMINISTER, lambda world: f"/admin/tokens/{world.token_of(world.other)}/revoke"
    ),
    ("admin.changes", "GET"): Door(Rule.ADMINISTER, "/admin/changes"),
    ("admin.closed_days", "GET"): Door(Rule.ADMINISTER, "/admin/closed-days"),
    ("admin.closed_days", "POST"): Door(
        Rule.ADMINISTER, "/admin/closed-days", lambda world: {"day": world.later_day(), "name": "Stengt"}
    ),
    ("admin.remove_closed_day", "POST"): Door(
        Rule.ADMINISTER, "/admin/closed-days/remove", lambda world: {"day": world.closed_day()}
    ),
    ("admin.imports", "GET"): Door(Rule.ADMINISTER, "/admin/import"),
    ("admin.imports", "POST"): Door(
        Rule.ADMINISTER, "/admin/import", lambda _: {"file": (BytesIO(b"referanse;mottatt\n"), "liste.csv")}
    ),
    ("admin.import_file", "GET"): Door(Rule.ADMINISTER, lambda world: f"/admin/import/{world.own_upload()}"),
    ("admin.import_columns", "GET"): Door(Rule.ADMINISTER, lambda world: f"/admin/import/{world.own_upload()}/columns"),
    ("admin.import_columns", "POST"): Door(
        Rule.ADMINISTER,
        lambda world: f"/admin/import/{world.own_upload()}/columns",
        {"reference": "referanse", "received": "mottatt", "source": "portalen"},
    ),
    ("admin.import_words", "GET"): Door(Rule.ADMINISTER, lambda world: f"/admin/import/{world.own_upload()}/words"),
    ("admin.import_words", "POST"): Door(
        Rule.ADMINISTER, lambda world: f"/admin/import/{world.own_upload()}/words", {"word0": "external"}
    ),
    ("admin.import_run", "POST"): Door(
        Rule.ADMINISTER, lambda world: f"/admin/import/{world.own_upload()}/run", {"bad_rows": "stop"}
    ),
    ("admin.import_discard", "POST"): Door(
        Rule.ADMINISTER, lambda world: f"/admin/import/{world.own_upload()}/discard"
    ),
    ("admin.import_save_profile", "POST"): Door(
        Rule.ADMINISTER,
        lambda world: f"/admin/import/{world.own_upload()}/profile",
        lambda world: {"name": world.fresh("Profil")},
    ),
    ("admin.import_remove_profile", "POST"): Door(
        Rule.ADMINISTER, "/admin/import/profiles/remove", lambda world: {"name": world.saved_profile()}
    ),
    ("admin.kinds", "GET"): Door(Rule.ADMINISTER, "/admin/kinds"),
    ("admin.kinds", "POST"): Door(Rule.ADMINISTER, "/admin/kinds", lambda world: {"name": world.fresh("Type")}),
    ("admin.kind", "GET"): Door(Rule.ADMINISTER, "/admin/kinds/1"),
    ("admin.kind", "POST"): Door(Rule.ADMINISTER, "/admin/kinds/1", lambda world: {"name": world.fresh("Type")}),
    ("admin.people", "GET"): Door(Rule.ADMINISTER, "/admin/people"),
    ("admin.person", "GET"): Door(Rule.ADMINISTER, lambda world: f"/admin/people/{world.other}"),
    ("admin.disable_person", "POST"): Door(Rule.ADMINISTER, lambda world: f"/admin/people/{world.other}/disable"),
    ("admin.enable_person", "POST"): Door(Rule.ADMINISTER, lambda world: f"/admin/people/{world.other}/enable"),
    ("admin.person_link", "POST"): Door(Rule.ADMINISTER, lambda world: f"/admin/people/{world.other}/link"),
    ("admin.unlink", "POST"): Door(Rule.ADMINISTER, lambda world: world.linked_to_elsewhere() + "/remove"),
    ("admin.end_sessions", "POST"): Door(Rule.ADMINISTER, lambda world: f"/admin/people/{world.other}/sessions/end"),
    ("admin.give_role", "POST"): Door(
        Rule.ADMINISTER, lambda world: f"/admin/people/{world.other}/roles", {"role": "handler", "unit": "*"}
    ),
    ("admin.remove_role", "POST"): Door(
        Rule.ADMINISTER, lambda world: f"/admin/people/{world.other}/roles/remove", {"role": "manager", "unit": "*"}
    ),
    ("admin.add_person", "GET"): Door(Rule.ADMINISTER, "/admin/people/new"),
    ("admin.add_person", "POST"): Door(
        Rule.ADMINISTER,
        "/admin/people/new",
        lambda world: {
            "email": f"{world.fresh('ny')}@asker.example".replace(" ", ""),
            "name": "Ny Nyesen",
            "role": "handler",
            "unit": "*",
        },
    ),
    ("admin.retention", "GET"): Door(Rule.ADMINISTER, "/admin/retention"),
    ("admin.retention", "POST"): Door(
        Rule.ADMINISTER, "/admin/retention", {"keepsake": "sender", "kind": "", "months": "25"}
    ),
    ("admin.remove_retention", "POST"): Door(
        Rule.ADMINISTER, lambda world: f"/admin/retention/rules/{world.kept_longer()}/remove"
    ),
    ("admin.disposals", "GET"): Door(Rule.ADMINISTER, "/admin/retention/disposals"),
    ("admin.disposal_list", "GET"): Door(
        Rule.ADMINISTER, lambda world: f"/admin/retention/lists/{world.waiting_list()}"
    ),
    ("admin.disposal_list_csv", "GET"): Door(
        Rule.ADMINISTER, lambda world: f"/admin/retention/lists/{world.waiting_list()}/csv"
    ),
    ("admin.approve_disposal", "POST"): Door(
        Rule.ADMINISTER,
        lambda world: f"/admin/retention/lists/{world.waiting_list()}/approve",
        {"assessment": "archived"},
    ),
    ("admin.refuse_disposal", "POST"): Door(
        Rule.ADMINISTER, lambda world: f"/admin/retention/lists/{world.waiting_list()}/refuse", {"reason": "Ikke nå"}
    ),
    ("admin.rules", "GET"): Door(Rule.ADMINISTER, "/admin/rules"),
    ("admin.rules", "POST"): Door(
        Rule.ADMINISTER, "/admin/rules", lambda world: {"valid_from": world.later_day(), "days": "21", "roll": "none"}
    ),
    ("admin.units", "GET"): Door(Rule.ADMINISTER, "/admin/units"),
    ("admin.units", "POST"): Door(
        Rule.ADMINISTER, "/admin/units", lambda world: {"name": world.fresh("Ny virksomhet")}
    ),
    ("admin.unit", "GET"): Door(Rule.ADMINISTER, lambda world: f"/admin/units/{world.other_unit}"),
    ("admin.unit", "POST"): Door(
        Rule.ADMINISTER, lambda world: f"/admin/units/{world.other_unit}", lambda world: {"name": world.fresh("Havn")}
    ),
    ("letters.send_again", "POST"): Door(Rule.ADMINISTER, lambda world: f"/letters/{world.dead_letter()}/again"),
}

_REGISTERING = {
    ("cases.register", "GET"): Door(Rule.REGISTER_SOMEWHERE, "/cases/new"),
    ("cases.register", "POST"): Door(
        Rule.REGISTER,
        "/cases/new",
        lambda world: {
            "received_on": DAY,
            "channel": "web",
            "stream": "external",
            "unit": world.unit_name or "",
            "handler": "",
            "kind": "",
        },
    ),
}


def _json(body: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"json": body(world) if callable(body) else body}


_API = "/api/v1"
_API_DOORS = {
    ("api_cases.register_case", "POST"): Door(
        Rule.REGISTER, f"{_API}/cases", _json(lambda world: {"received_on": DAY, "unit": world.unit_name})
    ),
    ("api_cases.list_cases", "GET"): Door(Rule.SIGNED_IN, f"{_API}/cases"),
    ("api_cases.show_case", "GET"): Door(Rule.SEE, f"{_API}/cases/{{reference}}"),
    ("api_cases.change_case", "PATCH"): Door(Rule.WORK, f"{_API}/cases/{{reference}}", _json({"subject": "Rettet"})),
    ("api_cases.answer_case", "POST"): Door(
        Rule.WORK, f"{_API}/cases/{{reference}}/answer", _json({"answered_on": DAY})
    ),
    ("api_cases.extend_case", "POST"): Door(
        Rule.WORK, f"{_API}/cases/{{reference}}/extension", _json({"extended_to": "2026-06-01", "reason": "Befaring"})
    ),
    ("api_cases.exclude_case", "POST"): Door(
        Rule.WORK, f"{_API}/cases/{{reference}}/exclusion", _json({"reason": "spam"})
    ),
    ("api_links.link_case", "POST"): Door(
        Rule.WORK, f"{_API}/cases/{{reference}}/links", _json(lambda world: {"other": world.beside()})
    ),
    ("api_links.unlink_case", "DELETE"): Door(
        Rule.WORK,
        f"{_API}/cases/{{reference}}/links",
        lambda world: {"query_string": {"other": world.beside(linked=True)}},
    ),
    ("api_docs.read_description", "GET"): Door(Rule.SIGNED_IN, f"{_API}/docs"),
    ("api_docs.describe", "GET"): Door(Rule.SIGNED_IN, f"{_API}/openapi.json"),
    ("api_reports.yearly_report", "GET"): Door(Rule.SIGNED_IN, f"{_API}/reports/mv-1.1/2026"),
    ("api_health.live", "GET"): Door(Rule.OPEN, "/healthz"),
    ("api_health.ready", "GET"): Door(Rule.OPEN, "/readyz"),
    ("api_health.metrics", "GET"): Door(Rule.SIGNED_IN, "/metrics"),
}


def _decision(path: str, rule: Rule, by: str, **sent: str) -> Door:
    return Door(
        rule,
        f"/cases/{{reference}}/pending/{path}",
        lambda world: {"pending": str(world.pending_id), **sent},
        {"proposed_by": by},
    )


_FOUR_EYES = {
    ("cases.pending", "GET"): Door(Rule.SIGNED_IN, "/cases/pending"),
    ("cases.decide", "GET"): Door(Rule.KNOW, "/cases/{reference}/pending", case={"proposed_by": "colleague"}),
    ("cases.approve", "POST"): _decision("approve", Rule.APPROVE, "colleague"),
    ("cases.refuse", "POST"): _decision("refuse", Rule.APPROVE, "colleague", reason="Nei"),
    ("cases.withdraw", "POST"): _decision("withdraw", Rule.WITHDRAW, "me"),
    ("api_pending.list_pending", "GET"): Door(Rule.SIGNED_IN, f"{_API}/pending"),
    ("api_pending.approve_change", "POST"): Door(
        Rule.APPROVE, f"{_API}/cases/{{reference}}/pending/approval", case={"proposed_by": "colleague"}
    ),
    ("api_pending.refuse_change", "POST"): Door(
        Rule.APPROVE,
        f"{_API}/cases/{{reference}}/pending/refusal",
        _json({"reason": "Nei"}),
        {"proposed_by": "colleague"},
    ),
    ("api_pending.withdraw_change", "DELETE"): Door(
        Rule.WITHDRAW, f"{_API}/cases/{{reference}}/pending", case={"proposed_by": "me"}
    ),
}

_OWN_SECOND_STEP = "/account/second-step"
_SECOND_STEP = {
    # Whoever is all the way in is led on; halfway in, they are tried in tests/web/test_second_step.py.
    ("second_step.enter", "GET"): Door(Rule.SIGNED_IN, "/sign-in/second-step"),
    ("second_step.enter", "POST"): Door(Rule.SIGNED_IN, "/sign-in/second-step"),
    ("second_step.enrol", "GET"): Door(Rule.SIGNED_IN, "/sign-in/second-step/new"),
    ("second_step.enrol", "POST"): Door(Rule.SIGNED_IN, "/sign-in/second-step/new"),
    ("second_step.own", "GET"): Door(Rule.SIGNED_IN, _OWN_SECOND_STEP),
    ("second_step.set_up", "GET"): Door(Rule.SIGNED_IN, f"{_OWN_SECOND_STEP}/new"),
    ("second_step.set_up", "POST"): Door(Rule.SIGNED_IN, f"{_OWN_SECOND_STEP}/new", World.first_code),
    ("second_step.renew_codes", "GET"): Door(Rule.SIGNED_IN, f"{_OWN_SECOND_STEP}/codes"),
    ("second_step.renew_codes", "POST"): Door(Rule.SIGNED_IN, f"{_OWN_SECOND_STEP}/codes", World.proof),
    ("second_step.take_off", "GET"): Door(Rule.SIGNED_IN, f"{_OWN_SECOND_STEP}/remove"),
    ("second_step.take_off", "POST"): Door(Rule.SIGNED_IN, f"{_OWN_SECOND_STEP}/remove", World.proof),
    ("admin.second_step", "GET"): Door(
        Rule.ADMINISTER, lambda world: f"/admin/people/{world.lost_second_step()}/second-step"
    ),
    ("admin.reset_second_step", "POST"): Door(
        Rule.ADMINISTER, lambda world: f"/admin/people/{world.lost_second_step()}/second-step/reset"
    ),
    ("privacy.statement", "GET"): Door(Rule.OPEN, "/privacy"),
    ("accessibility.statement", "GET"): Door(Rule.OPEN, "/accessibility"),
    ("appearance.show", "GET"): Door(Rule.OPEN, "/appearance"),
    ("appearance.choose", "POST"): Door(Rule.OPEN, "/appearance", {"scheme": "dark"}),
    ("appearance.style_sheet", "GET"): Door(Rule.OPEN, "/brand.css"),
    ("appearance.logo", "GET"): Door(Rule.OPEN, "/logo"),
}

#: (endpoint, method, door): a route that serves two rules stands twice.
DOORS: list[tuple[str, str, Door]] = [
    *(
        (*key, door)
        for part in (_PAGES, _SECOND_STEP, _DEEDS, _FOUR_EYES, _REGISTERING, LETTERS, LADDERS, _ADMIN, _API_DOORS)
        for key, door in part.items()
    ),
    *FEEDS,
    (
        "api_cases.change_case",
        "PATCH",
        Door(Rule.ASSIGN, f"{_API}/cases/{{reference}}", _json({"handler": None})),
    ),
]


def is_api(endpoint: str) -> bool:
    """Say whether a route is one for programs, asked with a token."""
    return endpoint.startswith("api_")
