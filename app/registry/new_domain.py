"""`flask domain new`: the skeleton of a domain, which passes lint and its own tests."""

import keyword
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.manifest import Suite
from app.registry import SUITES
from config import ROOT

SKELETON = Path(__file__).parent / "skeleton"
TESTS = ROOT / "tests"
BY_NAME = {suite.name: suite for suite in SUITES}

_END_OF_DOMAINS = "    ),\n)\n"

group = AppGroup("domain", help="Domains: the folders of the program.")


@group.command("new")
@click.argument("name")
@click.option("--suite", "suite_name", type=click.Choice(list(BY_NAME)), default="fresco", help="Default: fresco.")
@click.option("--title", required=True, help="What its rows are called in Spanish, as in Proveedores.")
@click.option("--singular", help="One of NAME, as in supplier; without it NAME loses its last s.")
def new(name: str, suite_name: str, title: str, singular: str | None) -> None:
    """Write a domain with a table of that NAME (a plural, as in purchase_orders), its routes, a factory and a test."""
    if current_app.config["APP_ENV"] == "production":
        raise click.ClickException("Domains are written where they are developed.")
    one = singular or name.removesuffix("s")
    for given in (name, one):
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", given) or keyword.iskeyword(given):
            raise click.ClickException(f"{given!r} is no name of a Python module: letters, digits and _ only.")
    if name == one:
        raise click.ClickException("NAME is a plural; say with --singular what one of them is called.")
    suite = BY_NAME[suite_name]
    if (_folder(suite) / name).exists():
        raise click.ClickException(f"There is a domain {name} already.")
    paths = list(_written(suite, name, _words(suite, name, one, title)))
    list_of_domains = _add_to_suite(suite, name)
    _format(paths)
    for path in paths:
        click.echo(path.relative_to(ROOT))
    click.echo(f"{name} is the last of the domains in {list_of_domains}: those before it can't import it.")
    click.echo(f'Next: its fields, then flask migration new "{name.replace("_", " ")}"; see docs/new-domain.md.')


def _folder(suite: Suite) -> Path:
    """Folder of a suite's domains."""
    return ROOT.joinpath(*suite.package.split("."))


def _words(suite: Suite, name: str, singular: str, title: str) -> dict[str, str]:
    """Values of the templates."""
    noun = singular.replace("_", " ")
    article = "an" if noun[0] in "aeiou" else "a"
    return {
        "package": suite.package,
        "name": name,
        "path": name.replace("_", "-"),
        "prefix": suite.prefix,
        "plural": name.replace("_", " "),
        "singular": singular,
        "noun": noun,
        "a": article,
        "one": f"{article} {noun}",
        "Class": _camel(singular),
        "Classes": _camel(name),
        "title": title,
    }


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _written(suite: Suite, name: str, words: dict[str, str]) -> Iterator[Path]:
    """Write the files of the domain; yields their paths."""
    templates = Environment(
        loader=FileSystemLoader(SKELETON),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - Python, not HTML
    )
    domain = _folder(suite) / name
    tests = TESTS / domain.relative_to(ROOT / "app")
    elsewhere = {
        "factory.py.jinja": TESTS / "factories" / f"{name}.py",
        "test_api.py.jinja": tests / f"test_{name}_api.py",
    }
    for folder in (domain, tests):
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
    for template in sorted(templates.list_templates()):
        path = elsewhere.get(template, domain / template.removesuffix(".jinja"))
        path.write_text(templates.get_template(template).render(words), encoding="utf-8")
        yield path


def _add_to_suite(suite: Suite, name: str) -> Path:
    """Name the domain in `SUITE`, after all others; returns the path of the file."""
    path = _folder(suite) / "__init__.py"
    source = path.read_text(encoding="utf-8")
    if not source.endswith(_END_OF_DOMAINS):
        raise click.ClickException(f"Add {name!r} to the domains in {path.relative_to(ROOT)} by hand.")
    path.write_text(source.removesuffix(_END_OF_DOMAINS) + f'        "{name}",\n{_END_OF_DOMAINS}', encoding="utf-8")
    return path.relative_to(ROOT)


def _format(paths: list[Path]) -> None:
    """Sort the imports, which depend on the name, and break lines that it makes too long."""
    for arguments in (("check", "--select", "I", "--fix"), ("format",)):
        subprocess.run([sys.executable, "-m", "ruff", *arguments, "--quiet", *paths], check=True)
