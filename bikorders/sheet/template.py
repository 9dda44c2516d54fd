"""The sheet that `init` makes: its tabs, headers and drop-down words, and two sample orders.

Tests check that every header and every word here is one that the reader knows.
"""

from dataclasses import dataclass

from bikorders.sheet.edits import Column
from bikorders.sheet.workbook import Raw


@dataclass(frozen=True)
class StandardTab:
    """A tab as it should be: its columns from left to right, and rows of samples."""

    title: str
    columns: tuple[Column, ...]
    samples: tuple[tuple[Raw, ...], ...] = ()


STATUS_WORDS = (
    "Placed", "Confirmed", "Processing", "On hold", "Packed", "Ready to ship", "Partially shipped", "Shipped",
    "In transit", "Out for delivery", "Delivered", "Undelivered", "Cancelled", "Return requested", "Returned",
    "RTO", "Refunded",
)  # fmt: skip
PAYMENT_WORDS = (
    "Pending", "Paid", "Partially paid", "Refunded", "Partially refunded", "Failed", "Voided",
)  # fmt: skip
FULFILLMENT_WORDS = ("Unfulfilled", "Partially fulfilled", "Fulfilled")

STATUS = Column(
    "Status", "status", STATUS_WORDS, note="What the customer is told. Another word is passed on."
)
PAYMENT = Column("Payment status", "paymentStatus", PAYMENT_WORDS)
TRACKING_LINK = Column(
    "Tracking link",
    "deliveryInfo.trackingURL",
    note="The customer gets it. It comes before the tracking number.",
)
DRAFT_ID = Column(
    "Draft ID", "partnersData.id", is_text=True, note="For orders that Bik places. Leave it as it is."
)

ORDERS = StandardTab(
    "Orders",
    (
        Column("Order ID", "id", is_text=True, note="The number that the customer knows. Each stands here once."),
        Column("Order date"),
        Column("Customer", "customer"),
        Column("Phone", "phoneNumber", is_text=True),
        Column("Email", "email"),
        Column("Address", "address.address1"),
        Column("City", "address.city"),
        Column("Pincode", "address.zip", is_text=True),
        Column("Country", "address.country"),
        STATUS,
        PAYMENT,
        Column(
            "Fulfilment status",
            "fulfillmentStatus",
            FULFILLMENT_WORDS,
            note="May stay blank: it follows from the status.",
        ),
        Column("Subtotal", "subTotal", note="May stay blank: the items are added up."),
        Column("Shipping charge", "shippingCharge"),
        Column("Discount", "discount"),
        Column("Total", "total", note="May stay blank: it is worked out."),
        Column("Courier", "courier"),
        Column("Tracking number", "tracking number", is_text=True, note="With a known courier it makes a link."),
        TRACKING_LINK,
        Column("Notes", note="For you alone: it never leaves the sheet."),
        DRAFT_ID,
    ),
    (
        (
            "SAMPLE-1", "2026-07-02", "Asha Rao", "+91 98765 43210", "asha@example.com", "12 MG Road",
            "Bengaluru", "560001", "India", "Shipped", "Paid", "Fulfilled", 539, 49, 50, 538, None, None,
            "https://courier.example.com/track/SAMPLE1", "A sample: delete this row and its items", None,
        ),
        (
            "SAMPLE-2", "2026-07-03", "Ravi Nair", "+91 98200 12345", "ravi@example.com", "4 Beach Road",
            "Kochi", "682001", "India", "Packed", "Pending", None, None, 60, None, None, None, None,
            None, "A sample: delete this row and its items", None,
        ),
    ),
)  # fmt: skip

ITEMS = StandardTab(
    "Items",
    (
        Column("Order ID", "id", is_text=True, note="As in the tab with the orders; a row for each item."),
        Column("Product ID", "productId", is_text=True),
        Column("Variant ID", "variantId", is_text=True),
        Column("Product name", "name"),
        Column("Variant", "variantName"),
        Column("Quantity", "quantity"),
        Column("Price", "price", note="Of one piece."),
    ),
    (
        ("SAMPLE-1", None, None, "Rose Water", "100 ml", 2, 149.5),
        ("SAMPLE-1", None, None, "Neem Soap", None, 3, 80),
        ("SAMPLE-2", None, None, "Night Oil", "30 ml", 1, 450),
    ),
)

SETTINGS = StandardTab(
    "Settings",
    (
        Column(
            "What",
            words=("column", "status", "payment", "courier", "setting"),
            note="column: a header of yours; status, payment: a word of yours; courier: its tracking link; "
            "setting: currency or country.",
        ),
        Column("Name", note="For a column our name of it, such as Order ID; else your word."),
        Column("Value", note="Your header; or what your word means; or the link, with {number} in it."),
    ),
)

STANDARD_TABS = (ORDERS, ITEMS, SETTINGS)

ESSENTIAL = (
    (STATUS, frozenset({"status", "shipping status", "shipped on", "delivered on", "fulfillmentStatus"})),
    (PAYMENT, frozenset({"paymentStatus", "payment method", "payment reference", "paid on"})),
    (TRACKING_LINK, frozenset({"deliveryInfo.trackingURL", "tracking number"})),
    (DRAFT_ID, frozenset({"partnersData.id"})),
)
"""Columns that the answer to a customer needs, each with the fields that can stand in for it."""

DROP_DOWNS = {
    column.path: column.words
    for tab in (ORDERS, ITEMS)
    for column in tab.columns
    if column.path and column.words
}
"""Drop-down words by field, for columns that the merchant made."""

TEXT_PATHS = ("id", "phoneNumber", "tracking number")
"""Fields whose digits a spreadsheet damages, in columns that the merchant made."""
