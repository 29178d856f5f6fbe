"""People: their accounts, shutting one out and letting it in, and links by which they set a password."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dialogen import looks
from dialogen.domain.access_log import Manner, Sight
from dialogen.domain.errors import InvalidInput, NotFound, Problem
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.looks import looks_at
from dialogen.services import accounts, own_account, sessions, setup
from dialogen.services.accounts import AccountView
from dialogen.web import visit
from dialogen.web.access import administrator
from dialogen.web.forms_admin import PersonForm, RoleForm


def add_routes(blueprint: Blueprint) -> None:
    """Add the people to an administrator's pages."""
    blueprint.add_url_rule("/people", "people", people)
    blueprint.add_url_rule("/people/new", "add_person", add_person, methods=["GET", "POST"])
    blueprint.add_url_rule("/people/<int:account_id>", "person", person)
    blueprint.add_url_rule("/people/<int:account_id>/link", "person_link", make_link, methods=["POST"])
    blueprint.add_url_rule("/people/<int:account_id>/sessions/end", "end_sessions", end_sessions, methods=["POST"])
    blueprint.add_url_rule("/people/<int:account_id>/disable", "disable_person", disable, methods=["POST"])
    blueprint.add_url_rule("/people/<int:account_id>/enable", "enable_person", enable, methods=["POST"])


@administrator
@looks_at(Sight.PEOPLE, Manner.LISTED)
def people() -> ResponseReturnValue:
    """List every account."""
    listed = accounts.list_accounts(office().db)
    looks.tell(shown=len(listed))
    return render_template("admin/people.html", people=listed)


@administrator
def add_person() -> ResponseReturnValue:
    """Show the form, or add an account with its first role and show the link to its first password."""
    form = PersonForm()
    form.offer(setup.list_units(office().db))
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        try:
            account, created = accounts.add_account(
                office().db,
                by=visit.standing(),
                email=form.email.data,
                name=form.name.data,
                roles=[form.given],
                password=None,
                now=visit.now(),
            )
        except InvalidInput as refusal:
            status = form.refuse(refusal)
        else:
            if created:
                return _show_link(account)
            flash(
                gettext(
                    "%(email)s hadde en konto fra før. Navnet er oppdatert og rollen lagt til.", email=account.email
                )
            )
            return redirect(url_for("admin.person", account_id=account.id), code=303)
    return render_template("admin/add_person.html", form=form), status


@administrator
@looks_at(Sight.PERSON, by="account_id")
def person(account_id: int) -> ResponseReturnValue:
    """Show an account: its roles, and what can be done with it."""
    form = RoleForm()
    form.offer(setup.list_units(office().db))
    return render_template("admin/person.html", person=get_person(account_id), form=form)


@administrator
@looks_at(Sight.PERSON, by="account_id")
def make_link(account_id: int) -> ResponseReturnValue:
    """Make a new link and show it, this once."""
    return _show_link(get_person(account_id))


@administrator
def end_sessions(account_id: int) -> ResponseReturnValue:
    """Sign a person out everywhere, at once."""
    own_account.end_sessions_of(
        office().db, by=visit.standing(), account_id=account_id, now=visit.now(), author=visit.author()
    )
    flash(gettext("Personen er logget ut alle steder."))
    return redirect(url_for("admin.person", account_id=account_id), code=303)


@administrator
def disable(account_id: int) -> ResponseReturnValue:
    """Shut an account out at once."""
    accounts.disable_account(office().db, by=visit.standing(), id=account_id, now=visit.now())
    flash(gettext("Kontoen er stengt."))
    return redirect(url_for("admin.person", account_id=account_id), code=303)


@administrator
def enable(account_id: int) -> ResponseReturnValue:
    """Let an account in again."""
    accounts.enable_account(office().db, by=visit.standing(), now=visit.now(), id=account_id)
    flash(gettext("Kontoen er åpnet igjen."))
    return redirect(url_for("admin.person", account_id=account_id), code=303)


def get_person(account_id: int) -> AccountView:
    """Return an account; raises NotFound."""
    found = accounts.find_account(office().db, account_id)
    if found is None:
        raise NotFound(Problem.NO_SUCH, what="account", value=account_id)
    return found


def _show_link(account: AccountView) -> str:
    """Show a new link in the answer itself: a secret is not carried on in a cookie."""
    secret = sessions.make_sign_in_link(
        office().db, by=visit.standing(), account_id=account.id, now=visit.now(), author=visit.author()
    )
    address = office().config.base_url + url_for("accounts.link", secret=secret)
    return render_template("admin/link.html", person=account, address=address, days=sessions.LINK_LIFETIME.days)
