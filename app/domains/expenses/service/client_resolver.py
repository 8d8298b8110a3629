"""Client and project of an expense."""

from collections.abc import Mapping
from typing import Any

from app.domains.projects.service import ProjectService
from app.kernel.errors import Invalid


class ClientResolver:
    """Clients and projects that expenses name: they exist, and a project brings its client."""

    def __init__(self, projects: ProjectService) -> None:
        self.projects = projects

    def resolved(self, given: Mapping[str, Any], stored: Any = None) -> dict[str, Any]:
        """The given values, with client and project as they will be if either is given."""
        if not {"client_id", "project_id"} & given.keys():
            return dict(given)
        client_id, project_id = given.get("client_id"), given.get("project_id", getattr(stored, "project_id", None))
        if client_id is not None:
            self.projects.clients.get(client_id)
        if project_id is None:
            kept = given["client_id"] if "client_id" in given else getattr(stored, "client_id", None)
            return {**given, "client_id": kept, "project_id": None}
        owner = self.projects.client_of(project_id)
        if client_id not in {None, owner}:
            raise Invalid.field("client_id", "Is not the project's client.")
        return {**given, "client_id": owner, "project_id": project_id}
