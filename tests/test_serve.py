"""How the parts of the running service are put together."""

import json
import subprocess
import sys

FIRST_ANSWER = """
import json, sys
from bikorders import serve
from bikorders.bik.get_order import dump_order
from tests.conftest import make_snapshot
{rehearse}
known = set(sys.modules)
orders = "Order ID,Status,Total,Phone,Tracking number,Courier\\n7,Shipped,₹499,98765 43210,AB1,DTDC"
dump_order(make_snapshot(orders, "Order ID,Item,Price\\n7,Soap,₹499").get_order("7"))
print(json.dumps(sorted(set(sys.modules) - known)))
"""


def load_at_first_answer(rehearse: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_ANSWER.format(rehearse=rehearse)],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


def test_nothing_is_left_to_load_when_the_first_answer_of_google_comes():
    assert load_at_first_answer("serve.rehearse()") == []
    assert load_at_first_answer("") != []
