"""Send files, see what they would change, publish or drop."""

from __future__ import annotations

import shutil
from http import HTTPStatus

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lookup.staff.access import accepts_bytes, account, audit, blueprint, staff
from lookup.staff.jobs import Jobs, JobsBusy
from lookup.staff.receiving import MOST_BYTES, UploadRefused, check_upload, receive_files
from lookup.staff.starting import start_reading

_SHOWN = 20  # of the latest refreshes


def jobs() -> Jobs:
    """The refreshes of this application."""
    return Jobs(staff().settings.state_dir)


@blueprint.get("/cap-nhat")
def uploads() -> Response:
    """The form, and the refreshes asked for lately."""
    return _form()


@blueprint.post("/cap-nhat")
@accepts_bytes(MOST_BYTES)
def upload() -> BaseResponse:
    """Keep the files and start to read them in a process of their own."""
    files = [file for file in request.files.getlist("files") if file.filename]
    withdraw_file = next((file for file in request.files.getlist("withdraw") if file.filename), None)
    codes, update = request.form.get("codes", ""), request.form.get("mode") == "update"
    try:
        check_upload(files, withdraw_file, codes, update)
    except UploadRefused as error:
        return _form(str(error), HTTPStatus.UNPROCESSABLE_ENTITY)
    job = jobs().make()
    try:
        given = receive_files(job, files, withdraw_file, codes)
        job.write_request(account().name, update=update, files=[file._asdict() for file in given])
        audit("upload", job=job.id, update=update, files=[{"name": file.name, "size": file.size, "sha256": file.sha256} for file in given])
        start_reading(job, staff().settings)
    except JobsBusy as error:
        shutil.rmtree(job.folder)
        return _form(str(error), HTTPStatus.CONFLICT)
    except OSError:
        shutil.rmtree(job.folder, ignore_errors=True)
        raise
    return redirect(url_for("staff.job", name=job.id), HTTPStatus.SEE_OTHER)


def _form(fault: str = "", status: HTTPStatus = HTTPStatus.OK) -> Response:
    latest = [(job, job.request(), job.state()) for job in jobs().list_all()[:_SHOWN]]
    return Response(render_template("staff/uploads.html", jobs=latest, fault=fault, most_megabytes=MOST_BYTES // 2**20), status)
