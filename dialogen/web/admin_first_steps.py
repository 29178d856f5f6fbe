"""The first steps: a guide through setting up, with what is done and what is left, and a letter to try the mail with."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dialogen.domain.letters import LetterState
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.services import first_steps, letters
from dialogen.services.first_steps import MailTrial
from dialogen.web import visit
from dialogen.web.access import administrator


def add_routes(blueprint: Blueprint) -> None:
    """Add the first steps to an administrator's pages."""
    blueprint.add_url_rule("/first-steps", "first_steps", show)
    blueprint.add_url_rule("/first-steps/mail", "try_mail", try_mail, methods=["POST"])
    blueprint.add_url_rule("/first-steps/rule", "confirm_rule", confirm_rule, methods=["POST"])
    blueprint.add_url_rule("/first-steps/put-away", "put_guide_away", put_guide_away, methods=["POST"])


@administrator
def show() -> ResponseReturnValue:
    """Show the steps."""
    return render_template(
        "admin/first_steps.html", guide=first_steps.show_guide(office().db, by=visit.standing()), me=visit.me()
    )


@administrator
def try_mail() -> ResponseReturnValue:
    """Send the reader a letter, and say what became of it."""
    here = office()
    trial = first_steps.try_mail(
        here.db,
        letters.post_for(here.db, here.post, mail_server_named=here.config.mail_server_named),
        by=visit.standing(),
        stationery=letters.stationery_of(here.config),
        now=visit.now(),
    )
    flash(_told(trial), "message" if trial.state is LetterState.SENT else "warning")
    return redirect(url_for("admin.first_steps"), code=303)


@administrator
def confirm_rule() -> ResponseReturnValue:
    """Let the deadline rule stand as it is."""
    first_steps.confirm_rule(office().db, by=visit.standing(), now=visit.now())
    flash(gettext("Fristregelen er sett over."))
    return redirect(url_for("admin.first_steps"), code=303)


@administrator
def put_guide_away() -> ResponseReturnValue:
    """Offer the guide no more."""
    first_steps.put_guide_away(office().db, by=visit.standing(), now=visit.now())
    flash(gettext("«Kom i gang» er lagt bort. Du finner den fortsatt under Oppsett."))
    return redirect(url_for("admin.units"), code=303)


def _told(trial: MailTrial) -> str:
    address = visit.me().email
    if trial.state is LetterState.SENT:
        return gettext(
            "E-posttjeneren tok imot brevet til %(address)s. Se om det kommer fram, også blant søppelpost.",
            address=address,
        )
    if trial.state is LetterState.SHOWN:
        return gettext(
            "Ingen e-posttjener er satt opp, så det ble ikke sendt noe brev. Be den som drifter Dialogen, sette den opp."
        )
    return gettext(
        "Brevet ble ikke sendt. E-posttjeneren svarte: «%(answer)s». Be den som drifter Dialogen, se på oppsettet av "
        "e-post, og prøv igjen.",
        answer=trial.answer,
    )
