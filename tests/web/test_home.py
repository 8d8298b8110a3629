"""The page at `/`."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import update

from app import create_app
from app.core.company.models import Company
from app.core.identity import demo
from app.core.identity.service.demo import PASSWORD
from app.infra.context import make_context
from app.infra.db import db
from tests import conftest
from tests.factories.auth import UserFactory
from tests.web.conftest import Variant

COMPANY = "Estudio <Brisa> & Cía"


@pytest.fixture(autouse=True)
def forgotten() -> None:
    """Clear the result about hashes of other tests."""
    demo._is_demo_password.cache_clear()


def page(app: Flask) -> str:
    response = app.test_client().get("/")
    assert (response.status_code, response.mimetype) == (200, "text/html")
    return response.get_data(as_text=True)


def demo_users(app: Flask, password: str = PASSWORD) -> None:
    with app.app_context():
        hashed = app.extensions["passwords"].hash(password, "tests")
        for name, role in demo.NAMES:
            UserFactory(username=name, role=role, password_hash=hashed)
        db.session.commit()


def test_it_names_the_company_and_links_to_documentation_and_health(shared: Variant) -> None:
    made = shared()
    with made.app_context():
        db.session.execute(update(Company).values(name=COMPANY))
        db.session.commit()
    text = page(made)
    assert "<h1>Estudio &lt;Brisa&gt; &amp; Cía</h1>" in text
    links = set(re.findall(r'<a href="([^"]+)"', text))
    kinds = ("docs?urls.primaryName=", "openapi.json?suite=")
    documents = {f"/api/{kind}{suite}" for kind in kinds for suite in ("fresco", "personal", "credito")}
    everything = {"/api/docs?urls.primaryName=all suites", "/api/openapi.json"}
    assert links == documents | everything | {"/api/health/ready"}


def test_every_link_of_it_leads_somewhere(shared: Variant) -> None:
    made = shared()
    for link in re.findall(r'href="([^"]+)"', page(made)):
        with made.test_client().get(link) as response:
            assert response.status_code == 200


def test_only_its_own_style_is_applied_and_no_script_runs(shared: Variant) -> None:
    responses = [shared().test_client().get("/") for _ in range(2)]
    nonces = []
    for response in responses:
        policy = response.headers["Content-Security-Policy"]
        [nonce] = re.findall(r"style-src 'nonce-([\w-]{20,})'", policy)
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src" not in policy
        text = response.get_data(as_text=True)
        assert re.findall(r"<style([^>]*)>", text) == [f' nonce="{nonce}"']
        assert not re.search(r"<script|\sstyle=|\son\w+=", text)
        nonces.append(nonce)
    assert nonces[0] != nonces[1]


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("POST", 405), ("PUT", 405), ("DELETE", 405)])
def test_it_is_only_looked_at(shared: Variant, method: str, status: int) -> None:
    response = shared().test_client().open("/", method=method)
    assert response.status_code == status
    if status == 405:
        assert response.mimetype == "application/problem+json"
        assert response.json is not None
        assert response.json["code"] == "method_not_allowed"


@pytest.mark.parametrize("path", ["/api", "/index.html", "/nothing"])
def test_other_addresses_are_still_not_found(shared: Variant, path: str) -> None:
    response = shared().test_client().get(path)
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


def test_demo_logins_are_shown_in_development(shared: Variant) -> None:
    made = shared(app_env="development")
    assert PASSWORD not in page(made)
    demo_users(made)
    text = page(made)
    assert re.findall(r"<tr><td><code>([^<]*)</code></td><td><code>([^<]*)</code>", text) == [
        (name, PASSWORD) for name, _ in demo.NAMES
    ]


@pytest.mark.parametrize("environment", ["testing", "production"])
def test_demo_logins_are_shown_nowhere_else(shared: Variant, environment: str) -> None:
    made = shared(app_env=environment)
    demo_users(made)
    assert PASSWORD not in page(made)


def test_a_demo_user_with_another_password_is_not_shown(shared: Variant) -> None:
    made = shared(app_env="development")
    demo_users(made, "some other password")
    assert "demo-user" not in page(made)


def test_a_demo_user_who_was_deactivated_is_not_shown(shared: Variant) -> None:
    made = shared(app_env="development")
    demo_users(made)
    with made.app_context():
        user = demo.UserService(make_context(db.session())).find_active("demo-user")
        assert user is not None
        user.is_active = False
        db.session.commit()
    text = page(made)
    assert "demo-user" not in text
    assert "demo-viewer" in text


def test_passwords_are_checked_once_however_often_the_page_is_opened(
    shared: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = shared(app_env="development")
    demo_users(made)
    checked = []
    real = made.extensions["passwords"].matches
    monkeypatch.setattr(made.extensions["passwords"], "matches", lambda *given: checked.append(given) or real(*given))
    for _ in range(5):
        assert "demo-user" in page(made)
    assert len(checked) == 1


@pytest.mark.parametrize("environment", ["development", "testing"])
def test_it_is_there_while_the_database_is_not(
    environment: str, logs_as_before: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = "postgresql+psycopg2://nobody@127.0.0.1:9/nothing"
    made = create_app(replace(conftest.testing_config(nowhere), app_env=environment))
    assert "/api/docs" in page(made)
