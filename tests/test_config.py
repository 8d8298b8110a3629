"""Settings: all problems are reported at once, and unsafe production settings are refused."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import time
from itertools import pairwise
from pathlib import Path

import pytest

import config
from config import Config, ConfigError
from environment import PUBLISHED_SECRETS
from tests import preloaded
from tests.support import free_port

ROOT = Path(__file__).resolve().parents[1]
STRONG = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"
DATABASE = "postgresql://fresco:hunter2hunter2@db/fresco"
SEALING = "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg="
OTHER_SEALING = "LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="
PRODUCTION = {"APP_ENV": "production", "SECRET_KEY": STRONG, "SECRETS_KEY": SEALING, "DATABASE_URL": DATABASE}
PRODUCTION["DATA_KEYS"] = f"k1:{SEALING}"
DIGESTS = {"POSTGRES_DIGEST", "NGINX_DIGEST", "PYTHON_DIGEST", "PYTHON_SLIM_DIGEST"}
DOCKER_ONLY = {"POSTGRES_PASSWORD", "POSTGRES_APP_PASSWORD", "HTTP_LISTEN", *DIGESTS}


def problems(environ: Mapping[str, str]) -> list[str]:
    """Problems, one on each line."""
    with pytest.raises(ConfigError) as refused:
        config.load(environ)
    return [line.removeprefix("- ") for line in str(refused.value).splitlines()[1:]]


class Names(dict[str, str]):
    """An environment that records the names that were read."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def get(self, key: str, default: str = "") -> str:
        self.asked.add(key)
        return default


def example() -> Iterator[tuple[str, str, bool]]:
    """The settings of `.env.example`: name, value, and whether it is set by copying the file."""
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        if found := re.fullmatch("(#?)([A-Z0-9_]+)=(.*)", line):
            yield found[2], found[3], not found[1]


def test_nothing_need_be_set_in_development() -> None:
    assert config.load({}) == Config()


def test_an_empty_value_is_the_default() -> None:
    asked = Names()
    config.load(asked)
    assert config.load(dict.fromkeys(asked.asked, " ")) == Config()


