"""Operations: authentication, permission, transaction, idempotency key, version and response of every route.

flask-restx is used for routing only: documentation and validation follow from marshmallow schemas.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, NamedTuple, TypeVar

import flask_restx
from flask import Response, current_app, request
from marshmallow import Schema
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.infra import origins, preconditions
from app.infra.bulkhead import Bulkhead, Work
from app.infra.db import db, read_only_committed, take_snapshot
from app.infra.origins import NOWHERE, Origin
from app.kernel.errors import Forbidden
from app.kernel.files import JudgedFile
from app.kernel.identity import Identity
from app.web import auth, idempotency, refusals
from app.web.body import json_body
from app.web.events import act_as_caller, record_download, record_export
from app.web.exports import Format
from app.web.query import FORMAT, NoQuery, load_query, require_utf8
from app.web.responses import ResponseSpec
from app.web.uploads import Upload, is_multipart, multipart_body

PUBLIC = "public"
"""Marks an operation as public: no login required."""

_TRIES = 3
_DEADLOCK_OR_SERIALIZATION = {"40P01", "40001"}
_CHANGES_ONE = {"PUT", "PATCH", "DELETE"}
_METHODS = {"GET", "POST", *_CHANGES_ONE}


@dataclass(frozen=True)
class Operation:
    """Declaration of one method of one route; the OpenAPI document is written from it."""

    method: str
    permission: str
    response: ResponseSpec
    query: Schema
    body: Schema | None
    status: int
    errors: tuple[int, ...]
    refresh: bool = False
    upload: Upload | None = None
    name: str | None = None
    accepts_key: bool = True
    hashes_password: bool = False
    before_second_factor: bool = False
    while_being_erased: bool = False
    admit: Callable[[], None] | None = None
    stores: bool = False
    or_permission: str | None = None
    origin: Origin = NOWHERE
    """Its permission and domain, as the audit log names them."""

    @property
    def permissions(self) -> tuple[str, ...]:
        """Those of which the caller needs one."""
        return (self.permission, *([] if self.or_permission is None else [self.or_permission]))

    @cached_property
    def needs_body(self) -> bool:
        """Whether a request has to have a body: one that creates or does something with what has defaults has not."""
        body = self.body
        return body is not None and (self.method != "POST" or any(one.required for one in body.load_fields.values()))

    @property
    def keyed(self) -> bool:
        """Whether an `Idempotency-Key` counts: for a POST with a login, unless `accepts_key` is False."""
        return self.method == "POST" and self.accepts_key and not self.public

    @property
    def public(self) -> bool:
        return self.permission == PUBLIC

    @property
    def shows(self) -> bool:
        """Whether it changes nothing that somebody entered."""
        return self.method == "GET"  # and HEAD

    @property
    def read_only(self) -> bool:
        """Whether its transaction writes nothing."""
        return self.shows and not self.stores


class Received(NamedTuple):
    """Parsed body before its schema loads it, and its file, already checked."""

    content: Any
    file: JudgedFile | None


View = TypeVar("View", bound=Callable[..., Any])


def operation(
    permission: str,
    response: ResponseSpec,
    *,
    query: type[Schema] | None = None,
    body: type[Schema] | Schema | None = None,
    status: int = 200,
    errors: tuple[int, ...] = (),
    refresh: bool = False,
    upload: Upload | None = None,
    name: str | None = None,
    accepts_key: bool = True,
    hashes_password: bool = False,
    before_second_factor: bool = False,
    while_being_erased: bool = False,
    admit: Callable[[], None] | None = None,
    stores: bool = False,
    or_permission: str | None = None,
) -> Callable[[View], View]:
    """Declare a method: permission, input (arguments `query`, `body`, `file` of the view), response and refusals.

    `name` is the operation id, if the rule of `openapi/names.py` gives no good one. With `accepts_key=False` an
    `Idempotency-Key` is ignored: for what opens, prolongs or ends sessions, whose answers must not be had again.
    `hashes_password` takes long, so few do it at once (`infra/bulkhead.py`). `before_second_factor`: also for those
    who have not set up the second factor that their role requires. `while_being_erased`: also for those whose
    account is going to be erased. `admit` raises where a setting closes the operation,
    before the body is read. A GET that `stores` keeps what it works out, for the next one. `or_permission` is enough,
    too, where the service judges what the caller may have.
    """

    def decorate(view: View) -> View:
        method = view.__name__.upper()
        if method not in _METHODS:
            raise ValueError(f"{view.__qualname__} is not named like an HTTP method")
        declared = Operation(
            method=method,
            permission=permission,
            response=response,
            query=(query or NoQuery)(),
            body=body() if isinstance(body, type) else body,
            status=status,
            errors=errors,
            refresh=refresh,
            upload=upload,
            name=name,
            accepts_key=accepts_key,
            hashes_password=hashes_password,
            before_second_factor=before_second_factor,
            while_being_erased=while_being_erased,
            admit=admit,
            stores=stores,
            or_permission=or_permission,
            origin=Origin.of(name if permission == PUBLIC else permission, view.__module__),
        )

        @wraps(view)
        def serve(resource: Any, **path: Any) -> Response:
            return _serve(declared, lambda **inputs: view(resource, **path, **inputs))

        serve.operation = declared  # type: ignore[attr-defined]  # how the documents and the tests find it
        return serve  # type: ignore[return-value]  # RESTX calls it as it would call the view

    return decorate


def changes(schema: type[Schema]) -> Schema:
    """Schema of the body of a PUT: the same fields, none required."""
    return schema(partial=True)


def _serve(declared: Operation, view: Callable[..., Any]) -> Response:
    """Wait for a working place, with neither a connection nor a transaction, and serve the request."""
    require_utf8(request.environ.get("QUERY_STRING", ""))
    if declared.admit is not None:
        declared.admit()
    claims = None if declared.public else auth.genuine_claims(refresh=declared.refresh)
    caller, work = auth.caller_key(claims), _work(declared)
    bulkhead: Bulkhead = current_app.extensions["bulkhead"]
    with bulkhead.place(work, caller), origins.acting(_origin(declared)):
        session = db.session()
        try:
            identity = _admitted(declared, session, claims)
            received = _receive(declared, caller)
            if identity is None or work is not Work.EXPORT:
                return _attempts(declared, view, session, identity, received)
            with bulkhead.export(identity.user_id):
                return _attempts(declared, view, session, identity, received)
        except BaseException:
            session.rollback()
            raise


def _origin(declared: Operation) -> Origin:
    """The operation and the client, for the audit log."""
    return declared.origin._replace(address=refusals.address(), user_agent=refusals.user_agent())


def _work(declared: Operation) -> Work:
    """Kind of work of this request."""
    if declared.shows:
        return Work.EXPORT if _asks_for_file(declared) else Work.READ
    if declared.hashes_password:
        return Work.PASSWORD
    return Work.UPLOAD if declared.upload is not None and is_multipart() else Work.WRITE


def _asks_for_file(declared: Operation) -> bool:
    return len(declared.response.formats) > 1 and request.args.get(FORMAT, Format.JSON) != Format.JSON


def _attempts(
    declared: Operation, view: Callable[..., Any], session: Session, identity: Identity | None, received: Received
) -> Response:
    """Try again after a deadlock or a serialization failure."""
    for last in (*[False] * (_TRIES - 1), True):
        try:
            return _attempt(declared, view, session, identity, received)
        except DBAPIError as error:
            session.rollback()  # nothing was committed, so the request can be repeated
            if last or getattr(error.orig, "pgcode", None) not in _DEADLOCK_OR_SERIALIZATION:
                raise
            _begin(declared, session)
    raise AssertionError("unreachable: the last try returns or raises")


def _admitted(declared: Operation, session: Session, claims: auth.Claims | None) -> Identity | None:
    """Authenticate the caller and check the permission, in a transaction of the kind that the operation needs."""
    # An API token is looked up in a transaction of its own, which records the use: before this one has a connection.
    bearer = auth.authenticate(claims) if claims is not None and auth.is_api_token(claims) else None
    _begin(declared, session)
    if claims is None:
        return None
    identity = bearer or auth.authenticate(claims)
    if identity.being_erased and not declared.while_being_erased:
        raise Forbidden("The account is being erased; restore it first.", code="being_erased")
    if identity.two_factor_missing and not declared.before_second_factor:
        raise Forbidden("Your role requires two factors; set them up first.", code="two_factor_setup_required")
    auth.require(identity, *declared.permissions)
    return identity


def _begin(declared: Operation, session: Session) -> None:
    if not declared.read_only:
        return
    if declared.response.needs_snapshot or declared.origin.suite in current_app.config["SUITES_OF_BOOKS"]:
        take_snapshot(session)
    else:
        read_only_committed(session)


def _attempt(
    declared: Operation, view: Callable[..., Any], session: Session, identity: Identity | None, received: Received
) -> Response:
    """One attempt at the whole request, in one transaction."""
    if not declared.read_only:
        act_as_caller(session, identity)
    kept = idempotency.begin(session, identity, *received) if declared.keyed else None
    if isinstance(kept, Response):
        session.rollback()
        return kept
    if declared.method in _CHANGES_ONE and "If-Match" in request.headers:
        preconditions.expect(session, request.if_match.contains)
    inputs, asked = _inputs(declared, received)
    result = view(**inputs)
    if asked is not Format.JSON:
        return _export(declared, result, asked, session, identity)
    session.flush()
    if preconditions.unmet(session):
        raise AssertionError(f"{request.endpoint} changes a record without get_for_update, so If-Match is ignored")
    response = declared.response.respond(result, declared.status)
    if kept is not None:
        kept.keep(response)
    _end(declared, session)
    if declared.response.is_download:
        record_download(identity, result.file.id, response)
    return response


def _end(declared: Operation, session: Session) -> None:
    if declared.read_only:
        session.close()  # nothing to commit
    else:
        session.expire_on_commit = False  # no object is read after the commit
        session.commit()


def _export(declared: Operation, result: Any, asked: Format, session: Session, identity: Identity | None) -> Response:
    """Write the whole file before the response: errors get a status, and slow clients hold no transaction."""
    with declared.response.export(result, asked) as draft:
        draft.write()
        session.commit()
        record_export(identity, asked)
        return draft.response()


def _receive(declared: Operation, caller: str) -> Received:
    """Read the body, once for all attempts. A file in it is checked here, while no connection is held."""
    upload = declared.upload
    if upload is not None and (is_multipart() or not upload.json):
        return Received(*multipart_body(upload, caller))
    return Received(None if declared.body is None else json_body(required=declared.needs_body), None)


def _inputs(declared: Operation, received: Received) -> tuple[dict[str, Any], Format]:
    """Arguments of the view, and the format of its response."""
    inputs: dict[str, Any] = {}
    query, asked = load_query(declared.query, request.args, declared.response.formats)
    if not isinstance(declared.query, NoQuery):
        inputs["query"] = query
    if declared.body is not None:
        inputs["body"] = declared.body.load(received.content)
    if declared.upload is not None:
        inputs["file"] = received.file
    return inputs, asked


class Resource(flask_restx.Resource):  # type: ignore[misc]  # RESTX has no types
    """A path, with one view for each HTTP method."""


class Namespace(flask_restx.Namespace):  # type: ignore[misc]  # RESTX has no types
    """A domain's routes; with a `setting` they are served only where that has a value."""

    def __init__(self, name: str, *, path: str, setting: str | None = None) -> None:
        super().__init__(name, path=path)
        self.setting = setting

    def route(self, *urls: str) -> Callable[[type[Any]], type[Any]]:
        """Serve the resource at these paths."""
        register: Callable[[type[Any]], type[Any]] = super().route(*urls)
        return register


class Api(flask_restx.Api):  # type: ignore[misc]  # RESTX has no types
    """RESTX for routing and Swagger UI; errors and the OpenAPI document are not left to it."""

    def init_app(self, app: Any, **options: Any) -> None:
        """Initialize without RESTX's own document, which does not know marshmallow schemas."""
        super().init_app(app, add_specs=False, **options)

    def _register_doc(self, _app: Any) -> None:
        """Register neither RESTX's documentation page (`web/docs.py` has one) nor a root path."""

    def error_router(self, original_handler: Callable[[Exception], Any], e: Exception) -> Any:
        """Leave errors to `web/errors.py`: RESTX would turn JWT errors into 500 and echo request bodies."""
        return original_handler(e)
