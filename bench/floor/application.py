"""The bare Flask application."""

from flask import Flask

from bench.floor import cashflow, login, pagos, payments, projects, reports
from config import Config


def create_floor(config: Config) -> Flask:
    """The floor over the database, secret and limits of these settings."""
    floor = Flask(__name__, static_folder=None)
    floor.config.update(
        DATABASE_URL=config.database_url,
        SECRET_KEY=config.secret_key,
        TIMEZONE=config.timezone,
        CREDITO_TIMEZONE=config.credito_timezone,
        ACCESS_TOKEN_LIFETIME=config.access_token_lifetime,
        REFRESH_TOKEN_LIFETIME=config.refresh_token_lifetime,
        LOGIN_LIMITS=(
            config.login_tries_per_minute,
            config.login_failures_per_minute,
            config.account_failures_per_minute,
            config.address_failures_per_minute,
        ),
    )
    for part in (payments, pagos, projects, cashflow, reports, login):
        floor.register_blueprint(part.routes)
    return floor