def test_every_setting_is_read_from_the_environment() -> None:
    environ = {
        "APP_ENV": "testing",
        "SECRET_KEY": STRONG,
        "SECRETS_KEY": f"{SEALING}, {OTHER_SEALING}",
        "DATA_KEYS": f"k2:{OTHER_SEALING}, k1:{SEALING}",
        "DATABASE_URL": "postgres://db/x",
        "DIRECT_DATABASE_URL": "postgres://direct/x",
        "OWNER_DATABASE_URL": "postgres://owner@direct/x",
        "INSTANCE_DIR": "/srv/fresco",
        "TIMEZONE": "America/New_York",
        "BASE_CURRENCY": "USD",
        "CORS_ORIGINS": "https://a.example, http://localhost:3000",
        "TRUSTED_PROXIES": "1",
        "ACCESS_TOKEN_MINUTES": "5",
        "REFRESH_TOKEN_DAYS": "7",
        "AUTH_COOKIES": "yes",
        "BCRYPT_ROUNDS": "13",
        "LOGIN_TRIES_PER_MINUTE": "121",
        "LOGIN_FAILURES_PER_MINUTE": "6",
        "ACCOUNT_FAILURES_PER_MINUTE": "31",
        "ADDRESS_FAILURES_PER_MINUTE": "301",
        "GOOGLE_CLIENT_ID": "1234.apps.example",
        "GOOGLE_ISSUER": "https://accounts.example",
        "GOOGLE_JWKS_URL": "https://accounts.example/keys",
        "REGISTRATION": "invite",
        "REGISTRATION_LIMIT": "11/day",
        "REGISTRATION_QUIET": "yes",
        "SEARCH_NOTES": "yes",
        "ENCRYPT_TEXT": "yes",
        "DB_POOL_SIZE": "6",
        "DB_POOL_TIMEOUT_SECONDS": "6",
        "DB_STATEMENT_TIMEOUT_MS": "10001",
        "DB_LOCK_TIMEOUT_MS": "3001",
        "SCHEDULER_ENABLED": "no",
        "SCHEDULER_POLL_SECONDS": "6",
        "TASKS_ENABLED": "no",
        "TASKS_CONCURRENCY": "5",
        "WEB_THREADS": "9",
        "MAX_UPLOAD_MB": "11",
        "PERSON_QUOTA_MB": "150",
        "ERASE_GRACE_DAYS": "3",
        "ARCHIVE_ROWS": "1000",
        "UPLOAD_SCAN_COMMAND": "clamdscan --fdpass 'a b'",
        "EXPORT_TIMEOUT_SECONDS": "301",
        "FILE_STORE": "s3",
        "S3_BUCKET": "fresco",
        "S3_ENDPOINT_URL": "http://127.0.0.1:9000",
        "S3_REGION": "us-east-2",
        "PUBLIC_URL": "https://app.example.com/",
        "MAIL_FROM": "Brisa <no-reply@brisa.example>",
        "SMTP_HOST": "mail.brisa.example",
        "SMTP_PORT": "465",
        "SMTP_TLS": "tls",
        "SMTP_USER": "brisa",
        "SMTP_PASSWORD": "hunter2 hunter2",
        "SMTP_TIMEOUT_SECONDS": "31",
        "WEBHOOK_NETWORKS": "10.1.0.0/16, fd00::/8",
        "WEBHOOK_TIMEOUT_SECONDS": "11",
        "TRM_URL": "https://www.datos.example/resource/trm.json",
        "OPENING_BALANCE": "-1500000.50",
        "TAX_RATE": "0.3",
        "MARKETING_CATEGORIES": "Pauta, Eventos",
        "COMPANY_NAME": "Estudio Brisa S.A.S.",
        "PAYMENT_HORIZON_DAYS": "31",
        "CREDITO_TIMEZONE": "America/Tijuana",
        "CREDITO_LIMITE_SIN_DIRECCION": "7500.50",
        "CREDITO_PROVISIONES": "0.02, 0.10, 0.30, 0.60, 1",
        "MARK_OVERDUE_AT": "00:11",
        "GENERATE_PAYMENTS_AT": "00:31",
        "ACCRUE_EXPENSES_AT": "00:51",
        "FETCH_RATES_AT": "06:01",
        "SWEEP_FILES_AT": "03:21",
        "PURGE_EXPIRED_AT": "23:59",
        "NOTIFY_AT": "07:01",
        "REMIND_AT": "09:01",
        "METRICS_TOKEN": STRONG,
        "LOG_LEVEL": "DEBUG",
    }
    loaded, default = config.load(environ), Config()
    same = {field.name for field in fields(Config) if getattr(loaded, field.name) == getattr(default, field.name)}
    assert same == {"suites"}  # there is one, which can't be left out
    assert loaded.cors_origins == ("https://a.example", "http://localhost:3000")
    assert loaded.purge_expired_at == time(23, 59)
    assert loaded.upload_scan_command == ("clamdscan", "--fdpass", "a b")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_ENV", "prod"),
        ("APP_ENV", "Production"),
        ("TIMEZONE", "Bogota"),
        ("TIMEZONE", "America"),
        ("TIMEZONE", "../../../etc/passwd"),
        ("BASE_CURRENCY", "euro"),
        ("BASE_CURRENCY", "cop"),
        ("CORS_ORIGINS", "app.example.com"),
        ("CORS_ORIGINS", "https://app.example.com/"),
        ("CORS_ORIGINS", "https://*.example.com"),
        ("CORS_ORIGINS", "https://a.example,.*"),
        ("CORS_ORIGINS", "null"),
        ("SECRETS_KEY", STRONG),
        ("SECRETS_KEY", SEALING[:-1]),
        ("SECRETS_KEY", f"{SEALING}, {SEALING} {SEALING}"),
        ("SECRETS_KEY", f"{'+' * 43}="),
        ("DATA_KEYS", SEALING),
        ("DATA_KEYS", f"k1:{SEALING[:-1]}"),
        ("DATA_KEYS", f"k1:{SEALING},k1:{OTHER_SEALING}"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "11"),
        ("TRUSTED_PROXIES", "true"),
        ("ACCESS_TOKEN_MINUTES", "0"),
        ("ACCESS_TOKEN_MINUTES", "1.5"),
        ("REFRESH_TOKEN_DAYS", "366"),
        ("METRICS_TOKEN", "two words"),
        ("METRICS_TOKEN", "contraseña"),
        ("BCRYPT_ROUNDS", "3"),
        ("BCRYPT_ROUNDS", "17"),
        ("LOGIN_TRIES_PER_MINUTE", "0"),
        ("LOGIN_FAILURES_PER_MINUTE", "0"),
        ("ACCOUNT_FAILURES_PER_MINUTE", "none"),
        ("ADDRESS_FAILURES_PER_MINUTE", "1e3"),
        ("GOOGLE_ISSUER", "accounts.google.com"),
        ("GOOGLE_JWKS_URL", "file:///etc/keys"),
        ("REGISTRATION", "yes"),
        ("REGISTRATION_LIMIT", "10"),
        ("REGISTRATION_LIMIT", "0/hour"),
        ("REGISTRATION_LIMIT", "10/week"),
        ("DB_POOL_SIZE", "1_0"),
        ("DB_POOL_SIZE", "٣"),
        ("DB_POOL_SIZE", "9" * 5000),
        ("DB_POOL_TIMEOUT_SECONDS", "61"),
        ("DB_STATEMENT_TIMEOUT_MS", "0"),
        ("DB_LOCK_TIMEOUT_MS", "10s"),
        ("SCHEDULER_ENABLED", "maybe"),
        ("SCHEDULER_POLL_SECONDS", "0"),
        ("FILE_STORE", "ftp"),
        ("MAX_UPLOAD_MB", "0"),
        ("UPLOAD_SCAN_COMMAND", "clamdscan 'a"),
        ("S3_ENDPOINT_URL", "minio:9000"),
        ("PUBLIC_URL", "app.example.com"),
        ("PUBLIC_URL", "https://app.example.com/?a=1"),
        ("PUBLIC_URL", "https://app.example.com/#a"),
        ("PUBLIC_URL", "https://user@app.example.com"),
        ("MAIL_FROM", "Brisa"),
        ("MAIL_FROM", "Brisa <a@b>, c@d"),
        ("MAIL_FROM", "Brisa\nBcc: x <a@b.example>"),
        ("SMTP_HOST", "mail.example.com"),
        ("SMTP_PORT", "0"),
        ("SMTP_TLS", "ssl"),
        ("SMTP_USER", "brisa"),
        ("WEBHOOK_NETWORKS", "10.0.0.1/8"),
        ("WEBHOOK_TIMEOUT_SECONDS", "0"),
        ("SMTP_TIMEOUT_SECONDS", "0"),
        ("TRM_URL", "ftp://datos.example/trm"),
        ("OPENING_BALANCE", "NaN"),
        ("OPENING_BALANCE", "1e3"),
        ("OPENING_BALANCE", "1000000000000001"),
        ("TAX_RATE", "1.01"),
        ("TAX_RATE", "-0.01"),
        ("PAYMENT_HORIZON_DAYS", "367"),
        ("CREDITO_TIMEZONE", "Mexico"),
        ("CREDITO_LIMITE_SIN_DIRECCION", "-1"),
        ("CREDITO_PROVISIONES", "0.01,0.10,0.30,0.60"),
        ("CREDITO_PROVISIONES", "0.01,0.10,0.30,0.60,1.5"),
        ("PURGE_EXPIRED_AT", "25:00"),
        ("PURGE_EXPIRED_AT", "3:40"),
        ("PURGE_EXPIRED_AT", "03:40:30"),
        ("PURGE_EXPIRED_AT", "03:40+05:00"),
        ("LOG_LEVEL", "TRACE"),
        ("DATABASE_URL", "sqlite:///fresco.db"),
        ("DATABASE_URL", "mysql://db/fresco"),
        ("DATABASE_URL", "postgresql+asyncpg://db/fresco"),
    ],
)
def test_a_bad_value_is_named(name: str, value: str) -> None:
    found = problems({name: value})
    assert [problem.split(":")[0] for problem in found] == [{"SMTP_HOST": "MAIL_FROM"}.get(name, name)]


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("SECRET_KEY", "", "required"),
        *[("SECRET_KEY", secret, "required") for secret in sorted(PUBLISHED_SECRETS)],
        ("SECRET_KEY", STRONG[:31], "too weak"),
        ("SECRET_KEY", "a" * 64, "too weak"),
        ("SECRET_KEY", "abc" * 20, "too weak"),
        ("SECRET_KEY", f"change-me-{STRONG}", "example"),
        ("SECRET_KEY", f"CHANGE-ME-{STRONG}", "example"),
        ("SECRETS_KEY", "", "required"),
        ("SECRETS_KEY", f"{'A' * 43}=", "too weak"),
        ("SECRETS_KEY", f"{SEALING},{'A' * 43}=", "too weak"),
        ("DATA_KEYS", "", "required"),
        ("DATA_KEYS", f"k1:{'A' * 43}=", "too weak"),
        ("DATABASE_URL", "", "required"),
        ("CORS_ORIGINS", "*", "refused"),
        ("CORS_ORIGINS", "https://a.example *", "refused"),
        ("BCRYPT_ROUNDS", "11", "at least 12"),
        ("METRICS_TOKEN", STRONG[:31], "too weak"),
    ],
)
def test_production_refuses_what_is_unsafe(name: str, value: str, reason: str) -> None:
    (problem,) = problems({**PRODUCTION, name: value})
    assert problem.startswith(f"{name}: ")
    assert reason in problem


