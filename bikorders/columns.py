"""Which column is which field? One table of fields with the headers that people give them.

A field is named by its path in the contract (`deliveryInfo.trackingURL`; in items without `items[].`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bikorders.words import CURRENCIES, CURRENCY_SIGNS
from bikorders.workbook import Cell, Tab, fold_text, text_of

Kind = Literal[
    "id", "text", "status", "payment", "fulfillment", "money", "currency", "phone", "email", "url",
    "quantity", "product_id",
]  # fmt: skip

ORDER_ID = "id"
ITEMS_TAB = "items tab"
"""Not a path of the contract: the column that names an order's own items tab."""


@dataclass(frozen=True)
class Field:
    """One field: its path, how its cells are read, and the headers that mean it.

    `weak` headers mean it only where no other column does, the earlier ones first.
    """

    path: str
    kind: Kind
    headers: str = ""
    weak: str = ""


ORDER_FIELDS = (
    Field(
        ORDER_ID,
        "id",
        "order id, order number, order no, order #, commande n°, № на поръчка, 注文番号, número do pedido, "
        "номер заказа",
        weak="order, order name, order ref, order reference, id, #, sub order no, invoice number, ref no, "
        "reference number, reference",
    ),
    Field("name", "text", "order title"),
    Field("status", "status", "status, order status, current status, état, status order"),
    Field("paymentStatus", "payment", "payment status, financial status, payment"),
    Field(ITEMS_TAB, "text", "items tab, item tab, items sheet"),
    Field("subTotal", "money", "subtotal, sub total, order subtotal, items total, 小計"),
    Field(
        "shippingCharge",
        "money",
        "shipping charge, shipping charges, shipping cost, shipping fee, delivery fee, delivery charge, "
        "delivery charges, order shipping, shipping total",
    ),
    Field("discount", "money", "discount, discount amount, discount total, total discount"),
    Field(
        "total",
        "money",
        "total, order total, grand total, total amount, total price, order amount, обща сума",
    ),
    Field("currency", "currency", "currency, currency code"),
    Field(
        "phoneNumber",
        "phone",
        "phone, phone number, phone no, mobile, mobile no, mobile number, customer phone, customer mobile, "
        "customer phone number, whatsapp, whatsapp number, contact no, contact number, телефон",
    ),
    Field("email", "email", "email, e-mail, email address, customer email, buyer email, email id"),
    Field(
        "fulfillmentStatus",
        "fulfillment",
        "fulfillment status, fulfilment status, fulfillment, fulfilment",
    ),
    Field(
        "deliveryInfo.trackingURL",
        "url",
        "tracking url, tracking link, trackinglink, track link, tracking page",
    ),
    Field("address.firstName", "text", "first name, customer first name"),
    Field("address.lastName", "text", "last name, customer last name"),
    Field("address.address1", "text", "address, delivery address, shipping address, address line 1, full address"),
    Field("address.city", "text", "city, town, shipping city"),
    Field("address.country", "text", "country, shipping country"),
    Field("address.countryCode", "text", "country code"),
    Field("address.zip", "text", "zip, zip code, pincode, pin code, postal code, postcode, shipping zip"),
    Field("address.phoneNumber", "phone", "shipping phone, delivery phone"),
    Field("tags", "text", "tags"),
    Field("invoiceUrl", "url", "invoice url, invoice link"),
    Field("partnersData.id", "text", "draft id, draft order id, bik draft id"),
)  # fmt: skip

ITEM_FIELDS = (
    Field(ORDER_ID, "id", ORDER_FIELDS[0].headers, weak="id, order"),
    Field("productId", "product_id", "product id, sku, product sku, item sku"),
    Field("variantId", "product_id", "variant id, variant sku"),
    Field(
        "name",
        "text",
        "name, product name, product, item name, item, item title, line item name, lineitem name, title, "
        "продукт, 商品名",
        weak="description",
    ),
    Field("variantName", "text", "variant name, variant, variation, variations, option"),
    Field("quantity", "quantity", "quantity, qty, item quantity, lineitem quantity, units, pieces, pcs, количество, 数量"),
    Field(
        "price",
        "money",
        "price, unit price, item price, product price, lineitem price, price each, rate, цена, 単価",
    ),
)  # fmt: skip


def fold_header(text: str) -> str:
    """Reduce a header to its letters and digits, so that spelling habits don't matter.

    >>> fold_header(" Order_ID* "), fold_header("Total (₹)"), fold_header("Phone #")
    ('orderid', 'total', 'phonenumber')
    """
    return re.sub(r"[\W_]+", "", fold_text(text).replace("#", " number"))


