"""Operation ids, which are the names of functions in generated clients."""

from app.web.api import Operation
from app.web.responses import Listed

_VERBS = {"GET": "get", "PUT": "update", "PATCH": "update", "DELETE": "delete", "POST": "create"}


def operation_id(declared: Operation, method: str, view_class: str) -> str:
    """The declared name, or one by rule: `Clients.get` is `listClients`, `OneClient.put` is `updateClient`."""
    if declared.name is not None:
        return declared.name
    if method == "GET" and isinstance(declared.response, Listed):
        return f"list{view_class}"
    noun = view_class.removeprefix("One")
    return _VERBS[method] + (noun.removesuffix("s") if method == "POST" else noun)
