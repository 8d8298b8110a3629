"""Control Fresco: `create_app` wires the layers, lowest first."""

import os
from dataclasses import fields

from flask import Flask
from flask_migrate import Migrate

from app import registry
from app.infra import (
    context,
    embedded_pg,
    listening,
    logins,
    logs,
    mail,
    notifications,
    outbound,
    scheduler,
    sealing,
    secret_key,
    tasks,
    webhooks,
)
from app.infra import db as database
from app.infra.bulkhead import Bulkhead
from app.infra.data_keys import MasterKeys, random_master_key
from app.infra.openid import OpenIdProvider
from app.infra.outbound import Outbound
from app.infra.passwords import PasswordHasher
from app.infra.sealing import Sealer
from app.infra.storage import make_storage
from app.infra.user_locks import UserLocks
from app.registry import commands, demo, routes
from app.web import auth, body, cookies, docs, errors, headers, health, home, metrics, refusals, routing, uploads
from app.web.application import Application
from app.web.json import OrjsonProvider
from app.web.openapi import vocabulary
from config import ROOT, Config


def create_app(config: Config) -> Flask:
    """Create the application with these settings."""
    app = Application(
        __name__, static_folder=None, template_folder="web/templates", instance_path=str(config.instance_dir)
    )
    app.config.update({field.name.upper(): getattr(config, field.name) for field in fields(config)})
    app.config["SECRET_KEY"] = config.secret_key or secret_key.read_or_create(config.instance_dir)
    app.config["PUBLIC_URL"] = config.public_url or (None if config.production else _own_url())
    _declare(app)
    app.json = OrjsonProvider(app)
    logs.configure(json_lines=config.production, level=config.log_level)

    database.init_app(app, config.database_url or _embedded(app))
    Migrate(app, database.db, directory=str(ROOT / "migrations"), compare_type=True)
    _make_tools(app, config)
    app.extensions["after_migrations"] = registry.give_default_roles
    context.init_app(app, registry.subscriptions(app.config), registry.company_reader(app.config))
    mail.init_app(app)
    notifications.init_app(app, registry.notification_kinds(app.config))
    webhooks.init_app(app, registry.webhook_objects(app.config))
    scheduler.init_app(app, registry.jobs(app.config))
    tasks.init_app(app, registry.task_kinds(app.config))

    refusals.init_app(app, registry.record_refusals)
    errors.init_app(app)
    body.init_app(app)
    headers.init_app(app)
    routing.init_app(app)
    auth.init_app(app, registry.identify, registry.identify_token)
    cookies.init_app(app)
    uploads.init_app(app, registry.file_judge(app.config).judge)
    health.init_app(app)
    home.init_app(app, demo.logins, registry.prefixes(app.config))

    vocabulary.init_app(app, registry.MANIFESTS)
    routes.init_app(app)
    docs.init_app(app, registry.other_packages(app.config))
    metrics.init_app(app)
    commands.init_app(app)
    return app


def _own_url() -> str | None:
    """The URL of this server for browsers of this machine, as `make run` serves it."""
    return listening.url_of(listening.bind_of(os.environ))


def _declare(app: Flask) -> None:
    """Collect what the suites that are on declare in their manifests."""
    app.config["MOVEMENT_SUITES"] = registry.movement_suites(app.config)
    app.config["SUITE_PREFIXES"] = registry.prefixes(app.config)
    app.config["PARTY_ROLES"] = registry.party_roles(app.config)
    app.config["FILE_READERS"] = registry.file_readers(app.config)
    app.config["FILE_KEYS"] = registry.file_keys(app.config)
    app.config["ACCOUNT_FIELDS"] = registry.account_fields(app.config)
    app.config["ACCOUNT_INPUTS"] = registry.account_inputs(app.config)
    app.config["SUITES_OF_BOOKS"] = registry.suites_of_books(app.config)
    app.config["CLAIMS"] = registry.claims(app.config)
    app.config["BOOK_FINDERS"] = registry.book_finders()
    app.config["CATEGORY_BUDGETS"] = registry.category_budgets(app.config)
    app.config["LABELS"] = registry.labels(app.config)
    app.config["CATALOG"] = registry.catalog(app.config)


def _make_tools(app: Flask, config: Config) -> None:
    """Create what contexts and requests use."""
    app.extensions["storage"] = make_storage(app.config)
    app.extensions["passwords"] = PasswordHasher(config.bcrypt_rounds)
    app.extensions["sealer"] = Sealer(config.secrets_key or (_secrets_key(config),))
    app.extensions["master_keys"] = MasterKeys(config.data_keys or (_data_key(config),))
    app.extensions["google"] = OpenIdProvider(config.google_issuer, config.google_jwks_url, config.google_client_id)
    app.extensions["outbound"] = Outbound(outbound.networks(config.webhook_networks), config.webhook_seconds)
    app.extensions["bulkhead"] = Bulkhead(config.web_threads, UserLocks(config.instance_dir / "exports.lock"))


def _secrets_key(config: Config) -> str:
    """The key that seals stored secrets in development."""
    return secret_key.read_or_create(config.instance_dir, "secrets_key", sealing.random_key)


def _data_key(config: Config) -> str:
    """The key of people's books in development."""
    return secret_key.read_or_create(config.instance_dir, "data_keys", random_master_key)


def _embedded(app: Flask) -> str:
    """Start the embedded PostgreSQL of development, with two logins as in production; returns the URL."""
    app.config["OWNER_DATABASE_URL"] = owner = embedded_pg.start(app.config["INSTANCE_DIR"] / "postgres")
    return logins.app_login(owner)
