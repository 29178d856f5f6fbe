"""The pages of cases under one address; each kind of page adds its own routes."""

from flask import Blueprint

from dialogen.web import (
    bulk,
    case_deeds,
    case_files,
    case_list,
    case_page,
    case_registration,
    letters_to_sender,
    list_files,
    pending,
    saved_views,
)

cases = Blueprint("cases", __name__, url_prefix="/cases")
case_list.add_routes(cases)
list_files.add_routes(cases)
saved_views.add_routes(cases)
bulk.add_routes(cases)
case_registration.add_routes(cases)
case_page.add_routes(cases)
case_deeds.add_routes(cases)
case_files.add_routes(cases)
pending.add_routes(cases)
letters_to_sender.add_routes(cases)