@pytest.mark.parametrize("environ", [{}, PRODUCTION, {"SUITES": "fresco"}])
def test_texts_are_encrypted_where_that_is_set(environ: dict[str, str]) -> None:
    assert config.load({**environ, "ENCRYPT_TEXT": "true"}).encrypt_text
    assert not config.load(environ).encrypt_text


def test_cookies_need_named_origins() -> None:
    (problem,) = problems({"AUTH_COOKIES": "true", "CORS_ORIGINS": "*"})
    assert problem.startswith("CORS_ORIGINS")


@pytest.mark.parametrize("environment", ["development", "testing"])
def test_settings_refused_in_production_are_allowed_elsewhere(environment: str) -> None:
    config.load({"APP_ENV": environment, "SECRET_KEY": "short", "CORS_ORIGINS": "*", "BCRYPT_ROUNDS": "4"})


@pytest.mark.parametrize("secret", sorted(PUBLISHED_SECRETS))
def test_a_key_that_stood_in_the_repository_signs_nothing(secret: str) -> None:
    assert config.load({"SECRET_KEY": secret}).secret_key == ""


@pytest.mark.parametrize(
    ("host", "is_refused"), [("mail.example.com", True), ("127.0.0.1", False), ("localhost", False)]
)
def test_production_sends_no_password_in_the_clear(host: str, is_refused: bool) -> None:
    mail = {"SMTP_HOST": host, "MAIL_FROM": "a@b.example", "SMTP_USER": "a", "SMTP_PASSWORD": "b", "SMTP_TLS": "none"}
    if not is_refused:
        assert config.load({**PRODUCTION, **mail}).smtp_host == host
        return
    [problem] = problems({**PRODUCTION, **mail})
    assert problem.startswith("SMTP_TLS: ")


