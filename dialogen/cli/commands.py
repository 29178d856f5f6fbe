"""The list of the commands, each beside its module."""

import click
from flask import Flask

from dialogen.cli.accounts import users
from dialogen.cli.alerts import check_deadlines, run_scheduler
from dialogen.cli.doctor import doctor
from dialogen.cli.identity_numbers import look_at_words
from dialogen.cli.imports import import_command
from dialogen.cli.reports import report
from dialogen.cli.retention import retention
from dialogen.cli.second_steps import reseal_second_steps, reset_second_step
from dialogen.cli.serve import database, run
from dialogen.cli.subject import subject
from dialogen.cli.tokens import api_tokens
from dialogen.cli.units import units

COMMANDS: tuple[click.Command, ...] = (
    api_tokens,
    check_deadlines,
    database,
    doctor,
    import_command,
    report,
    retention,
    run_scheduler,
    subject,
    units,
    users,
)
look_at_words(COMMANDS)

users.add_command(reset_second_step)
users.add_command(reseal_second_steps)


def register(app: Flask) -> None:
    """Add the commands to the application, so that `flask --app wsgi` knows them too."""
    for command in COMMANDS:
        app.cli.add_command(command)


def add_run(console: click.Group) -> None:
    """Add `run`, which Flask's own program has a different one of."""
    console.add_command(run)
