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

from app.domains import SUITE
from config import ROOT

SKELETON = Path(__file__).parent / "skeleton"
DOMAINS = ROOT / "app" / "domains"
TESTS = ROOT / "tests"

_END_OF_DOMAINS = "    ),\n)\n"

group = AppGroup("domain", help="Domains: the folders of the program.")


@group.command("new")
@click.argument("name")
@click.option("--title", required=True, help="What its rows are called in Spanish, as in Proveedores.")
@click.option("--singular", help="One of NAME, as in supplier; without it NAME loses its last s.")
def new(name: str, title: str, singular: str | None) -> None:
    """Write a domain with a table of that NAME (a plural, as in purchase_orders), its routes, a factory and a test."""
    if current_app.config["APP_ENV"] == "production":
        raise click.ClickException("Domains are written where they are developed.")
    one = singular or name.removesuffix("s")
    for given in (name, one):
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", given) or keyword.iskeyword(given):
            raise click.ClickException(f"{given!r} is no name of a Python module: letters, digits and _ only.")
    if name == one:
        raise click.ClickException("NAME is a plural; say with --singular what one of them is called.")
    if (DOMAINS / name).exists():
        raise click.ClickException(f"There is a domain {name} already.")
    paths = list(_written(name, _words(name, one, title)))
    _add_to_suite(name)
    _format(paths)
    for path in paths:
        click.echo(path.relative_to(ROOT))
    click.echo(f"{name} is the last of the domains in app/domains/__init__.py: those before it can't import it.")
    click.echo(f'Next: its fields, then flask migration new "{name.replace("_", " ")}"; see docs/new-domain.md.')


def _words(name: str, singular: str, title: str) -> dict[str, str]:
    """Values of the templates."""
    noun = singular.replace("_", " ")
    article = "an" if noun[0] in "aeiou" else "a"
    return {
        "package": SUITE.package,
        "name": name,
        "path": name.replace("_", "-"),
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


def _written(name: str, words: dict[str, str]) -> Iterator[Path]:
    """Write the files of the domain; yields their paths."""
    templates = Environment(
        loader=FileSystemLoader(SKELETON),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - Python, not HTML
    )
    elsewhere = {
        "factory.py.jinja": TESTS / "factories" / f"{name}.py",
        "test_api.py.jinja": TESTS / "domains" / name / f"test_{name}_api.py",
    }
    for folder in (DOMAINS / name, TESTS / "domains" / name):
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
    for template in sorted(templates.list_templates()):
        path = elsewhere.get(template, DOMAINS / name / template.removesuffix(".jinja"))
        path.write_text(templates.get_template(template).render(words), encoding="utf-8")
        yield path


def _add_to_suite(name: str) -> None:
    """Name the domain in `SUITE`, after all others."""
    path = DOMAINS / "__init__.py"
    source = path.read_text(encoding="utf-8")
    if not source.endswith(_END_OF_DOMAINS):
        raise click.ClickException(f"Add {name!r} to the domains in {path.relative_to(ROOT)} by hand.")
    path.write_text(source.removesuffix(_END_OF_DOMAINS) + f'        "{name}",\n{_END_OF_DOMAINS}', encoding="utf-8")


def _format(paths: list[Path]) -> None:
    """Sort the imports, which depend on the name, and break lines that it makes too long."""
    for arguments in (("check", "--select", "I", "--fix"), ("format",)):
        subprocess.run([sys.executable, "-m", "ruff", *arguments, "--quiet", *paths], check=True)
