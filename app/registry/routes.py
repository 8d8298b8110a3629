"""Routes of the domains that are switched on."""

from collections.abc import Iterator
from typing import NamedTuple

from flask import Blueprint, Flask

from app.manifest import Suite
from app.registry import MANIFESTS, enabled_suites, prefixes
from app.web.api import Api


class _Routed(NamedTuple):
    """The routes of a domain, and its suite."""

    suite: Suite
    blueprint: Blueprint


def init_app(app: Flask) -> None:
    """Register a blueprint for each domain with routes, at the prefix of its suite.

    The first of two routes of one address serves it. A suite alone may begin where the core does: it comes first then.
    """
    for one in sorted(_routed(app), key=lambda one: one.blueprint.url_prefix == one.suite.prefix):
        app.register_blueprint(one.blueprint)


def _routed(app: Flask) -> Iterator[_Routed]:
    """Blueprints of the domains, lowest first; the name of one that a lower domain has too begins with its suite."""
    own_prefixes, names = prefixes(app.config), set[str]()
    for suite in enabled_suites(app.config):
        for domain, package in zip(suite.domains, suite.packages, strict=True):
            declared = MANIFESTS[package].namespaces
            namespaces = [one for one in declared if one.setting is None or app.config[one.setting]]
            if not namespaces:
                continue
            name = f"{suite.name}_{domain}" if domain in names else domain
            names.add(name)
            blueprint = Blueprint(name, __name__, url_prefix=own_prefixes.get(suite.name, suite.prefix))
            api = Api(blueprint)
            for namespace in namespaces:
                api.add_namespace(namespace)
            yield _Routed(suite, blueprint)
