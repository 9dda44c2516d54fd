"""Holds answers against `openapi.json`: what the app says to anybody is as the document describes it."""

import json
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

import bikorders

PATH = Path(bikorders.__file__).parent / "bik" / "openapi.json"
DOCUMENT = json.loads(PATH.read_text(encoding="utf-8"))
PAGE = {"/", "/page.css", "/live.js", "/fresh.svg", "/stale.svg", "/down.svg"}
"""Paths for people, which the document leaves out."""

_URI = "urn:openapi"
_REGISTRY = Registry().with_resource(_URI, DRAFT202012.create_resource(DOCUMENT))


def assert_described(method, path, status, headers, body):
    """See that the document knows such an answer; header names are in lower case."""
    path = path.partition("?")[0] or "/"
    if path in PAGE:
        return
    operations = DOCUMENT["paths"].get(path)
    verb = "get" if method == "HEAD" else method.lower()
    if operations is None:
        where = "components/responses/NotFound"
        assert status == 404, f"{method} {path} is not described and not 404 but {status}"
    elif verb not in operations:
        where = "components/responses/MethodNotAllowed"
        assert status == 405, f"{method} {path} is not 405 but {status}"
    else:
        responses = operations[verb]["responses"]
        assert str(status) in responses, f"{method} {path} is not described to answer {status}"
        where = responses[str(status)].get("$ref", "").removeprefix("#/")
        where = where or f"paths/{path.replace('/', '~1')}/{verb}/responses/{status}"
    response = _find(where)
    if status != 404:
        for name, header in response.get("headers", {}).items():
            header = _find(header["$ref"].removeprefix("#/")) if "$ref" in header else header
            assert name.lower() in headers or not header["required"], f"{status} without {name}"
            if name.lower() in headers and header["schema"]["type"] == "integer":
                assert int(headers[name.lower()]) >= header["schema"]["minimum"]
    if method == "HEAD":
        assert body == b""
        return
    assert headers["content-type"] == "application/json"
    _assert_valid(f"{where}/content/application~1json/schema", json.loads(body))


def assert_schema(name, value):
    """See that a value is as the named schema says."""
    _assert_valid(f"components/schemas/{name}", value)


def _assert_valid(pointer, value):
    complaints = [f"{error.json_path}: {error.message}" for error in _compile(pointer).iter_errors(value)]
    assert complaints == []


@cache
def _compile(pointer):
    return Draft202012Validator({"$ref": f"{_URI}#/{pointer}"}, registry=_REGISTRY)


def _find(where):
    value = DOCUMENT
    for key in where.split("/"):
        value = value[key.replace("~1", "/")]
    return value
