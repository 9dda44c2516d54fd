"""The process that sends for the moment that it takes: it alone loads apprise, which needs more memory than is to spare.

It reads `{"addresses": […], "title": …, "body": …}` on standard input, and writes the number of each address that took
the message, one on a line; without a body, of each that is one.
"""

import json
import sys

import apprise


def main() -> None:
    """Send what is asked for on standard input."""
    errand = json.load(sys.stdin)
    title, body = errand["title"], errand["body"]
    for number, address in enumerate(errand["addresses"]):
        service = apprise.Apprise()
        is_one = service.add(address) and len(service) > 0
        if is_one and (not body or service.notify(title=title, body=body, body_format="text")):
            print(number, flush=True)


if __name__ == "__main__":
    main()
