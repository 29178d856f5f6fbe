"""The roof: puts the parts together. create_app builds the application, main is the console script."""

import importlib.util
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

import click
from alembic.util import CommandError
from apiflask import APIFlask
from flask import Flask, request
from flask.cli import AppGroup
from flask_mail import Mail
from jinja2 import StrictUndefined
from sqlalchemy.exc import DBAPIError, OperationalError

from dialogen import languages, log_lines
from dialogen.api import blueprint as api
from dialogen.cli import commands
from dialogen.database.condition import condition_of
from dialogen.database.engine import Database
from dialogen.database.trouble import words_of
from dialogen.domain.errors import DialogenError
from dialogen.domain.feeds import FETCHES_A_MINUTE
from dialogen.domain.national_ids import without_national_ids
from dialogen.domain.texts import in_one_line
from dialogen.extensions import Office, csrf, login_manager
from dialogen.mail.post import Post, SmtpPost
from dialogen.oidc.provider import Provider, Registration
from dialogen.resources import resource_root
from dialogen.services.access_trail import Trail
from dialogen.services.token_meter import Meter
from dialogen.web import blueprints as web
from dialogen.web import moments, proxies
from dialogen.web.environment import PageEnvironment

if TYPE_CHECKING:
    from config import Config

LONGEST_BODY = 64 * 1024 * 1024


