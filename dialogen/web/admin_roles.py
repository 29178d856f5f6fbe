"""Roles of an account: giving one, and taking one away."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dialogen.domain.access_log import Sight
from dialogen.domain.accounts import Role
from dialogen.domain.errors import NotFound, Problem
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.looks import looks_at
from dialogen.services import accounts, setup
from dialogen.web import visit
from dialogen.web.access import administrator
from dialogen.web.admin_people import get_person
from dialogen.web.forms_admin import RoleForm, place_of


def add_routes(blueprint: Blueprint) -> None:
    """Add the roles to an administrator's pages."""
    blueprint.add_url_rule("/people/<int:account_id>/roles", "give_role", give_role, methods=["POST"])
    blueprint.add_url_rule("/people/<int:account_id>/roles/remove", "remove_role", remove_role, methods=["POST"])


@administrator
@looks_at(Sight.PERSON, by="account_id")
def give_role(account_id: int) -> ResponseReturnValue:
    """Give an account one more role."""
    person = get_person(account_id)
    form = RoleForm()
    form.offer(setup.list_units(office().db))
    if not form.validate():
        return render_template("admin/person.html", person=person, form=form), 422
    accounts.add_account(
        office().db,
        by=visit.standing(),
        email=person.email,
        name=None,
        roles=[form.given],
        password=None,
        now=visit.now(),
    )
    flash(gettext("Rollen er gitt."))
    return redirect(url_for("admin.person", account_id=account_id), code=303)


@administrator
def remove_role(account_id: int) -> ResponseReturnValue:
    """Take a role away from an account."""
    role, unit = request.form.get("role", ""), request.form.get("unit", "")
    if role not in set(Role) or not unit:
        raise NotFound(Problem.NO_SUCH, what="role", value=role)
    accounts.remove_role(
        office().db, by=visit.standing(), now=visit.now(), account_id=account_id, role=Role(role), unit=place_of(unit)
    )
    flash(gettext("Rollen er tatt bort."))
    return redirect(url_for("admin.person", account_id=account_id), code=303)
