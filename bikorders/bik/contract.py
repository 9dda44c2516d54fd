"""Bik's contract, said once, as types: what getOrder and placeOrder send and get.

By these types requests are checked, answers ordered and other shops' answers judged; tests compare openapi.json
and the table of columns with them. Which fields must be there is mostly not known: what is there must be of its
type. An object may have further members, which may be anything.
"""

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import (
    Annotated,
    Any,
    NamedTuple,
    Required,
    TypedDict,
    TypeVar,
    get_type_hints,
    is_typeddict,
)

import msgspec

from bikorders.errors import RequestRefused
from bikorders.reading.vocabulary import FULFILLMENTS

Read = TypeVar("Read")

Text = str
Number = int | float
ProductId = str | int | float
"""The contract shows numbers, as one well-known shop system has them; other shops' ids are texts."""

Tags = str | list[str]
FulfillmentStatus = Annotated[str, msgspec.Meta(extra_json_schema={"enum": list(FULFILLMENTS)})]


class Item(TypedDict, total=False):
    """One line of an order. `price` is per piece, in the currency's main unit."""

    productId: ProductId
    variantId: ProductId
    name: Text
    variantName: Text
    quantity: Number
    price: Number


class DeliveryInfo(TypedDict, total=False):
    """What a customer follows a parcel with."""

    trackingURL: Text


class Address(TypedDict, total=False):
    """Where an order goes."""

    firstName: Text
    lastName: Text
    address1: Text
    city: Text
    country: Text
    countryCode: Text
    zip: Text
    phoneNumber: Text


class PartnersData(TypedDict, total=False):
    """`id` is the draft id of an order that Bik placed."""

    id: Text


class BikOrder(TypedDict, total=False):
    """One order, its fields in the order in which they are answered."""

    id: Required[Text]
    name: Text
    status: Text
    paymentStatus: Text
    items: Required[list[Item]]
    subTotal: Number
    shippingCharge: Number
    discount: Number
    total: Number
    currency: Text
    phoneNumber: Text
    email: Text
    fulfillmentStatus: FulfillmentStatus
    deliveryInfo: DeliveryInfo
    address: Address
    tags: Tags
    invoiceUrl: Text
    partnersData: PartnersData


class GetOrderRequest(msgspec.Struct):
    """`orderId` is a text or a number; it is kept as it was sent, since a number may have any number of digits."""

    orderId: msgspec.Raw = msgspec.Raw(b"null")


class PlaceOrderRequest(TypedDict):
    """In `order`, null is as good as absent, and `id` may be anything: the answer has the shop's own in its place."""

    draftOrderId: Text
    paymentPending: bool
    order: BikOrder


FIELDS: Mapping[Any, Mapping[str, Any]] = {
    kind: get_type_hints(kind)
    for kind in (BikOrder, Item, DeliveryInfo, Address, PartnersData, PlaceOrderRequest)
}
"""The fields of each object, with their types."""


def _list_paths(kind: Any) -> Iterator[str]:
    for name, inner in FIELDS[kind].items():
        if is_typeddict(inner):
            yield from (f"{name}.{path}" for path in _list_paths(inner))
        else:
            yield name


ORDER_PATHS = tuple(_list_paths(BikOrder))
ITEM_PATHS = tuple(_list_paths(Item))
"""The fields that hold values, such as `deliveryInfo.trackingURL`, in the order in which they are answered."""

KNOWN_NAMES = frozenset(name for fields in FIELDS.values() for name in fields)


class WrongField(NamedTuple):
    """A field with a value that is not of the type that the contract gives it."""

    path: str
    value: Any
    wanted: Any


def find_wrong_fields(
    part: Mapping[str, Any], kind: Any = BikOrder, where: str = "", *, allow_null: bool = False
) -> Iterator[WrongField]:
    """Yield the fields of a JSON object that have the wrong type, those of items last.

    `kind` is the object's type, `where` its path, with a dot. `allow_null` takes null for absent.
    """
    rows: list[tuple[str, Any]] = []
    for name, wanted in FIELDS[kind].items():
        value = part.get(name)
        path = where + name
        if value is None and (allow_null or name not in part):
            continue
        if isinstance(value, dict) and is_typeddict(wanted):
            yield from find_wrong_fields(value, wanted, f"{path}.", allow_null=allow_null)
        elif isinstance(value, list) and wanted == list[Item]:
            rows += ((f"{path}[{number}]", row) for number, row in enumerate(value))
        elif not _is_a(value, wanted):
            yield WrongField(path, value, wanted)
    for path, row in rows:
        if isinstance(row, dict):
            yield from find_wrong_fields(row, Item, f"{path}.", allow_null=allow_null)
        else:
            yield WrongField(path, row, Item)


def _is_a(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def read_request(body: bytes, decode: Callable[[bytes], Read], hint: str) -> Read:
    """Return what `decode` makes of a request's body. Raises `RequestRefused` with `hint`.

    JSON on the wire is UTF-8 (RFC 8259, 8.1), which may begin with a byte order mark.
    """
    try:
        return decode(body.removeprefix(BOM_UTF8))
    except msgspec.ValidationError as error:
        is_number = "out of range" in str(error)  # a whole number of more than 4300 digits
        message = "a number in the body is too long" if is_number else "the body is not a JSON object"
        raise RequestRefused(message, hint) from None
    except (ValueError, RecursionError):
        raise RequestRefused("the body is not JSON", hint) from None


def get_value(order: Mapping[str, Any], path: str) -> Any:
    """Return the value at a path; None where there is none."""
    value: Any = order
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def nest(values: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """Return an object built from values by their paths: those in `paths` first, in that order.

    >>> nest({"a.b": 1, "d": 2, "a.c": 3}, ["d", "x", "a.b"])
    {'d': 2, 'a': {'b': 1, 'c': 3}}
    """
    body: dict[str, Any] = {}
    for path in dict.fromkeys((*paths, *values)):
        if path in values:
            part = body
            *parents, last = path.split(".")
            for parent in parents:
                part = part.setdefault(parent, {})
            part[last] = values[path]
    return body
