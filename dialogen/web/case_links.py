"""Addresses of the pages of a case, for lists of many: each kind of address is made once a request."""

from flask import Flask, g, url_for

_SIGN = "0000-000000"  # stands for a reference; every reference has digits and a hyphen alone


def register(app: Flask) -> None:
    """Let templates write `reference | case_page` and `reference | case_page("answer")`."""
    app.jinja_env.filters["case_page"] = case_page


def case_page(reference: str, page: str = "show") -> str:
    """Return the address of a page of a case, as url_for does."""
    made: dict[str, tuple[str, str]] = g.setdefault("case_pages", {})
    if page not in made:
        before, _, after = url_for(f"cases.{page}", reference=_SIGN).partition(_SIGN)
        made[page] = (before, after)
    before, after = made[page]
    return f"{before}{reference}{after}"
