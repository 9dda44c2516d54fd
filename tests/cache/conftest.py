"""What the tests of the cache share: a question for an order, and sheets."""

import json

from bikorders.errors import SourceUnavailable
from bikorders.sheet.workbook import Workbook
from tests.conftest import Shop, make_workbook

DOWN = SourceUnavailable("down")


def ask(shop: Shop, order_id: str = "1") -> str:
    """Ask for an order; return its status."""
    return json.loads(shop.service.get_order(order_id).body)["order"]["status"]


def orders(status: str = "Packed", more: str = "") -> Workbook:
    return make_workbook(
        f"Order ID,Status\n1,{status}\n2,Packed{more}", "Order ID,Item\n1,Soap\n2,Oil\n3,Tea"
    )
