"""Import in the browser: a file, its columns, its words, a check of every row, and then the import.

Each step can be left and come back to. What is shown is from the reader's own file, never from the cases here.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dialogen.domain.errands import ErrandState
from dialogen.domain.errors import Conflict, InvalidInput, NotFound, WrongState
from dialogen.domain.imports import DEFAULT_SOURCE
from dialogen.domain.texts import required_name
from dialogen.extensions import office
from dialogen.files.case_rows import CLOSED_LISTS
from dialogen.files.columns import FIELDS
from dialogen.files.profiles import Profile, toml_of
from dialogen.files.tables import FileRefused
from dialogen.languages import gettext
from dialogen.services import errands, import_columns, import_errands, import_profiles, setup, uploads
from dialogen.services.errands import ErrandView
from dialogen.services.uploads import UploadView
from dialogen.web import errand_words, import_words, visit, wording
from dialogen.web.access import administrator
from dialogen.web.forms import Choices, choices
from dialogen.web.forms_import import ProfileForm, RunForm, UploadForm, columns_form, date_format_of, words_form

_WORDS: dict[str, Mapping[Any, str]] = {
    "stream": wording.STREAMS,
    "channel": wording.CHANNELS,
    "excluded": wording.EXCLUSIONS,
}


def add_routes(blueprint: Blueprint) -> None:
    """Add the import to an administrator's pages."""
    blueprint.add_url_rule("/import", "imports", front, methods=["GET", "POST"])
    blueprint.add_url_rule("/import/<int:upload_id>", "import_file", show)
    blueprint.add_url_rule("/import/<int:upload_id>/columns", "import_columns", columns, methods=["GET", "POST"])
    blueprint.add_url_rule("/import/<int:upload_id>/words", "import_words", words, methods=["GET", "POST"])
    blueprint.add_url_rule("/import/<int:upload_id>/run", "import_run", run, methods=["POST"])
    blueprint.add_url_rule("/import/<int:upload_id>/discard", "import_discard", discard, methods=["POST"])
    blueprint.add_url_rule("/import/<int:upload_id>/profile", "import_save_profile", save_profile, methods=["POST"])
    blueprint.add_url_rule("/import/profiles/remove", "import_remove_profile", remove_profile, methods=["POST"])


@administrator
def front() -> ResponseReturnValue:
    """Show the form for a file, and the files that wait; or take a file."""
    form = UploadForm()
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        try:
            upload_id = uploads.keep_upload(
                office().db,
                folder=office().config.uploads_dir,
                by=visit.standing(),
                name=form.file.data.filename or "",
                stream=form.file.data.stream,
                now=visit.now(),
            )
        except FileRefused as refusal:
            form.file.errors = [import_words.told(str(refusal.values["why"]))]
        except InvalidInput as refusal:
            status = form.refuse(refusal)
        else:
            return redirect(url_for("admin.import_columns", upload_id=upload_id), code=303)
    answer = render_template(
        "admin/import.html",
        form=form,
        waiting=uploads.list_uploads(office().db, folder=office().config.uploads_dir, by=visit.standing()),
        jobs={each.id: each for each in errands.list_errands(office().db, account_id=visit.me().id)},
        profiles=import_profiles.list_profiles(office().db),
    )
    return answer, status


def _upload(upload_id: int, *, with_file: bool = False) -> UploadView:
    found = uploads.show_upload(
        office().db, folder=office().config.uploads_dir, by=visit.standing(), upload_id=upload_id
    )
    if with_file and (found.path is None or not found.path.is_file()):
        abort(404)
    return found


