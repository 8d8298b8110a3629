"""Import contract for import-linter: a domain imports only domains that its suite names before it."""

from importlib import import_module

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class DomainOrderContract(Contract):
    """Takes the order from `SUITE.domains` of the package, so that it is written once."""

    type_name = "domain_order"

    package = fields.StringField()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Compare the imports with the order."""
        package = str(self.package)
        found = problems(graph, package, import_module(package).SUITE.domains)
        return ContractCheck(kept=not found, metadata={"problems": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print what is wrong, a line each."""
        for problem in check.metadata["problems"]:
            output.print_error(problem)


def problems(graph: ImportGraph, package: str, domains: tuple[str, ...]) -> list[str]:
    """Domains that the suite does not name or that have no folder, and imports of later domains."""
    folders = {child.rsplit(".", 1)[1] for child in graph.find_children(package)}
    found = [f"{package}.{name} is not named in {package}.SUITE" for name in sorted(folders - set(domains))]
    found += [f"{package}.SUITE names {name}, which has no folder" for name in sorted(set(domains) - folders)]
    order = {name: position for position, name in enumerate(domains)}
    for importer, imported in sorted(_imports(graph, package)):
        here, there = _domain(importer, package), _domain(imported, package)
        if here in order and there in order and order[here] < order[there]:
            found.append(f"{importer} imports {imported}: {here} comes before {there} in {package}.SUITE")
    return found


def _imports(graph: ImportGraph, package: str) -> set[tuple[str, str]]:
    """Pairs of modules within the package, of which the first imports the second."""
    return {
        (importer, imported)
        for importer in graph.find_descendants(package)
        for imported in graph.find_modules_directly_imported_by(importer)
        if imported.startswith(f"{package}.")
    }


def _domain(module: str, package: str) -> str:
    return module.removeprefix(f"{package}.").split(".", 1)[0]
