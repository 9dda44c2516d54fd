"""Which fields are there, and which headers mean them? One table, read by `headers`.

A field is named by its path in the contract (`deliveryInfo.trackingURL`; in items without `items[].`), or, where
it is not sent itself, by words of ours (`tracking number`, `courier`).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal[
    "id", "text", "status", "payment", "fulfillment", "money", "discount", "currency", "phone", "email", "url",
    "tracking", "digits", "date", "quantity", "product_id", "packed",
]  # fmt: skip

ORDER_ID = "id"
DRAFT_PATH = "partnersData.id"
"""Where Bik's own id of an order that it places stands."""


@dataclass(frozen=True)
class Field:
    """One field: its path, how its cells are read, and the headers that mean it, the surest first.

    A header with a `?` before it is unsure: it may mean something else too, and counts only if the cells show it. Only the columns of the surest header present count; with `falls_back`, a blank cell passes on to the next.
    """

    path: str
    kind: Kind
    headers: tuple[str, ...] = ()
    falls_back: bool = False


ORDER_FIELDS = (
    Field(
        ORDER_ID,
        "id",
        (
            ("order id, order number, order no, order no., order #, orderno, order code, commande n°, "
            "№ на поръчка, номер заказа, número do pedido, nomor pesanan, 注文番号"),
            "order reference, order ref, order name, sale order number, sale order no, sales order number, sales order no",
            "?order",
            "channel order id, customer order id",
            "sales record number",
            "sub order no, suborder",
            "invoice number, invoice no, invoice id, bill number, bill no, sale number, sale no, sale id, job number, job no, job id, booking number, booking no, booking id, ?invoice, ?bill",
            "?reference number, ?ref no, ?reference",
            "packet id",
            "transaction id",
            "id, ?#",
        ),
    ),
    Field("name", "text", ("order title, order label",)),
    Field(
        "status",
        "status",
        ("order status, status order, order state, order stage, job status, booking status, final status, latest status", "status, current status, parcel status, статус, ?state, ?stage", "?reason for credit entry"),
    ),
    Field(
        "shipping status",
        "status",
        ("delivery status, shipping status, shipment status, courier status, tracking status, ?shipping, ?delivery",),
    ),
    Field(
        "paymentStatus",
        "payment",
        (
            "payment status, financial status, paid?, payment received?, already paid, статус на плащане",
            "?payment, ?paid",
        ),
    ),
    Field(
        "payment method",
        "text",
        (
            "payment method, payment mode, mode of payment, начин на плащане",
            "payment method title, payment type, payment gateway, cod/prepaid, prepaid/cod",
        ),
    ),
    Field("payment reference", "text", ("utr, utr no, utr number, upi reference, upi ref, payment id, payment ref, payment reference, razorpay payment id",)),
    Field("paid on", "date", ("paid at, paid on, paid date, date paid, payment date, paid on date, paid time",)),
    Field(
        "shipped on",
        "date",
        (
            ("shipped on, shipped at, date shipped, shipped date, shipped on date, order shipped date, "
            "dispatched on, dispatched date, dispatched at"),
        ),
    ),
    Field(
        "delivered on",
        "date",
        ("delivered on, delivered at, date delivered, delivered date, order delivered date",),
    ),
    Field("packed on", "date", ("packed on, packed at, packed date, date packed, packed on date",)),
    Field("cancelled on", "date", ("cancelled at, cancelled on, canceled at, canceled on, cancellation date",)),
    Field("delivered", "text", ("?delivered",)),
    Field("cancelled", "text", ("?cancelled, ?canceled",)),
    Field("returned", "text", ("?returned",)),
    Field("packed", "text", ("?packed",)),
    Field("cod", "text", ("?cod, cod y/n, cod yes/no, is cod, ?cash on delivery",)),
    Field("sent back", "text", ("?rto",)),
    Field(
        "fulfillmentStatus",
        "fulfillment",
        ("fulfillment status, fulfilment status, fulfillment, fulfilment", "dispatched?, shipped?"),
    ),
    Field("items tab", "text", ("items tab, item tab, items sheet",)),
    Field("items", "packed", ("items, items ordered, ordered items, order items, line items, lineitems, items (json), ?orders, ?order, products, product details, product(s), produit(s), basket, cart",)),
    Field("subTotal", "money", ("order subtotal, items total, items subtotal", "subtotal, sub total, 小計")),
    Field(
        "shippingCharge",
        "money",
        (
            ("shipping charge, shipping charges, shipping cost, shipping fee, shipping amount, shipping price, "
            "delivery fee, delivery charge, delivery charges, delivery cost, deliveryfee, order shipping, "
            "courier charge, courier charges, courier fee, shipping rate, shipping total, shipping and handling, shipping & handling, postage, цена на доставка"),
            "?shipping, ?delivery",
        ),
    ),
    Field(
        "discount",
        "discount",
        ("discount amount, discount total, total discount, order discount", "?discount, ?discounts, ?discount %, discount pct, voucher discount, coupon discount"),
    ),
    Field(
        "total",
        "money",
        (
            "order total, grand total, total order, invoice value, final invoice amount, invoice amount, invoice total",
            "order amount, order value",
            "total, total amount, total price, total value, net amount, net total, net payable, amount payable, payable amount, final amount, total bill, bill total, bill amount, bill value, обща сума",
            "?amount, ?value, ?сума",
        ),
    ),
    Field(
        "tax",
        "money",
        (
            ("tax, taxes, gst, vat, igst, cgst, sgst, sales tax, total tax, tax amount, cod charges, cod fee, "
            "handling fee, packing charges, gift wrap charges, other charges"),
        ),
    ),
    Field("advance", "money", ("advance paid, advance received, advance amount, amount paid, paid amount, amount received, received amount, deposit paid, deposit amount, token amount, ?advance, ?deposit, ?dp, ?down payment, ?advance payment",)),
    Field("balance", "money", ("balance due, balance amount, balance payable, amount due, due amount, remaining amount, amount pending, pending amount, cod amount, cod value, amount to collect, collectable amount, ?balance, ?due, ?remaining, ?balance payment",)),
    Field("currency", "currency", ("currency, currency code, order currency",)),
    Field(
        "email",
        "email",
        (
            ("email, e-mail, email address, email id, customer email, customer email address, buyer email, user email, "
            "email customer, contact email, имейл, имейл адрес, ?contact"),
            "billing email, purchase email",
            "shipping email, shipping email id",
        ),
        falls_back=True,
    ),
    Field(
        "deliveryInfo.trackingURL",
        "tracking",
        ("tracking url, tracking link, track link, tracking page, tracking website", "tracking, track"),
    ),
    Field(
        "tracking number",
        "tracking",
        (
            ("tracking number, tracking no, tracking id, tracking code, tracking #, awb, awb no, awb number, awb code, "
            "airwaybill, airway bill, airwaybill number, airway bill number, waybill, waybill no, waybill number, "
            "consignment no, consignment number, docket no, parcel number, shipment no, shipment number, lr no"),
        ),
    ),
    Field(
        "courier",
        "text",
        (
            ("courier, courier name, courier company, courier partner, carrier, carrier name, tracking carrier, "
            "logistics partner, shipping partner, shipping provider, shipping provider name, delivery partner, "
            "shipped via, shipped by, transporter, transportadora"),
            "aggregator",
        ),
    ),
    Field("address.firstName", "text", ("shipping first name, ship first name", "first name, customer first name", "billing first name")),
    Field("address.lastName", "text", ("shipping last name, ship last name", "last name, customer last name, surname", "billing last name")),
    Field(
        "customer",
        "text",
        (
            ("shipping name, ship name, ship to name, shipping customer name, post to name, receiver name, "
            "recipient name, recipient, consignee, consignee name, deliver to"),
            "customer name, customer, buyer name, full name, client, client name, party name, ?party, nama pelanggan, клиент",
            "billing name, ?buyer",
        ),
    ),
    Field(
        "address.address1",
        "text",
        (
            ("delivery address, shipping address, ship address, customer delivery address, shipping address 1, shipping address1, "
            "ship address 1, ship address1, post to address 1, ship to address 1, адрес за доставка"),
            "shipping street, address, full address, customer address, address line 1, address 1, addressline1, street, street 1, alamat, адрес",
            "billing address, billing address 1, billing address1, billing street",
        ),
    ),
    Field("address.city", "text", ("shipping city, ship city, post to city, delivery city, destination city, consignee city", "city, town, address city, customer city", "billing city")),
    Field("address.country", "text", ("shipping country, ship country, post to country", "country", "billing country")),
    Field("address.countryCode", "text", ("country code",)),
    Field(
        "address.zip",
        "digits",
        (
            "shipping zip, shipping postcode, shipping pincode, ship zip, ship zipcode, ship postcode, post to postcode, delivery pincode",
            "zip, zip code, zipcode, pincode, pin code, pin, postal code, postcode, address pincode",
            "billing zip, billing postcode",
        ),
    ),
    # Phone numbers come after the country, by which they are read.
    Field(
        "phoneNumber",
        "phone",
        (
            ("phone, phone number, phone no, phone #, cell, cell no, cell number, cell phone, cell #, mobile, mobile no, mobile number, mob, mob no, whatsapp, "
            "whatsapp number, whatsapp no, ?contact, ?number, contact no, contact number, customer phone, customer mobile, "
            "customer phone number, customer mobile number, customer contact, buyer phone, buyer phone number, "
            "phone customer, user phone, телефон, тел."),
            "billing phone",
            ("shipping phone, ship phone, ship phone number, ship to phone, shipping contact number, post to phone, "
            "delivery phone"),
            ("receiver phone, receiver phone number, receiver mobile, receiver contact, recipient phone, recipient phone number, "
            "recipient mobile, consignee mobile, consignee phone, consignee phone no, consignee phone number, consignee contact"),
        ),
        falls_back=True,
    ),
    Field("address.phoneNumber", "phone"),
    Field("tags", "text", ("tags",)),
    Field("invoiceUrl", "url", ("invoice url, invoice link",)),
    Field(DRAFT_PATH, "text", ("draft id, draft order id, bik draft id",)),
)  # fmt: skip

