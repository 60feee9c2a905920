"""The OpenAPI 3.1 document of all operations."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from .operations import JSON, Call, Operation
from .records import Problem
from .refusal import FORBIDDEN, TOO_LARGE, TOO_SLOW, UNAUTHORISED, UNUSABLE, WRONG_TYPE

_REF = "#/components/schemas/{name}"
_PLACE = re.compile(r"\{(\w+)(?::\w+)?\}")
_OF_BODIES = {
    TOO_SLOW: "The body stopped to come.",
    TOO_LARGE: "The body is too large.",
    WRONG_TYPE: "The body is of another type.",
    UNUSABLE: "The body cannot be used.",
}
_OF_ROLES = {
    UNAUTHORISED: "Nobody has logged in.",
    FORBIDDEN: "The role is a lesser one, or the page foreign.",
}
_PICTURE: Mapping[str, Any] = {
    "image/*": {"schema": {"type": "string", "format": "binary"}},
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "properties": {"picture": {"type": "string", "format": "binary"}},
            "required": ["picture"],
        }
    },
    JSON: {
        "schema": {
            "type": "object",
            "properties": {"picture": {"type": "string", "contentEncoding": "base64"}},
            "required": ["picture"],
        }
    },
}


def described(operations: Sequence[Operation], version: str) -> list[Operation]:
    """The operations with one more, which gives the document of all of them."""
    found: dict[str, Any] = {}

    async def describe(_call: Call) -> dict[str, Any]:
        return found

    one = Operation("GET", "/api/openapi.json", "This document.", describe, role=None, gives=dict[str, Any])
    found |= document([*operations, one], version)
    return [*operations, one]


def document(operations: Sequence[Operation], version: str) -> dict[str, Any]:
    """The document, as JSON has it.

    Args:
        operations: All that can be asked for.
        version: Of the program.
    """
    models: list[Any] = [Problem]
    for each in operations:
        models += [model for model in (each.takes, each.gives) if model is not None]
    _, schemas = msgspec.json.schema_components(models, ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for each in operations:
        paths.setdefault(_PLACE.sub(r"{\1}", each.path), {})[each.method.lower()] = _told(each)
    return {
        "openapi": "3.1.0",
        "info": {"title": "svod-rcgn", "version": version, "description": _DESCRIPTION},
        "tags": [{"name": name} for name in dict.fromkeys(each.group for each in operations)],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "The token of this start."},
                "session": {"type": "apiKey", "in": "cookie", "name": "svod-8050"},
            },
        },
    }


_DESCRIPTION = (
    "Boxes are [left, top, right, bottom] in pixels of the picture as it is seen, after the turn that its "
    "EXIF asks for; of a camera they are shares, 0 to 1, of its sides. Times are seconds since the epoch. "
    "The cookie's name carries the server's port. Every refusal is an object with `error`, one sentence."
)


def _told(operation: Operation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "summary": operation.summary,
        "operationId": _identifier(operation),
        "tags": [operation.group],
        "parameters": [*_places(operation), *_query(operation)],
        "responses": _responses(operation),
        "security": [] if operation.role is None else [{"token": []}, {"session": []}],
    }
    if operation.role is not None:
        told["description"] = f"Needs the role {operation.role.value}."
    if body := _body(operation):
        told["requestBody"] = {"required": True, "content": body}
    return told


def _identifier(operation: Operation) -> str:
    words = re.findall(r"[a-z0-9]+", operation.path.removeprefix("/api"))
    return "_".join([operation.method.lower(), *words])


def _places(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PLACE.findall(operation.path)
    ]


def _query(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    (schema,), components = msgspec.json.schema_components([operation.query], ref_template=_REF)
    fields = components[schema["$ref"].rpartition("/")[2]]["properties"]
    return [{"name": name, "in": "query", "schema": fields[name]} for name in fields]


def _body(operation: Operation) -> dict[str, Any]:
    if operation.form:
        return {"multipart/form-data": {"schema": _form(operation.form)}}
    if operation.binary:
        return {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    if operation.pictures:
        return dict(_PICTURE)
    return {} if operation.takes is None else {JSON: {"schema": _reference(operation.takes)}}


def _form(names: Sequence[str]) -> dict[str, Any]:
    *texts, pictures = names
    fields: dict[str, Any] = {name: {"type": "string"} for name in texts}
    fields[pictures] = {"type": "array", "items": {"type": "string", "format": "binary"}}
    return {"type": "object", "properties": fields, "required": list(names)}


def _reference(model: Any) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components([model], ref_template=_REF)
    found: dict[str, Any] = schema
    return found


def _responses(operation: Operation) -> dict[str, Any]:
    content: dict[str, Any] = {operation.media: {"schema": {"type": "string"}}}
    if operation.media_too:
        content[operation.media_too] = {"schema": {}}
    if operation.gives is not None:
        content = {JSON: {"schema": _reference(operation.gives)}}
    elif operation.media == JSON:
        content = {JSON: {"schema": {}}}
    refusals = dict(_OF_ROLES if operation.role is not None else {FORBIDDEN: "The page is foreign."})
    if operation.pictures or operation.form or operation.binary or operation.takes is not None:
        refusals |= _OF_BODIES
    if operation.query is not None:
        refusals |= {UNUSABLE: "The query cannot be used."}
    problem = {JSON: {"schema": _reference(Problem)}}
    told = {
        str(status): {"description": why, "content": problem}
        for status, why in sorted({**refusals, **operation.refusals}.items())
    }
    return {"200": {"description": "Done.", "content": content}, **told}
