"""The contract's types: the document says the same, and so do the columns that are read."""

from decimal import Decimal
from typing import is_typeddict

import msgspec
import pytest

from bikorders.bik.contract import (
    FIELDS,
    ITEM_PATHS,
    ORDER_PATHS,
    BikOrder,
    GetOrderRequest,
    Item,
    PlaceOrderRequest,
    find_wrong_fields,
)
from bikorders.reading.fields import SENT
from bikorders.reading.vocabulary import FULFILLMENTS
from tests.conftest import SEED_ORDER
from tests.description import DOCUMENT

DOCUMENTED = DOCUMENT["components"]["schemas"]
TYPED = msgspec.json.schema_components([BikOrder, PlaceOrderRequest])[1]


def resolve(schema, schemas):
    return schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def list_kinds(schema, schemas):
    """List the JSON types that a schema takes; an integer is a number."""
    schema = resolve(schema, schemas)
    kinds = schema.get("type", [])
    kinds = {kinds} if isinstance(kinds, str) else set(kinds)
    for inner in schema.get("anyOf", []):
        kinds |= list_kinds(inner, schemas)
    return {"number" if kind == "integer" else kind for kind in kinds}


def compare(documented, typed, more=frozenset()):
    """See that an object of the document has the fields of the types; each takes the kinds in `more`, too."""
    described, fields = documented["properties"], typed["properties"]
    assert list(described) and set(described) == set(fields)
    for name, schema in fields.items():
        kinds = list_kinds(schema, TYPED)
        shown = resolve(described[name], DOCUMENTED)
        if name not in ("items", "quantity"):
            kinds |= more
        if not (more and name == "id" and "type" not in shown):  # the draft's own id may be anything
            assert list_kinds(shown, DOCUMENTED) == kinds, name
        if "properties" in resolve(schema, TYPED):
            compare(shown, resolve(schema, TYPED), more)


@pytest.mark.parametrize("name", ["BikOrder", "Item"])
def test_the_types_are_those_of_the_document(name):
    compare(DOCUMENTED[name], TYPED[name])
    assert sorted(DOCUMENTED[name].get("required", [])) == TYPED[name].get("required", [])


def test_the_document_knows_the_parts_of_a_place_order_request():
    documented, typed = DOCUMENTED["PlaceOrderRequest"], TYPED["PlaceOrderRequest"]
    assert set(documented["required"]) == set(typed["required"]) == set(typed["properties"])
    for name, schema in typed["properties"].items():
        assert list_kinds(documented["properties"][name], DOCUMENTED) == list_kinds(schema, TYPED)


@pytest.mark.parametrize(("documented", "typed"), [("DraftOrder", "BikOrder"), ("DraftItem", "Item")])
def test_a_draft_has_the_same_fields_and_each_may_be_null(documented, typed):
    compare(DOCUMENTED[documented], TYPED[typed], {"null"})


def test_the_document_leads_from_an_order_to_its_items():
    for order, item in (("BikOrder", "Item"), ("DraftOrder", "DraftItem")):
        items = DOCUMENTED[order]["properties"]["items"]
        assert items["items"] == {"$ref": f"#/components/schemas/{item}"}
    for schema in ("BikOrder", "DraftOrder"):
        assert DOCUMENTED[schema]["properties"]["tags"]["items"] == {"type": "string"}


def test_the_document_knows_the_fulfillment_statuses():
    assert DOCUMENTED["FulfillmentStatus"]["enum"] == list(FULFILLMENTS)
    assert TYPED["BikOrder"]["properties"]["fulfillmentStatus"]["enum"] == list(FULFILLMENTS)


def test_the_document_knows_what_get_order_asks_for():
    assert set(DOCUMENTED["GetOrderRequest"]["properties"]) == set(GetOrderRequest.__struct_fields__)


def test_the_columns_that_are_sent_are_the_fields_of_the_contract():
    assert set(ORDER_PATHS) - {"items"} | set(ITEM_PATHS) == SENT


def test_the_fields_stand_in_the_order_of_the_contracts_example():
    assert [name for name in FIELDS[BikOrder] if name in SEED_ORDER] == list(SEED_ORDER)
    assert list(ITEM_PATHS) == list(SEED_ORDER["items"][0])


def test_every_value_of_the_example_has_its_type():
    assert not list(find_wrong_fields(SEED_ORDER))
    assert not any(is_typeddict(kind) for kind in FIELDS[Item].values())


@pytest.mark.parametrize("null", [True, False])
def test_null_is_as_good_as_absent_where_that_is_said(null):
    order = {"id": None, "items": [{"name": None}], "address": {"city": None}, "x": None}
    wrong = [field.path for field in find_wrong_fields(order, allow_null=null)]
    assert wrong == ([] if null else ["id", "address.city", "items[0].name"])


def test_what_is_not_named_may_be_anything():
    assert not list(find_wrong_fields({"gift": [1], "items": [{"weight": {}}], "address": {"floor": 2}}))


@pytest.mark.parametrize("amount", [1, 1.5, Decimal("947.50"), 10**40])
def test_a_number_may_be_of_any_size_and_exact(amount):
    assert not list(find_wrong_fields({"total": amount, "items": [{"productId": amount}]}))
    assert [field.path for field in find_wrong_fields({"email": amount})] == ["email"]
