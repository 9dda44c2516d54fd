"""Take the pictures of the documents from the running program, in a real browser: `make pictures`.

Each picture holds a digest of what it was drawn from. tests/test_pictures.py compares it, so that no picture shows a
page that is no more.
"""

import csv
import hashlib
import html
import re
import struct
import subprocess
import zlib
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bikorders.merchant.page import VIEWS
from bikorders.sheet.csv_source import FolderSource
from tests.browser import start_browser
from tests.conftest import Shop, SimulatedClock, make_app
from tests.running import ROOT, serve
from tests.serving.test_app import call

DOCS = ROOT / "docs"
WITHIN = 120
"""Seconds; after them the server is ended, and with it the run."""

SHOP = "Rose Shop orders"
ORDERS = """\
Order ID,Customer,Phone,Status,Payment status,Shipping charge,Discount,Total,Courier,Tracking number,Notes
ORD-1001,Asha Rao,+91 98765 43210,Shipped,Paid,49,100,947,Delhivery,190400000001,gift wrap
ORD-1002,Ravi Nair,98200 12345,Packed,Pending,60,,,,,call first
ORD-1003,Meera Iyer,,Delivered,Paid,0,,1450,Delhivery,190400000002,
"""
ITEMS = """\
Order ID,Product name,Variant,Quantity,Price
ORD-1001,Skin Renew Cream,50 ml,2,499
ORD-1002,Rose Water,100 ml,1,149.50
ORD-1002,Neem Soap,Pack of 3,3,80
ORD-1003,Night Oil,30 ml,1,1450
"""
TYPO = "149.50", "one fifty"
LOOKED_UP = "ORD-1001"
PASSWORD = "roses-are-red"
WIDTH, WIDE = 360, 1200

SHEET = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; font: 14px Arimo, "Liberation Sans", Arial, sans-serif; width: max-content; }
table { border-collapse: collapse; }
th, td { border: 1px solid #e1e3e6; padding: 6px 10px; height: 22px; }
th { background: #f8f9fb; color: #5f6368; font-weight: 400; font-size: 13px; min-width: 46px; }
tr:nth-child(2) td { background: #e8f0fe; font-weight: 700; }
.number { text-align: right; }
.chip { padding: 2px 10px; border-radius: 10px; background: #e6e9ed; }
.Shipped, .Paid { background: #d4edbc; color: #11734b; }
.Packed, .Pending { background: #ffe5a0; color: #473821; }
.Delivered { background: #bfe1f6; color: #0a53a8; }
p { margin: 0 0 28px; padding: 12px 11px; background: #f8f9fb; border-top: 1px solid #e1e3e6; }
p b { padding: 12px 18px; background: #e1e9f7; color: #0b57d0; }
p span { padding: 12px 18px; color: #444746; }
p:last-child { margin: 0; }
</style>"""


def main():
    with TemporaryDirectory() as folder, start_browser() as browser:
        path = Path(folder) / SHOP
        fill(path)
        sheet = Path(folder) / "sheet.html"
        sheet.write_text(draw_sheet(), "utf-8")
        show(browser, WIDE, scale=1.5)
        browser.open(sheet.as_uri())
        save(browser, "sheet.png", "document.body")
        with serve_page(path) as url:
            show(browser, WIDTH)
            browser.open(f"{url}/?order={LOOKED_UP}")
            browser.run("document.activeElement.blur()")
            save(browser, "page.png", "document.getElementById('problems')")
            browser.open("about:blank")


def fill(folder):
    """Write the shop's sheet into a folder, with one cell that needs fixing."""
    folder.mkdir()
    (folder / "Orders.csv").write_text(ORDERS, "utf-8")
    (folder / "Items.csv").write_text(ITEMS.replace(*TYPO), "utf-8")


def show(browser, width, scale=2):
    browser.command(
        "Emulation.setDeviceMetricsOverride",
        width=width,
        height=780,
        deviceScaleFactor=scale,
        mobile=width < 800,
    )
    browser.command(
        "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "light"}]
    )


@contextmanager
def serve_page(folder):
    """Run `bikorders serve` on a folder; gives the address of its page with the password in it."""
    settings = {"SHEET": folder, "AUTH": "none", "PAGE_PASSWORD": PASSWORD}
    with serve(settings, folder.parent, subprocess.DEVNULL, WITHIN) as url:
        yield url.replace("//", f"//me:{PASSWORD}@")


def draw_sheet():
    """Give the sheet as a spreadsheet program shows it."""
    tables = {"Orders": ORDERS, "Items": ITEMS}
    parts = [SHEET]
    for title, text in tables.items():
        rows = list(csv.reader(text.splitlines()))
        letters = "".join(f"<th>{chr(ord('A') + column)}</th>" for column in range(len(rows[0])))
        parts.append(f"<table><tr><th></th>{letters}</tr>")
        for number, row in enumerate(rows, start=1):
            cells = "".join(
                draw_cell(header, cell, number) for header, cell in zip(rows[0], row, strict=True)
            )
            parts.append(f"<tr><th>{number}</th>{cells}</tr>")
        tabs = "".join(f"<b>{tab}</b>" if tab == title else f"<span>{tab}</span>" for tab in tables)
        parts.append(f"</table><p>{tabs}</p>")
    return "".join(parts)


def draw_cell(header, cell, number):
    text = html.escape(cell)
    if number > 1 and header in ("Status", "Payment status"):
        text = f'<span class="chip {text}">{text}</span>'
    kind = "number" if number > 1 and re.fullmatch(r"[\d.]+", cell) else "text"
    return f'<td class="{kind}">{text}</td>'


# A picture and what it was drawn from


def save(browser, name, last):
    """Take a picture of the window down to the end of the element `last`, and keep it with its digest."""
    width, height = browser.run(
        f"const box = {last}.getBoundingClientRect(); "
        "return [Math.max(innerWidth * (innerWidth < 800), box.right), box.bottom + scrollY + (innerWidth < 800) * 16]"
    )
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
    picture = browser.draw(clip=clip)
    (DOCS / name).write_bytes(mark(picture, find_digests()[name]))


def find_digests():
    """Give the digest of what each picture shows, as it would be drawn now."""
    return {"page.png": digest(render_page(), *read_views()), "sheet.png": digest(draw_sheet())}


def render_page():
    """Give the page with the look-up of the picture, on a clock that stands still."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / SHOP
        fill(path)
        shop = Shop(FolderSource(path).read(), SimulatedClock())
    query = f"order={LOOKED_UP}"
    return call(
        make_app(shop.service), b"", REQUEST_METHOD="GET", PATH_INFO="/", QUERY_STRING=query
    ).body.decode()


def read_views():
    return [path.read_text("utf-8") for path in sorted(VIEWS.glob("*.*")) if path.suffix in (".css", ".svg")]


def digest(*texts):
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


_HEAD = 8 + 25
"""Bytes of a PNG before its second chunk: the signature and the chunk IHDR."""
_KEY = b"Source\0"


def mark(picture, text):
    """Give a PNG with a text in it (PNG 1.2, tEXt)."""
    body = b"tEXt" + _KEY + text.encode()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return picture[:_HEAD] + chunk + picture[_HEAD:]


def read_mark(picture):
    """Give the text that `mark` put into a PNG; "" without one."""
    length = struct.unpack(">I", picture[_HEAD : _HEAD + 4])[0]
    chunk = picture[_HEAD + 4 : _HEAD + 8 + length]
    return chunk.removeprefix(b"tEXt" + _KEY).decode() if chunk.startswith(b"tEXt" + _KEY) else ""


if __name__ == "__main__":
    main()