_CURRENCY = re.compile(rf"(?<![a-z])(?:{'|'.join(CURRENCIES)})(?![a-z])", re.IGNORECASE)


def find_header_currency(text: str, dollar: str) -> str:
    """Give the currency that a header names, else "".

    >>> find_header_currency("Total (₹)", "USD"), find_header_currency("amount_egp", "USD")
    ('INR', 'EGP')
    >>> find_header_currency("Orders total", "USD")
    ''
    """
    folded = fold_text(text).replace("_", " ")
    if match := _CURRENCY.search(folded):
        return match[0].upper()
    for sign, currency in CURRENCY_SIGNS.items():
        if re.search(rf"(?<![a-z]){re.escape(sign)}(?![a-z])", folded):
            return dollar if sign == "$" else currency
    return ""


def _index(fields: Sequence[Field]) -> tuple[dict[str, Field], dict[str, Field]]:
    strong: dict[str, Field] = {}
    weak: dict[str, Field] = {}
    for field in fields:
        if field.path not in ("id", "name"):  # these two words mean other things in other spellings
            strong[fold_header(field.path)] = field
        strong.update((fold_header(header), field) for header in field.headers.split(", ") if header)
        weak.update((fold_header(header), field) for header in field.weak.split(", ") if header)
    return strong, weak


_FIELDS = {"order": ORDER_FIELDS, "item": ITEM_FIELDS}
_INDEX = {role: _index(fields) for role, fields in _FIELDS.items()}
_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*){0,4}", re.ASCII)
HEADER_ROWS = 20
"""How far down a header row is looked for."""


@dataclass(frozen=True, eq=False)
class Columns:
    """A tab's header row, understood: for each field its columns, counted from 1.

    `extra` are the merchant's own `bik:` columns by path; `refused` those of them that can't be sent.
    """

    row: int
    fields: Mapping[str, tuple[Field, tuple[int, ...]]]
    extra: Mapping[str, int]
    currencies: Mapping[int, str]
    refused: tuple[Cell, ...]

    def __contains__(self, path: str) -> bool:
        return path in self.fields

    def first(self, path: str) -> int:
        """Give the field's first column; the field must have one."""
        return self.fields[path][1][0]


def map_columns(tab: Tab, row: int, role: Literal["order", "item"], dollar: str = "USD") -> Columns:
    """Read the header row `row` of an orders or items tab. Headers that mean nothing to us are ignored."""
    known = {field.path: field for field in _FIELDS[role]}
    strong, weak = _INDEX[role]
    found: dict[str, list[int]] = {}
    weakly: dict[str, dict[str, list[int]]] = {}
    extra: dict[str, int] = {}
    currencies: dict[int, str] = {}
    refused: list[Cell] = []
    for column, raw in enumerate(tab.rows[row - 1], start=1):
        header = text_of(raw)
        own = header[4:].strip() if header[:4].casefold() == "bik:" else None
        path = header if own is None else own
        if own is not None and own not in known:
            if _can_send(own, [*known, *extra]):
                extra[own] = column
            else:
                refused.append(tab.cell(row, column))
            continue
        folded = fold_header(header)
        if path in known and path != ITEMS_TAB:
            found.setdefault(path, []).append(column)
        elif field := strong.get(folded):
            found.setdefault(field.path, []).append(column)
        elif field := weak.get(folded):
            weakly.setdefault(field.path, {}).setdefault(folded, []).append(column)
        else:
            continue
        if currency := find_header_currency(header, dollar):
            currencies[column] = currency
    for path, candidates in weakly.items():
        best = min(candidates, key=[*weak].index)
        found.setdefault(path, candidates[best])
    fields = {path: (known[path], tuple(columns)) for path, columns in found.items()}
    return Columns(row, fields, extra, currencies, tuple(refused))


def _can_send(path: str, taken: Sequence[str]) -> bool:
    """Say whether a path of the merchant's own is one, and neither holds nor lies in a field we send."""
    if not _PATH.fullmatch(path) or path == "items":
        return False
    return not any(path == t or path.startswith(t + ".") or t.startswith(path + ".") for t in taken)


def find_header(
    tab: Tab, role: Literal["order", "item"], needs: Sequence[str], dollar: str = "USD"
) -> Columns | None:
    """Find the header among the first 20 rows: the one with the most known columns, one of `needs` among them."""
    rows = range(1, min(len(tab.rows), HEADER_ROWS) + 1)
    found = (map_columns(tab, row, role, dollar) for row in rows)
    headers = [columns for columns in found if any(path in columns for path in needs)]
    return max(headers, key=lambda columns: len(columns.fields), default=None)