@administrator
def columns(upload_id: int) -> ResponseReturnValue:
    """Show the columns of a file with what they seem to hold, or take what they hold."""
    upload = _upload(upload_id, with_file=True)
    assert upload.path is not None
    known = import_profiles.list_profiles(office().db)
    there = import_columns.columns_of(upload.path, upload.profile)
    profile, fits = _suggested(upload, there, known)
    chosen = {field: request.form.get(field, "") for field in FIELDS} if request.method == "POST" else profile.columns
    readings = import_columns.date_readings(there, chosen, office().config.timezone)
    form = columns_form(
        there, profile.columns, readings, {"date_format": profile.date_format or "", "source": profile.source}
    )
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        try:
            _choose(upload, profile, form, readings)
        except (InvalidInput, WrongState) as refusal:
            status = form.refuse(refusal)
        except FileRefused as refusal:
            form.form_errors.append(import_words.told(str(refusal.values["why"])))
        else:
            return _after_columns(upload_id)
    answer = render_template(
        "admin/import_columns.html",
        upload=upload,
        columns=there,
        form=form,
        fields=FIELDS,
        fits=fits,
        no_headers=import_columns.seems_without_headers(there, office().config.timezone),
    )
    return answer, status


def _suggested(
    upload: UploadView, there: import_columns.Columns, known: list[import_profiles.NamedProfile]
) -> tuple[Profile, str | None]:
    wanted = request.args.get("profile")
    if upload.profile is not None and wanted is None:
        return upload.profile, None
    named = [each for each in known if each.name == wanted] or known
    return import_columns.guessed(there, named, office().config.timezone)


def _choose(upload: UploadView, before: Profile, form: Any, readings: list[import_columns.DateReading]) -> None:
    chosen = {field: getattr(form, field).data for field in FIELDS}
    mapped = {field: column for field, column in chosen.items() if column}
    profile = replace(
        before,
        source=required_name("source", (form.source.data or "").strip() or DEFAULT_SOURCE),
        date_format=date_format_of(form.date_format.data, readings),
        columns=mapped,
        values={field: table for field, table in before.values.items() if field in mapped},
    )
    uploads.choose_profile(office().db, by=visit.standing(), upload_id=upload.id, profile=profile)


def _after_columns(upload_id: int) -> ResponseReturnValue:
    """Go on to the words that mean nothing here, or, without any, to the check of the rows."""
    upload = _upload(upload_id, with_file=True)
    assert upload.path is not None
    assert upload.profile is not None
    if import_columns.unknown_words(upload.path, upload.profile, _units()):
        return redirect(url_for("admin.import_words", upload_id=upload_id), code=303)
    uploads.order_check(office().db, by=visit.standing(), upload_id=upload_id, now=visit.now())
    return redirect(url_for("admin.import_file", upload_id=upload_id), code=303)


def _units() -> list[str]:
    return [unit.name for unit in setup.list_units(office().db)]


@administrator
def words(upload_id: int) -> ResponseReturnValue:
    """Show the words of a file that mean nothing here, or take what they mean; then let the file be checked."""
    upload = _upload(upload_id, with_file=True)
    assert upload.path is not None
    if upload.profile is None:
        return redirect(url_for("admin.import_columns", upload_id=upload_id), code=303)
    unknown = import_columns.unknown_words(upload.path, upload.profile, _units())
    likely = import_columns.likely_meanings(upload.profile, unknown)
    form = words_form(unknown, _meanings(), likely)
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        said = {each: str(getattr(form, f"word{number}").data) for number, each in enumerate(unknown)}
        try:
            profile = import_columns.translated(upload.profile, said)
            uploads.choose_profile(office().db, by=visit.standing(), upload_id=upload_id, profile=profile)
            uploads.order_check(office().db, by=visit.standing(), upload_id=upload_id, now=visit.now())
        except WrongState as refusal:
            status = form.refuse(refusal)
        else:
            return redirect(url_for("admin.import_file", upload_id=upload_id), code=303)
    return render_template("admin/import_words.html", upload=upload, form=form, unknown=unknown, likely=likely), status


def _meanings() -> dict[str, Choices]:
    """Return what an unknown word of each field can mean."""
    meanings = {field: choices(_WORDS[field].items(), empty=gettext("Velg hva ordet betyr")) for field in CLOSED_LISTS}
    return meanings | {"unit": choices([(name, name) for name in _units()], empty=gettext("Lag en ny virksomhet"))}


