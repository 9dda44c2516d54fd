"""`/openapi.json`: who gets it, and that it leaves nothing out."""

import json

import pytest
from jsonschema import Draft202012Validator, ValidationError

from bikorders import __version__
from bikorders.bik.auth import parse_auth
from bikorders.serving.app import create_app
from bikorders.serving.http_errors import STATUSES
from tests.conftest import SEED_ORDER
from tests.description import DOCUMENT, PATH, assert_described, assert_schema
from tests.serving.test_app import StubService, assert_error, call

SCHEMAS = DOCUMENT["components"]["schemas"]
OPERATIONS = [
    (path, method, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


def get(method="GET", auth="bearer:t0ken"):
    app = create_app(StubService(), parse_auth(auth))
    return call(app, b"", REQUEST_METHOD=method, PATH_INFO="/openapi.json")


def test_the_document_is_served_without_auth_and_may_be_kept_for_a_while():
    response = get()
    assert (response.status, response.body) == (200, PATH.read_bytes())
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "public, max-age=300"


def test_head_is_answered_and_every_other_method_is_405():
    assert get("HEAD").headers["content-length"] == str(len(PATH.read_bytes()))
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        response = get(method)
        assert_error(response, 405)
        assert response.headers["allow"] == "GET,HEAD"


def test_it_is_of_this_version():
    assert DOCUMENT["info"]["version"] == __version__
    assert DOCUMENT["openapi"].startswith("3.1.")


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_one(name):
    Draft202012Validator.check_schema(SCHEMAS[name])


def test_every_reference_leads_somewhere():
    def walk(value):
        if isinstance(value, dict):
            if reference := value.get("$ref"):
                target = DOCUMENT
                for key in reference.removeprefix("#/").split("/"):
                    target = target[key]
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(DOCUMENT)


def test_every_error_that_can_be_raised_is_described():
    statuses = {str(status) for status, _ in STATUSES.values()}
    described = {status for _, _, operation in OPERATIONS for status in operation["responses"]}
    assert statuses <= described


def test_the_examples_are_as_the_schemas_say():
    for path, method, operation in OPERATIONS:
        for status, response in operation["responses"].items():
            example = response.get("content", {}).get("application/json", {}).get("example")
            if example is not None:
                headers = {"content-type": "application/json"}
                assert_described(method, path, int(status), headers, json.dumps(example).encode())
    assert_schema("OrderAnswer", {"order": SEED_ORDER})
    for name in ("getOrder", "placeOrder", "refresh"):
        media = DOCUMENT["paths"][f"/{name}"]["post"]["requestBody"]["content"]["application/json"]
        assert_schema(media["schema"]["$ref"].rpartition("/")[2], media["example"])


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (418, {}, b'{"error": "x"}'),
        (200, {}, b'{"order": {"items": []}}'),
        (200, {}, b'{"order": {"id": "1", "items": [{"price": "5"}]}}'),
        (200, {}, b'{"order": {"id": "1", "items": [], "email": null}}'),
        (200, {"age": "x"}, b'{"order": {"id": "1", "items": []}}'),
        (401, {}, b'{"error": "x"}'),
        (404, {}, b'{"error": ""}'),
        (404, {"content-type": "text/html"}, b'{"error": "x"}'),
    ],
)
def test_an_answer_that_is_not_as_described_is_noticed(status, headers, body):
    with pytest.raises((AssertionError, ValueError, ValidationError)):
        assert_described("POST", "/getOrder", status, {"content-type": "application/json"} | headers, body)
