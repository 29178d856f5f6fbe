"""The pages of an administrator under one address; each subject adds its own routes."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from dialogen.extensions import office
from dialogen.services import first_steps
from dialogen.web import (
    admin_access,
    admin_changes,
    admin_closed_days,
    admin_first_steps,
    admin_identities,
    admin_import,
    admin_kinds,
    admin_people,
    admin_retention,
    admin_roles,
    admin_rules,
    admin_second_step,
    admin_tokens,
    admin_units,
    visit,
)
from dialogen.web.access import administrator

admin = Blueprint("admin", __name__, url_prefix="/admin")


@admin.get("")
@administrator
def front() -> ResponseReturnValue:
    """Lead to the first steps while some are left, and then to the first of the other pages."""
    guide = first_steps.show_guide(office().db, by=visit.standing())
    return redirect(url_for("admin.first_steps" if guide.is_wanted else "admin.units"), code=303)


admin_first_steps.add_routes(admin)
admin_units.add_routes(admin)
admin_people.add_routes(admin)
admin_roles.add_routes(admin)
admin_second_step.add_routes(admin)
admin_identities.add_routes(admin)
admin_kinds.add_routes(admin)
admin_rules.add_routes(admin)
admin_import.add_routes(admin)
admin_closed_days.add_routes(admin)
admin_retention.add_routes(admin)
admin_changes.add_routes(admin)
admin_tokens.add_routes(admin)
admin_access.add_routes(admin)