@administrator
def show(upload_id: int) -> ResponseReturnValue:
    """Show how far a file has come: its check, what that found, its import, and what became of it."""
    return _page(_upload(upload_id), RunForm(formdata=None), ProfileForm(formdata=None)), 200


def _page(upload: UploadView, run_form: RunForm, profile_form: ProfileForm) -> str:
    checked, done = _errand(upload.check_id), _errand(upload.run_id)
    errand = done or checked
    found = None
    if checked is not None and checked.state is ErrandState.DONE and done is None:
        found = _found(checked.id)
    return render_template(
        "admin/import_file.html",
        upload=upload,
        checked=checked,
        done=done,
        errand=errand,
        found=found,
        progress=None if errand is None else errand_words.progress_of(errand),
        trouble=_trouble(errand),
        fields=[field for field in FIELDS if upload.profile is not None and field in upload.profile.columns],
        words_of=import_words.told,
        run_form=run_form,
        profile_form=profile_form,
        toml=None if upload.profile is None else toml_of(upload.profile),
    )


def _errand(errand_id: int | None) -> ErrandView | None:
    try:
        return errands.show_errand(office().db, errand_id=errand_id, account_id=visit.me().id) if errand_id else None
    except NotFound:
        return None


def _found(errand_id: int) -> import_errands.Found | None:
    folder, reader = office().config.errands_dir, visit.me().id
    path = errands.find_findings(office().db, folder=folder, errand_id=errand_id, account_id=reader, now=visit.now())
    return None if path is None else import_errands.found_by_check(path)


def _trouble(errand: ErrandView | None) -> str | None:
    """Return why the work failed; bad rows are told by their number."""
    if errand is None or errand.state is not ErrandState.FAILED or errand.told.get("rejected"):
        return None
    if errand.told.get("problem") == "FILE_REFUSED":
        return import_words.told(errand.told["values"]["why"])
    return errand_words.trouble_of(errand)


@administrator
def run(upload_id: int) -> ResponseReturnValue:
    """Let a checked file be imported."""
    form = RunForm()
    if form.validate():
        try:
            uploads.order_import(
                office().db,
                by=visit.standing(),
                upload_id=upload_id,
                keep_going=form.bad_rows.data == "skip",
                now=visit.now(),
            )
        except WrongState as refusal:
            status = form.refuse(refusal)
        else:
            return redirect(url_for("admin.import_file", upload_id=upload_id), code=303)
    else:
        status = 422
    return _page(_upload(upload_id), form, ProfileForm(formdata=None)), status


@administrator
def discard(upload_id: int) -> ResponseReturnValue:
    """Erase a file without importing it."""
    uploads.throw_away(office().db, folder=office().config.uploads_dir, by=visit.standing(), upload_id=upload_id)
    flash(gettext("Filen er slettet."))
    return redirect(url_for("admin.imports"), code=303)


@administrator
def save_profile(upload_id: int) -> ResponseReturnValue:
    """Save how a file is read under a name."""
    upload, form = _upload(upload_id), ProfileForm()
    if upload.profile is None:
        return redirect(url_for("admin.import_columns", upload_id=upload_id), code=303)
    if form.validate():
        try:
            import_profiles.save_profile(
                office().db,
                by=visit.standing(),
                author=visit.author(),
                name=form.name.data or "",
                profile=upload.profile,
                now=visit.now(),
            )
        except (InvalidInput, Conflict) as refusal:
            status = form.refuse(refusal)
        else:
            flash(gettext("Profilen er lagret. Neste fil med de samme kolonnene leses på samme måte."))
            return redirect(url_for("admin.import_file", upload_id=upload_id), code=303)
    else:
        status = 422
    return _page(upload, RunForm(formdata=None), form), status


@administrator
def remove_profile() -> ResponseReturnValue:
    """Forget a saved profile."""
    name = request.form.get("name", "")
    import_profiles.remove_profile(office().db, by=visit.standing(), author=visit.author(), name=name, now=visit.now())
    flash(gettext("Profilen er fjernet."))
    return redirect(url_for("admin.imports"), code=303)
