"""What does a shop call a field? Words for the messages, where the field's path is not one."""

FIELD_WORDS = {
    "deliveryInfo.trackingURL": "tracking link",
    "fulfillmentStatus": "fulfilment status",
    "invoiceUrl": "invoice link",
    "partnersData.id": "draft order",
    "paymentStatus": "payment status",
    "phoneNumber": "phone number",
    "productId": "product number",
    "shippingCharge": "shipping charge",
    "packed on": "date of packing",
    "shipped on": "date of dispatch",
    "delivered on": "date of delivery",
    "paid on": "date of payment",
    "cancelled on": "date of cancelling",
    "subTotal": "subtotal",
    "variantId": "variant number",
    "variantName": "variant",
    "address.firstName": "first name",
    "address.lastName": "last name",
    "address.address1": "address",
    "address.city": "city",
    "address.country": "country",
    "address.countryCode": "country code",
    "address.zip": "postcode",
    "address.phoneNumber": "phone number",
}
"""What a shop calls a field whose path is not a word."""

_HEADED = {
    ("order", "id"): "order number",
    ("order", "name"): "order's title",
    ("order", "status"): "order's status",
    ("order", "shipping status"): "delivery status",
    ("order", "customer"): "customer's name",
    ("order", "phoneNumber"): "customer's phone number",
    ("order", "email"): "customer's e-mail address",
    ("order", "total"): "order's total",
    ("item", "name"): "product's name",
    ("item", "price"): "price of one piece",
}
"""The same for fields that an order and an item could both have, or that stand for a whole column."""


def name_field(path: str, role: str) -> str:
    """Return what a shop calls a field of an order or of an item.

    >>> name_field("name", "item"), name_field("paymentStatus", "order"), name_field("discount", "order")
    ("product's name", 'payment status', 'discount')
    """
    return _HEADED.get((role, path)) or FIELD_WORDS.get(path, path)
