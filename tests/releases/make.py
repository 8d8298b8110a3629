"""Makes the database of a release, and what the release answers about it, by the release's own code.

`python -m tests.releases.make COMMIT NAME` checks the commit out beside this checkout, runs this file there, and writes
NAME.dump and NAME.json.gz into this folder. Release 1.0 is the commit ba53888.
"""

import gzip
import json
import os
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import flask_migrate
from flask import Flask

from app import create_app
from app.infra import clock, embedded_pg
from app.infra.db import db
from config import Config

AT = datetime(2026, 6, 15, 17, tzinfo=UTC)
"""The moment at which the company is made, and at which it is asked about."""
PASSWORD = "fresco-demo-2026"
LEFT_OUT = ("/api/auth", "/api/audit", "/api/docs", "/api/health", "/api/jobs", "/api/metrics", "/api/files")
"""Addresses whose answers are about the program, not the company."""
TAGGED = ("clients", "projects", "payments", "incomes", "expenses", "users")
PAID = {"payment_method": "Transferencia"}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


def queries(operation: dict[str, Any], shapes: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Queries that select other figures: none, each choice of each parameter, long pages, some months."""
    parameters = {one["name"]: one["schema"] for one in operation["parameters"] if one.get("in") == "query"}
    yield {}
    for name, schema in parameters.items():
        choices = shapes[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        yield from ({name: str(value)} for value in choices.get("enum", ()) if name != "format")
    if "per_page" in parameters:
        yield {"per_page": "100"}
    if {"date_from", "date_to"} <= parameters.keys():
        yield {"date_from": "2026-02-01", "date_to": "2026-04-30"}


def addresses(document: dict[str, Any]) -> list[str]:
    """Addresses of all that is read without an id, with their queries."""
    shapes = document["components"]["schemas"]
    gets = ((path, methods["get"]) for path, methods in document["paths"].items() if "get" in methods)
    wanted = ((path, one) for path, one in gets if "{" not in path and not path.startswith(LEFT_OUT))
    found = (
        [path + ("?" + urlencode(query) if query else "") for query in queries(one, shapes)] for path, one in wanted
    )
    return sorted(set(chain.from_iterable(found)))


class Company:
    """The demo company, and what happens to it by the API."""

    def __init__(self, client: Any) -> None:
        self.client = client
        token = self.call("POST", "/api/auth/login", json={"username": "admin", "password": PASSWORD})
        self.client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token['access_token']}"

    def call(self, method: str, path: str, **options: Any) -> Any:
        """The answer to a request that must succeed."""
        answer = self.client.open(path, method=method, **options)
        assert answer.status_code < 300, (method, path, answer.status_code, answer.get_data(as_text=True))
        return json.loads(answer.get_data())  # the program's own reader makes decimals

    def ids(self, path: str) -> list[int]:
        """Ids of the first things of a list."""
        return [one["id"] for one in self.call("GET", path)["data"]]

    def act(self) -> None:
        """Change what the demo data leave as they made it."""
        client = self.call("POST", "/api/clients", json={"name": "Ñandú & Cía.", "start_date": "2026-02-01"})["data"]
        plan = {
            "type": "Mixto",
            "implementation_fee_total": "1000.01",
            "implementation_fee_currency": "USD",
            "implementation_fee_installments": 3,
            "recurring_fee_amount": "99.99",
            "recurring_fee_currency": "USD",
            "recurring_fee_frequency": "Quincenal",
            "recurring_fee_grace_periods": 1,
            "recurring_fee_discount_periods": 2,
            "recurring_fee_discount_percentage": "33.33",
        }
        project = {"name": "Portal", "description": "Un portal", "start_date": "2026-02-03", "payment_plan": plan}
        made = self.call("POST", "/api/projects", json={**project, "client_id": client["id"]})["data"]
        self.call("POST", "/api/payments/generate", json={"project_id": made["id"]})
        payments = self.ids(f"/api/payments?project_id={made['id']}&sort=date")
        for payment in payments[:4]:
            body = {"status": "Pagado", "paid_date": "2026-05-20"}
            self.call("PATCH", f"/api/payments/{payment}/status", json=body)
        self.call("PATCH", f"/api/payments/{payments[0]}/status", json={"status": "Vencido"})
        self.call("DELETE", f"/api/payments/{payments[-1]}")
        self.call("PUT", f"/api/projects/{made['id']}", json={"payment_plan": {"recurring_fee_amount": "120.5"}})
        self.call("PUT", f"/api/clients/{client['id']}", json={"phone": "+57 1", "status": "Pausado"})
        self.call("POST", f"/api/clients/{client['id']}/documents", data=form({"name": "RUT", "type": "RUT"}, "file"))
        spent = {"description": "Hosting", "amount": "19.99", "currency": "USD", "category": "Software"} | PAID
        expense = {**spent, "date": "2026-03-31", "project_id": str(made["id"])}
        self.call("POST", "/api/expenses", data=form(expense, "receipt"))
        earned = {"description": "Premio", "amount": "1234567.89", "currency": "COP", "type": "Otros"} | PAID
        self.call("POST", "/api/incomes", data=form({**earned, "date": "2026-06-15", "client": "Alguien"}, "receipt"))
        self.call("DELETE", f"/api/incomes/{self.ids('/api/incomes')[-1]}")
        accrued = self.ids("/api/expenses/accrued?status=pendiente")[0]
        self.call("POST", f"/api/expenses/accrued/{accrued}/mark-as-paid", json={"payment_date": "2026-06-10"})
        rate = {"date": "2026-06-14", "rate": "4012.3456"}
        self.call("POST", "/api/exchange-rates", json=rate)

    def told(self) -> dict[str, Any]:
        """Answers by address, and entity tags of what has an id."""
        document = self.call("GET", "/api/openapi.json")
        answers = {}
        for address in addresses(document):
            answer = self.client.get(address)
            if answer.status_code == 200:
                answers[address] = json.loads(answer.get_data())
        tags = {path: self.client.get(path).headers["ETag"] for path in self.things()}
        return {"answers": answers, "tags": tags}

    def things(self) -> Iterator[str]:
        """Addresses of single rows."""
        for name in TAGGED:
            yield from (f"/api/{name}/{one}" for one in self.ids(f"/api/{name}?per_page=100"))


def form(fields: dict[str, str], part: str) -> dict[str, Any]:
    """Fields of a form with a file."""
    return {**fields, part: (BytesIO(PDF), "recibo.pdf")}


def command(app: Flask, *words: str) -> None:
    """Run a command of the release, which must succeed."""
    with app.app_context():
        done = app.test_cli_runner().invoke(args=words)
        assert done.exit_code == 0, done.output
        db.session.remove()


def contents(folder: Path) -> dict[str, str]:
    """Contents of all files in a folder, by their paths in it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): b64encode(path.read_bytes()).decode() for path in files}


