"""Events of projects that webhooks are told of."""

from app.infra.context import Context
from app.infra.webhooks import WebhookObject
from app.suites.fresco.projects.schemas import ProjectSchema
from app.suites.fresco.projects.service import ProjectService
from app.web.dump import dumper
from app.web.json import encode


def _shown(context: Context, project_id: int) -> bytes:
    return encode(dumper(ProjectSchema)(ProjectService(context).get(project_id)))


OBJECTS = {
    "project": WebhookObject(("created", "updated", "deleted"), _shown),
    "plan": WebhookObject(("changed",), _shown),
}
