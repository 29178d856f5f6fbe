"""The roof: puts the parts together. create_app builds the application, main is the console script."""

import importlib.util
import logging
import sys
from typing import TYPE_CHECKING, cast

import click
from apiflask import APIFlask
from flask import Flask
from flask.cli import FlaskGroup
from flask_mail import Mail
from jinja2 import StrictUndefined

from dialogen.api import blueprint as api
from dialogen.cli import commands
from dialogen.database.engine import Database
from dialogen.domain.errors import DialogenError
from dialogen.extensions import Office, csrf, login_manager
from dialogen.mail.post import Post, ShowingPost, SmtpPost
from dialogen.resources import resource_root
from dialogen.web import blueprints as web

if TYPE_CHECKING:
    from config import Config

LONGEST_BODY = 64 * 1024 * 1024


def create_app(config: "Config | None" = None, *, post: Post | None = None, show_letters: bool = False) -> Flask:
    """Build the application; touches neither network nor database.

    Without `config` the settings are read from the environment. `show_letters` shows letters instead of sending.
    """
    config = config or load_config()
    app = APIFlask(
        "dialogen",
        title="Dialogen",
        version="1",
        json_errors=False,
        docs_path=None,
        spec_path=None,
        enable_openapi=True,
        template_folder=str(resource_root() / "templates"),
        static_folder=str(resource_root().joinpath("dialogen", "static")),
    )
    _settle(app, config)
    mail = Mail(app)
    if post is None:
        post = ShowingPost() if show_letters else SmtpPost(mail, config.mail_sender)
    app.extensions["dialogen"] = Office(config, Database(config.database_url), post)
    login_manager.init_app(app)
    csrf.init_app(app)
    api.register(app)
    web.register(app)
    commands.register(app)
    return app


def _settle(app: Flask, config: "Config") -> None:
    app.config.update(
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.is_production,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session lasts
        MAX_CONTENT_LENGTH=LONGEST_BODY,
        MAIL_SERVER=config.mail_server,
        MAIL_PORT=config.mail_port,
        MAIL_USE_TLS=config.mail_use_tls,
        MAIL_USE_SSL=config.mail_use_ssl,
        MAIL_USERNAME=config.mail_username,
        MAIL_PASSWORD=config.mail_password,
        MAIL_DEFAULT_SENDER=config.mail_sender,
        MAIL_SUPPRESS_SEND=False,
    )
    app.jinja_env.undefined = StrictUndefined


def load_config() -> "Config":
    """Read the settings with config.py, which lies beside the package in a checkout and inside it in a wheel."""
    path = resource_root() / "config.py"
    if "config" not in sys.modules:
        spec = importlib.util.spec_from_file_location("config", path)
        if spec is None or spec.loader is None:
            raise FileNotFoundError(path)
        module = importlib.util.module_from_spec(spec)
        sys.modules["config"] = module
        spec.loader.exec_module(module)
    return cast("Config", sys.modules["config"].Config.from_env())


def main() -> None:
    """Run the console script `dialogen`: exit 0 done, 1 refused or incomplete, 2 wrong usage.

    What a user can get wrong is told in one readable line on stderr.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        config = load_config()
    except Exception as error:
        if type(error).__name__ != "ConfigError":
            raise
        for line in str(error).splitlines():
            click.echo(f"dialogen: {line}", err=True)
        sys.exit(1)
    console = FlaskGroup(
        name="dialogen",
        help="Follow inquiries until they are answered, and measure how many were answered in time.",
        add_default_commands=False,
        add_version_option=False,
        load_dotenv=False,
        set_debug_flag=False,
        create_app=lambda: create_app(config, show_letters=commands.shows_letters(config)),
    )
    commands.add_run(console)
    try:
        console.main(prog_name="dialogen")
    except DialogenError as error:
        click.echo(f"dialogen: {error}", err=True)
        sys.exit(1)
