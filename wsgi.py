"""The application for a WSGI server and for `flask --app wsgi`; schedules nothing."""

from dialogen.app import create_app

app = create_app()
