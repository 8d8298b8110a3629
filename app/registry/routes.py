"""Routes of the domains that are switched on."""

from flask import Blueprint, Flask

from app.registry import MANIFESTS, enabled_suites, prefixes
from app.web.api import Api


def init_app(app: Flask) -> None:
    """Register a blueprint for each domain with routes, at the prefix of its suite."""
    own_prefixes = prefixes(app.config)
    for suite in enabled_suites(app.config):
        for domain, package in zip(suite.domains, suite.packages, strict=True):
            declared = MANIFESTS[package].namespaces
            namespaces = [one for one in declared if one.setting is None or app.config[one.setting]]
            if not namespaces:
                continue
            name = f"{suite.name}_{domain}" if domain in app.blueprints else domain
            blueprint = Blueprint(name, __name__, url_prefix=own_prefixes.get(suite.name, suite.prefix))
            api = Api(blueprint)
            for namespace in namespaces:
                api.add_namespace(namespace)
            app.register_blueprint(blueprint)
