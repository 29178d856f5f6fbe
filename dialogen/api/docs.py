"""The description of the API, for programs as OpenAPI and for people as a page that loads nothing from elsewhere."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, jsonify, make_response, render_template

from dialogen.api import openapi
from dialogen.api.access import requires_session_or_token
from dialogen.api.payloads import NoQuery

api_docs = APIBlueprint("api_docs", __name__, url_prefix="/api/v1", tag="Description")


@api_docs.get("/openapi.json")
@requires_session_or_token
@api_docs.doc(operation_id="describe", summary="Describe this API")
@api_docs.input(NoQuery, location="query", arg_name="query")
@api_docs.output({}, description="This description, as OpenAPI 3.1.")
def describe(query: NoQuery) -> Response:
    """Describe this API."""
    return jsonify(openapi.spec())


@api_docs.get("/docs")
@requires_session_or_token
@api_docs.doc(hide=True)
def read_description() -> Response:
    """Show the description as a page, in English as the API is."""
    found = openapi.spec()
    answer = make_response(
        render_template(
            "api/docs.html", spec=found, operations=_operations(found), schemas=_schemas(found), type_of=type_of
        )
    )
    answer.content_language = "en"
    return answer


def _operations(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"method": method.upper(), "path": path, "body": _body_name(operation), **operation}
        for path, item in found["paths"].items()
        for method, operation in item.items()
    ]


def _body_name(operation: dict[str, Any]) -> str | None:
    content = operation.get("requestBody", {}).get("content", {}).values()
    return next((_name(each["schema"]) for each in content), None)


def _schemas(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"name": name, "description": schema.get("description", ""), "fields": _fields(schema), "words": _words(schema)}
        for name, schema in sorted(found["components"]["schemas"].items())
    ]


def _fields(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "type": type_of(field),
            "required": name in schema.get("required", []),
            "description": field.get("description", ""),
        }
        for name, field in schema.get("properties", {}).items()
    ]


def _words(schema: dict[str, Any]) -> str:
    return ", ".join(schema.get("enum", []))


def type_of(schema: dict[str, Any]) -> str:
    """Say in a few words what values a schema takes."""
    if "$ref" in schema:
        return _name(schema)
    if "anyOf" in schema:
        return " or ".join(type_of(choice) for choice in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {type_of(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("const") or schema.get("type") or "anything")


def _name(schema: dict[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2]