def make(target: Path) -> None:
    """Make the database with the code of the working directory, and write `target`.dump and `target`.json.gz."""
    with tempfile.TemporaryDirectory(prefix="fresco-release-") as folder:
        url = embedded_pg.start(Path(folder) / "postgres", "postgres", ephemeral=True)
        config = Config(
            app_env="testing", database_url=url, instance_dir=Path(folder), bcrypt_rounds=4, scheduler_enabled=False
        )
        app = create_app(config)
        with clock.frozen(AT):
            with app.app_context():
                flask_migrate.upgrade()
            command(app, "seed", "demo")
            company = Company(app.test_client())
            company.act()
            told = company.told()
            command(app, "verify")
            command(app, "backup", "create", f"{folder}/backup")
        with app.app_context():
            db.engine.dispose()
        told["pg_dump"] = json.loads(Path(folder, "backup", "manifest.json").read_text(encoding="utf-8"))["pg_dump"]
        told["files"] = contents(Path(folder, "backup", "files"))
        written = json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        target.with_name(f"{target.name}.json.gz").write_bytes(gzip.compress(written, mtime=0))
        [dump] = Path(folder, "backup").glob("*.dump")
        target.with_name(f"{target.name}.dump").write_bytes(dump.read_bytes())


def main(commit: str, name: str) -> None:
    """Run `make` in a checkout of the commit."""
    root = Path(__file__).resolve().parents[2]
    target = Path(__file__).resolve().parent / name
    with tempfile.TemporaryDirectory(prefix="fresco-checkout-") as folder:
        subprocess.run(["git", "-C", root, "worktree", "add", "-q", "--detach", folder, commit], check=True)
        try:
            program = (
                f"import runpy; runpy.run_path({str(__file__)!r})['make'](__import__('pathlib').Path({str(target)!r}))"
            )
            environment = {**os.environ, "PYTHONPATH": folder}
            subprocess.run([sys.executable, "-c", program], cwd=folder, env=environment, check=True)
        finally:
            subprocess.run(["git", "-C", root, "worktree", "remove", "--force", folder], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