def test_production_takes_strong_settings() -> None:
    loaded = config.load({**PRODUCTION, "CORS_ORIGINS": "https://app.example.com", "BCRYPT_ROUNDS": "13"})
    assert loaded.production


def test_every_problem_is_reported_at_once() -> None:
    found = problems({"APP_ENV": "production", "BCRYPT_ROUNDS": "4", "CORS_ORIGINS": "*", "LOG_LEVEL": "loud"})
    assert {problem.split(":")[0] for problem in found} == {
        "SECRET_KEY",
        "SECRETS_KEY",
        "DATA_KEYS",
        "DATABASE_URL",
        "BCRYPT_ROUNDS",
        "CORS_ORIGINS",
        "LOG_LEVEL",
    }


@pytest.mark.parametrize(
    "address", [("127.0.0.1", 5000), ("127.8.8.8", 5000), ("::1", 5000), ("[::1]", 80), ("localhost", 1), "/run/x.sock"]
)
def test_these_addresses_are_this_machines_alone(address: object) -> None:
    assert config.is_loopback(address)


@pytest.mark.parametrize(
    "host",
    [
        "0.0.0.0",  # noqa: S104 - it is to be refused
        "::",
        "",
        "10.0.0.5",
        "192.168.1.2",
        "fresco.local",
        "localhost.example.com",
        "1.127.0.0",
        "2130706433",
    ],
)
def test_any_other_address_is_not(host: str) -> None:
    assert not config.is_loopback((host, 5000))