ITEM_FIELDS = (
    Field(
        "name",
        "packed",
        (
            "product name, item name, lineitem name, line item name, item title, product title, product item name, item sku name, description of goods, 商品名",
            "product, ?item, ?particulars, product/service, sku name, продукт",
            "?title, ?description, ?item description, ?product description",
        ),
    ),
    Field(
        "productId",
        "product_id",
        ("product id, product item id, listing id, product code, item code, style code, design no, design number, article no, article number", "sku, product sku, item sku, item sku code, lineitem sku, product item sku, 商品コード", "sku id", "channel sku", "seller sku, custom label", "?item number", "master sku"),
    ),
    Field("variantId", "product_id", ("variant id, variant sku",)),
    Field("variantName", "text", ("variant name, variant, lineitem variant, item variant, product variant, variation, variations, variation details, option, price point name",)),
    Field("size", "text", ("size",)),
    Field("color", "text", ("color, colour",)),
    Field(
        "quantity",
        "quantity",
        (
            ("quantity, qty, item quantity, item qty, lineitem quantity, line item quantity, quantity purchased, "
            "quantity ordered, product quantity, product qty, product item quantity, units, pieces, pcs, nos, "
            "количество, 数量"),
        ),
    ),
    Field(
        "price",
        "money",
        (
            ("unit price, price each, lineitem price, line item price, item price, product price, price per unit, "
            "price/unit, unit item price, wholesale price, sold for, rate, 単価"),
            "price, selling price, sale price, цена",
        ),
    ),
    Field("line total", "money", ("line total, item total, lineitem total, product total, product item total", "item subtotal, product item subtotal")),
    Field("line discount", "money", ("lineitem discount, line discount, item discount",)),
    Field("item fulfillment", "fulfillment", ("lineitem fulfillment status, item fulfillment status, item status",)),
)  # fmt: skip

_NOT_SENT = frozenset(
    "items tab, items, customer, courier, tracking number, payment method, payment reference, "
    "paid on, shipped on, delivered on, packed on, cancelled on, shipping status, delivered, cancelled, returned, packed, cod, sent back, size, color, line total, "
    "line discount, tax, advance, balance, item fulfillment".split(", ")
)
SENT = frozenset(field.path for field in (*ORDER_FIELDS, *ITEM_FIELDS)) - _NOT_SENT
"""The paths of the contract; the other fields only help to find their values."""


Value = str | int | bool | Decimal
Values = dict[str, Value]
"""Contract path -> value; a path that is missing has no certain value."""
