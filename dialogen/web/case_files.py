"""Files attached to cases: how much may be handed in at once, adding and taking away, and sending one to its reader."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from dialogen.domain.access_log import Manner, Sight
from dialogen.extensions import office
from dialogen.looks import looks_at
from dialogen.services import attachments
from dialogen.services.attachments import Cabinet, Checked, Handed
from dialogen.services.case_views import CaseView
from dialogen.services.cases import Deed
from dialogen.web import forms_cases as forms
from dialogen.web import visit
from dialogen.web.access import signed_in


def add_routes(blueprint: Blueprint) -> None:
    """Add the files to the pages of cases."""
    blueprint.add_url_rule("/<reference>/files/<int:number>", "file", send)


def cabinet() -> Cabinet:
    """Return where attached files lie, and how big and how many they may be."""
    config = office().config
    return Cabinet.of(config.attachments_dir, megabytes=config.attachment_mb, most_files=config.attachments_a_case)


@contextmanager
def handed_in(field: Any) -> Iterator[list[Checked]]:
    """Take in the files of a form for as long as the block lasts; raises InvalidInput for what may not be attached."""
    with attachments.taken_in(cabinet(), list(_handed(field.data or ()))) as checked:
        yield checked


def _handed(files: Iterable[FileStorage]) -> Iterator[Handed]:
    for each in files:
        if each.filename:  # a browser sends an empty part for a field that was left alone
            yield Handed(each.filename, each.stream)  # type: ignore[arg-type]


def attach(reference: str, form: forms.AttachmentForm, deed: Deed) -> CaseView:
    """Attach what a form holds."""
    with handed_in(form.files) as files:
        return attachments.attach(office().db, cabinet(), reference=reference, files=files, deed=deed)


def detach(reference: str, form: forms.DetachmentForm, deed: Deed) -> CaseView:
    """Take away the file that a form names."""
    number = form.file.data or 0
    return attachments.detach(office().db, cabinet(), reference=reference, attachment_id=number, deed=deed)


@signed_in
@looks_at(Sight.CASE, Manner.EXPORTED)
def send(reference: str, number: int) -> ResponseReturnValue:
    """Send a file to be saved, never to be shown: the browser is told its type, and to run nothing of it."""
    found = attachments.open_attachment(
        office().db, cabinet(), reference=reference, attachment_id=number, by=visit.standing()
    )
    answer = send_file(
        found.path, mimetype=found.media_type, as_attachment=True, download_name=found.name, etag=False, max_age=None
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