@pytest.mark.parametrize(
    ("bind", "arguments"), [("0.0.0.0:{}", []), ("[::]:{}", []), ("127.0.0.1:{}", ["-b", "0.0.0.0:{}"])]
)
def test_outside_production_nothing_listens_to_other_machines(bind: str, arguments: list[str]) -> None:
    port = free_port()
    command = ["gunicorn", "-c", "gunicorn.conf.py", *(text.format(port) for text in arguments), "wsgi:app"]
    done = preloaded.run(*command, env={**os.environ, "APP_ENV": "development", "BIND": bind.format(port)})
    assert done.returncode == 1
    said = done.stderr.splitlines()[-1]
    assert said.startswith("BIND: other machines could reach ")
    assert said.endswith("listen on 127.0.0.1, or set APP_ENV=production.")
    assert "Traceback" not in done.stderr


def test_secrets_are_not_in_the_repr() -> None:
    shown = repr(config.load(PRODUCTION))
    assert STRONG not in shown
    assert SEALING not in shown
    assert "hunter2" not in shown


@pytest.mark.parametrize(
    "environ",
    [
        {**PRODUCTION, "SECRET_KEY": "hunter2" * 4},
        {**PRODUCTION, "SECRETS_KEY": "hunter2" * 6},
        {**PRODUCTION, "SECRETS_KEY": f"{SEALING},hunter2"},
        {**PRODUCTION, "DATA_KEYS": "k1:hunter2"},
        {**PRODUCTION, "DATABASE_URL": "mysql://fresco:hunter2@db/fresco"},
        {**PRODUCTION, "SECRET_KEY": "hunter2-change-me-" + STRONG, "LOG_LEVEL": "loud"},
    ],
)
def test_secrets_are_not_in_error_messages(environ: dict[str, str]) -> None:
    assert "hunter2" not in "\n".join(problems(environ))


def test_the_example_explains_every_setting_and_no_other() -> None:
    asked = Names()
    config.load(asked)
    files = (ROOT / "gunicorn.conf.py", ROOT / "app/infra/listening.py")
    read = "\n".join(file.read_text(encoding="utf-8") for file in files)
    server = set(re.findall(r"environ\.get\(\s*['\"]([A-Z0-9_]+)", read))
    named = [name for name, _, _ in example()]
    assert sorted(named) == sorted(asked.asked | server | DOCKER_ONLY)


def test_each_setting_of_the_example_has_its_line_of_explanation() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    bare = [line for before, line in pairwise(lines) if "=" in line and not before.startswith("# ")]
    assert [line for line in bare if re.match("#?[A-Z0-9_]+=", line)] == []


def test_the_example_shows_the_defaults() -> None:
    shown = {name: value for name, value, _ in example() if name != "INSTANCE_DIR"}
    assert replace(config.load(shown), company_environment=frozenset()) == Config()
    assert Config().instance_dir == ROOT / "instance"


def test_the_example_copied_as_it_is_serves_development_and_not_production() -> None:
    copied = {name: value for name, value, is_set in example() if is_set}
    assert "SECRET_KEY" not in copied
    config.load(copied)
    assert {problem.split(":")[0] for problem in problems({**copied, "APP_ENV": "production"})} == {
        "SECRET_KEY",
        "SECRETS_KEY",
        "DATA_KEYS",
        "DATABASE_URL",
    }


def test_docker_compose_reads_only_what_the_example_explains() -> None:
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    read = set(re.findall(r"\$\{([A-Z0-9_]+)", compose))
    named = {name for name, _, _ in example()}
    assert read - named == set()
    assert read >= DOCKER_ONLY


@pytest.mark.parametrize("value", ["", " ", ","])
def test_without_names_all_suites_are_on(value: str) -> None:
    assert config.load({"SUITES": value}).suites == config.SUITES


@pytest.mark.parametrize("value", ["fresco", " fresco,, fresco "])
def test_blanks_and_doubles_among_suites_are_ignored(value: str) -> None:
    assert config.load({"SUITES": value}).suites == ("fresco",)


def test_a_company_with_credito_alone_counts_in_pesos_of_mexico() -> None:
    assert config.load({"SUITES": "credito"}).base_currency == "MXN"
    assert config.load({"SUITES": "credito", "BASE_CURRENCY": "USD"}).base_currency == "USD"
    assert config.load({"SUITES": "credito,fresco"}).base_currency == "COP"


def test_an_unknown_suite_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(config.ConfigError, match="SUITES: 'erp' is none of credito, fresco, personal"):
        config.load({"SUITES": "fresco,erp"})


def test_without_the_suite_personal_production_needs_no_keys_of_books() -> None:
    assert config.load({**PRODUCTION, "DATA_KEYS": "", "SUITES": "fresco"}).data_keys == ()