class _Application(APIFlask):
    """Logs what failed by the name of its route: an address may hold a secret or a search for a person."""

    jinja_environment = PageEnvironment

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a view or what is called around it as it is: none of ours is a coroutine, and each would be asked."""
        return func

    def handle_user_exception(self, e: Exception) -> Any:
        """Answer an exception, reading anew what that takes: a transaction in which something failed is of no use."""
        moments.end()
        return super().handle_user_exception(e)

    def log_exception(self, exc_info: Any) -> None:
        """Log an exception that no handler took."""
        self.logger.error("%s %s failed\n%s", request.method, request.endpoint, log_lines.fault(exc_info[1]))


def create_app(config: "Config | None" = None, *, db: Database | None = None, post: Post | None = None) -> Flask:
    """Build the application; touches neither network nor database.

    Without `config` the settings are read from the environment; without `db` and `post` the database and the mail
    server are those that the settings name.
    """
    config = config or load_config()
    app = _Application(
        "dialogen",
        title="Dialogen",
        version="1",
        json_errors=False,
        docs_path=None,
        spec_path=None,
        enable_openapi=True,
        template_folder=str(resource_root() / "templates"),
        static_folder=str(Path(__file__).resolve().parent / "static"),
    )
    _settle(app, config)
    logging.getLogger("werkzeug").addFilter(log_lines.without_requests)
    post = post or SmtpPost(Mail(app), config.mail_sender, name=f"Dialogen i {config.municipality}")
    app.extensions["dialogen"] = Office(config, db or Database(config.database_url), post, _provider(config))
    app.extensions["dialogen.trail"] = Trail()
    app.extensions["dialogen.meter"] = Meter(config.api_requests_a_minute)
    app.extensions["dialogen.feed_meter"] = Meter(FETCHES_A_MINUTE)
    login_manager.init_app(app)
    csrf.init_app(app)
    api.register(app)
    web.register(app)
    commands.register(app)
    return app


def _provider(config: "Config") -> Provider | None:
    if config.oidc is None:
        return None
    registration = Registration(
        issuer=config.oidc.issuer,
        client_id=config.oidc.client_id,
        client_secret=config.oidc.client_secret,
        come_back_to=f"{config.base_url}/sign-in/oidc/callback",
        end_at=f"{config.base_url}/sign-in",
    )
    return Provider(registration, name=config.oidc.name)


def _settle(app: Flask, config: "Config") -> None:
    app.config.update(
        SECRET_KEY=config.secret_key,
        SECRET_KEY_FALLBACKS=list(config.secret_key_fallbacks),
        # A browser takes a __Host- cookie from this very host over TLS alone, for all of its paths: nobody plants one.
        SESSION_COOKIE_NAME="__Host-dialogen" if config.is_production else "dialogen",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.is_production,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session lasts
        WTF_CSRF_SSL_STRICT=False,  # who cuts the referrer off could not sign in; web/hosts.py asks for the origin
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
    languages.teach(app.jinja_env)
    if config.proxies:
        app.wsgi_app = proxies.behind(app.wsgi_app, proxies=config.proxies)  # type: ignore[assignment,method-assign]


def load_config() -> "Config":
    """Read the settings with config.py, which lies beside the package in a checkout and inside it in a wheel."""
    return cast("Config", _settings().Config.from_env())


def _settings() -> ModuleType:
    if "config" not in sys.modules:
        spec = importlib.util.spec_from_file_location("config", resource_root() / "config.py")
        assert spec is not None, "a path that ends in .py has a loader"
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["config"] = module
        spec.loader.exec_module(module)
    return sys.modules["config"]


def main() -> None:
    """Run the console script `dialogen`: exit 0 done, 1 refused or incomplete, 2 wrong usage.

    What a user can get wrong is told on stderr, one readable line each; anything else is our fault, and told by
    where it happened.
    """
    log_lines.settle(without_national_ids)
    try:
        app = create_app()
    except _settings().ConfigError as error:
        sys.exit(_refused(*str(error).splitlines()))
    except OSError as error:
        sys.exit(_refused(_file_trouble(error)))
    with app.app_context():
        try:
            sys.exit(_run(app))
        except Exception as error:
            click.echo(log_lines.fault(error), err=True)
            sys.exit(_refused("this is a fault of Dialogen's own; nothing that was not finished was kept"))
        finally:
            app.extensions["dialogen"].db.dispose()


def _run(app: Flask) -> int:
    try:
        # Not standalone: click would word its own refusals differently from ours.
        return _console(app).main(prog_name="dialogen", standalone_mode=False) or 0
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "dialogen"
        return _refused(f"{error.format_message()} (see: {where} --help)", code=error.exit_code)
    except click.ClickException as error:
        return _refused(error.format_message(), code=error.exit_code)
    except click.Abort:
        return _refused("interrupted")
    except DialogenError as error:
        return _refused(str(error))
    except (DBAPIError, CommandError, ImportError) as error:
        return _refused(_database_trouble(app, error))
    except OSError as error:
        return _refused(_file_trouble(error))


def _console(app: Flask) -> click.Group:
    """Return the application's commands and `run`, without those that Flask and its plug-ins would add."""
    console = AppGroup(
        "dialogen", help="Follow inquiries until they are answered, and measure how many were answered in time."
    )
    for command in app.cli.commands.values():
        console.add_command(command)
    commands.add_run(console)
    return console


def _refused(*lines: str, code: int = 1) -> int:
    for line in lines:
        click.echo(f"dialogen: {without_national_ids(in_one_line(line))}", err=True)
    return code


def _file_trouble(error: OSError) -> str:
    """Say what is wrong with a file or folder; raises again what has no file to it, since it is our fault."""
    if error.filename is None:
        raise error
    return f"{error.filename} cannot be used: {error.strerror}"


def _database_trouble(app: Flask, error: DBAPIError | CommandError | ImportError) -> str:
    """Say what is wrong with the database; raises again what is a fault of our own."""
    condition = condition_of(app.extensions["dialogen"].db)
    if condition.trouble is not None:
        return f"the database cannot be used: {condition.trouble}; it is {condition.address}"
    if condition.is_newer:
        return f"the database has schema {condition.revision}, made by a newer version of Dialogen; use that version"
    if not condition.is_current:
        return "the database is not up to date; run: dialogen db upgrade"
    if isinstance(error, OperationalError):
        return f"the database could not do this: {words_of(error)}; it is {condition.address}"
    raise error
