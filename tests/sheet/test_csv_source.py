"""FolderSource and parse_csv: which files are tabs, when they are read again, and how a file becomes rows."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bikorders.bik.get_order import dump_order
from bikorders.errors import SheetUnusable, SourceUnavailable
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.shop_settings import Options
from bikorders.sheet.csv_source import FolderSource, parse_csv
from tests.conftest import SEED_ORDER

ORDERS = "Order ID,Total\n1001,499\n"
ITEMS = "Order ID,Name\n1001,Cream\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Orders.csv").write_text(ORDERS, encoding="utf-8")
    (tmp_path / "Items.csv").write_text(ITEMS, encoding="utf-8")
    return tmp_path


# The folder


def test_every_csv_file_is_a_tab_named_like_the_file(folder: Path) -> None:
    (folder / "ORD-1.2 (Jo's).CSV").write_text("Name\n", encoding="utf-8")
    workbook = FolderSource(folder).read()
    assert {title: tab.title for title, tab in workbook.tabs.items()} == {
        title: title for title in ("Items", "ORD-1.2 (Jo's)", "Orders")
    }
    assert workbook.tabs["Orders"].rows == [("Order ID", "Total"), ("1001", "499")]
    assert not workbook.unread
    assert workbook.name == folder.name


def test_hidden_files_folders_and_other_files_are_no_tabs(folder: Path) -> None:
    for name in (".Hidden.csv", ".csv", "Orders.xlsx", "Orders.csv~", "Orders.csv.bak", "csv", "README.md"):
        (folder / name).write_bytes(b"\xff")
    (folder / "Folder.csv").mkdir()
    (folder / "Dangling.csv").symlink_to(folder / "gone")
    assert list(FolderSource(folder).read().tabs) == ["Items", "Orders"]


def test_unchanged_bytes_give_the_same_workbook_whatever_the_files_time(folder: Path) -> None:
    source = FolderSource(folder)
    workbook = source.read()
    os.utime(folder / "Orders.csv", (0, 0))
    assert source.read(tabs=["Orders"]) is workbook


def test_only_the_changed_file_is_a_new_tab(folder: Path) -> None:
    source = FolderSource(folder)
    old = source.read()
    stat = (folder / "Orders.csv").stat()
    (folder / "Orders.csv").write_text(ORDERS.replace("499", "500"), encoding="utf-8")
    os.utime(folder / "Orders.csv", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    new = source.read()
    assert new is not old
    assert new.tabs["Items"] is old.tabs["Items"]
    assert (old.tabs["Orders"].rows[1], new.tabs["Orders"].rows[1]) == (("1001", "499"), ("1001", "500"))


def test_a_new_file_is_noticed(folder: Path) -> None:
    source = FolderSource(folder)
    old = source.read()
    (folder / "ORD-1001.csv").write_text("Name\nCream\n", encoding="utf-8")
    new = source.read()
    assert list(new.tabs) == ["Items", "ORD-1001", "Orders"]
    assert new.tabs["Orders"] is old.tabs["Orders"]


def test_a_deleted_file_is_noticed(folder: Path) -> None:
    source = FolderSource(folder)
    source.read()
    (folder / "Items.csv").unlink()
    assert list(source.read().tabs) == ["Orders"]


def test_a_renamed_file_is_a_tab_of_the_new_name(folder: Path) -> None:
    source = FolderSource(folder)
    source.read()
    (folder / "Items.csv").rename(folder / "Line items.csv")
    assert source.read().tabs["Line items"].title == "Line items"


def test_two_files_that_swap_their_content_are_both_read_again(folder: Path) -> None:
    source = FolderSource(folder)
    source.read()
    (folder / "Orders.csv").write_text(ITEMS, encoding="utf-8")
    (folder / "Items.csv").write_text(ORDERS, encoding="utf-8")
    tabs = source.read().tabs
    assert (tabs["Orders"].rows[0], tabs["Items"].rows[0]) == (("Order ID", "Name"), ("Order ID", "Total"))


def test_a_folder_without_csv_files_asks_for_one(tmp_path: Path) -> None:
    with pytest.raises(SheetUnusable) as caught:
        FolderSource(tmp_path).read()
    assert "Orders.csv" in caught.value.hint


def test_a_folder_that_is_gone_is_unavailable_until_it_is_back(folder: Path) -> None:
    source = FolderSource(folder)
    workbook = source.read()
    folder.rename(folder.with_name("away"))
    with pytest.raises(SourceUnavailable, match="can't be read"):
        source.read()
    folder.with_name("away").rename(folder)
    assert source.read() is workbook


def test_a_file_as_folder_is_unavailable(folder: Path) -> None:
    with pytest.raises(SourceUnavailable, match="can't be read"):
        FolderSource(folder / "Orders.csv").read()


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_file_that_is_not_utf_8_is_left_out_with_the_reason_until_it_is_saved_again(
    folder: Path, encoding: str
) -> None:
    source = FolderSource(folder)
    old = source.read()
    (folder / "Orders.csv").write_bytes("Order ID,Name\n1001,Jørgen\n".encode(encoding))
    broken = source.read()
    assert source.read() is broken
    assert list(broken.tabs) == ["Items"]
    assert "Orders.csv is not UTF-8" in broken.left_out["Orders"].message
    assert "UTF-8" in broken.left_out["Orders"].hint
    (folder / "Orders.csv").write_text("Order ID,Name\n1001,Jørgen\n", encoding="utf-8")
    new = source.read()
    assert new.tabs["Orders"].rows[1] == ("1001", "Jørgen")
    assert not new.left_out
    assert new.tabs["Items"] is old.tabs["Items"]


def test_a_file_that_may_not_be_read_is_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_bytes = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "Prices.csv":
            raise PermissionError
        return read_bytes(path)

    (folder / "Prices.csv").write_text("Size,Price\n", encoding="utf-8")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    workbook = FolderSource(folder).read()
    assert (list(workbook.tabs), list(workbook.left_out)) == (["Items", "Orders"], ["Prices"])


class Writing:
    """Time that passes as a read waits, and does `steps` to the files at their moments."""

    def __init__(self) -> None:
        self.time = time.time() + 60
        self.steps: list[tuple[float, Callable[[], None]]] = []

    def now(self) -> float:
        return self.time

    def pause(self, seconds: float) -> None:
        self.time += seconds
        while self.steps and self.steps[0][0] <= self.time:
            self.steps.pop(0)[1]()


def write(path: Path, text: str, at: float) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at, at))


def test_a_file_that_is_being_written_is_read_when_it_is_whole(folder: Path) -> None:
    writing = Writing()
    source = FolderSource(folder, now=writing.now, pause=writing.pause)
    source.read()
    start, path = writing.time, folder / "Orders.csv"
    text = ORDERS + "1002,5\n"
    write(path, "", start)
    writing.steps = [
        (start + 0.1 * part, lambda part=part: write(path, text[: 7 * part], start + 0.1 * part))  # type: ignore[misc]
        for part in range(1, 7)
    ]
    assert source.read().tabs["Orders"].rows[-1] == ("1002", "5")
    assert 0.9 <= writing.time - start < 1.0


def test_a_file_that_is_written_on_and_on_is_no_read_until_ten_seconds_have_passed(folder: Path) -> None:
    writing = Writing()
    source = FolderSource(folder, now=writing.now, pause=writing.pause)
    good = source.read()
    start, path, text = writing.time, folder / "Orders.csv", ORDERS
    while writing.time - start < 9:
        text += "1002,5\n"
        write(path, text, writing.time)
        moments = [writing.time + 0.1 * step for step in range(12)]
        writing.steps = [(at, lambda at=at: os.utime(path, (at, at))) for at in moments]  # type: ignore[misc]
        with pytest.raises(SourceUnavailable, match=r"Orders\.csv is being written"):
            source.read()
    writing.time = start + 10.1
    write(path, text, writing.time)
    assert source.read() is not good


def test_a_file_that_was_written_before_costs_no_wait(folder: Path) -> None:
    writing = Writing()
    source = FolderSource(folder, now=writing.now, pause=writing.pause)
    source.read()
    before = writing.time
    write(folder / "Orders.csv", ORDERS + "1002,5\n", writing.time - 0.5)
    assert len(source.read().tabs["Orders"].rows) == 3
    os.utime(folder / "Orders.csv", (before, before))
    source.read()
    assert writing.time == before


# One file


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("Order ID\n1001\n", [["Order ID"], ["1001"]]),
        ("Order ID,Total\n1001,499", [["Order ID", "Total"], ["1001", "499"]]),
        ("\ufeffOrder ID,Total\n", [["Order ID", "Total"]]),
        ('\ufeff"Order ID",Total\n', [["Order ID", "Total"]]),
        ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
        ("a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
        ("a;b\r\n1;2\r\n", [["a", "b"], ["1", "2"]]),
        ("a\tb\n1\t2\n", [["a", "b"], ["1", "2"]]),
        ("a;b\n1;12,50\n2;7,00\n", [["a", "b"], ["1", "12,50"], ["2", "7,00"]]),
        ("a;b;c\n1;12,50;7,00\n2;3,50;1,25\n", [["a", "b", "c"], ["1", "12,50", "7,00"], ["2", "3,50", "1,25"]]),
        ("a\tb\n1\t12,50\n2\tx;y\n", [["a", "b"], ["1", "12,50"], ["2", "x;y"]]),
        ('a,b\n1,"12,50"\n2,x;y\n', [["a", "b"], ["1", "12,50"], ["2", "x;y"]]),
        ('a,b\n1,"12 Rose St\nPune"\n2,x\n', [["a", "b"], ["1", "12 Rose St\nPune"], ["2", "x"]]),
        ('a,b\r\n1,"12 Rose St\r\nPune"\r\n', [["a", "b"], ["1", "12 Rose St\r\nPune"]]),
        ('a,b\n1,"say ""hi"""\n', [["a", "b"], ["1", 'say "hi"']]),
        ("a,b\n\n1,2,3\n4\n", [["a", "b"], [], ["1", "2", "3"], ["4"]]),
        ("a,b\n 00123 ,\n", [["a", "b"], [" 00123 ", ""]]),
        ("a,b\n1,\x00\n", [["a", "b"], ["1", "\x00"]]),
    ],
)  # fmt: skip
def test_a_file_becomes_rows_as_a_spreadsheet_shows_them(text: str, rows: list[list[str]]) -> None:
    assert parse_csv(text.encode(), "Orders.csv") == rows


@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("char", ["\x0b", "\x0c", "\x1e", "\x85", "\u2028", "\u2029"])
def test_only_carriage_return_and_line_feed_end_a_row(char: str, quote: str) -> None:
    content = f"a,b\n1,{quote}x{char}y{quote}\n".encode()
    assert parse_csv(content, "Orders.csv") == [["a", "b"], ["1", f"x{char}y"]]


def test_a_cell_may_be_longer_than_csv_allows_by_itself() -> None:
    long = "x" * 200_000
    assert parse_csv(f"a,b\n1,{long}\n".encode(), "Orders.csv")[1] == ["1", long]


@pytest.mark.parametrize(
    "content",
    [
        b"\x00",
        b"a,b\n1,\x00\x00\n",
        b'"',
        b'a,b\n1,"never closed\n2,x\n',
        b'a,b\n1,x"y"z\n',
        b'a,b\n"x"y,1\n',
        b"a\rb\n",
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf\xef\xbb\xbf\n",
        b"\xff",
        b"a,b\n1,\xc3",
        b"\xed\xa0\x80",
    ],
)
def test_a_damaged_file_gives_rows_or_one_of_our_errors(content: bytes) -> None:
    assert_rows_or_refusal(content)


@given(st.binary() | st.text(alphabet='ab",;\t\r\n\x00\u2028\ufeff').map(str.encode))
def test_no_file_raises_anything_foreign(content: bytes) -> None:
    assert_rows_or_refusal(content)


def assert_rows_or_refusal(content: bytes) -> None:
    try:
        rows = parse_csv(content, "Orders.csv")
    except SheetUnusable as error:
        assert "Orders.csv" in error.message
    else:
        assert all(isinstance(cell, str) for row in rows for cell in row)


@pytest.mark.parametrize("items_tab", ["Items", "ORD-1001"])
def test_the_contracts_example_order_comes_back_key_for_key_from_csv_files(
    tmp_path: Path, items_tab: str
) -> None:
    item = SEED_ORDER["items"][0]
    order = {key: value for key, value in SEED_ORDER.items() if key not in ("items", "deliveryInfo")}
    order |= {"deliveryInfo.trackingURL": SEED_ORDER["deliveryInfo"]["trackingURL"]}
    key = {"id": "ORD-1001"} if items_tab == "Items" else {}
    for title, row in (("Orders", order), (items_tab, key | item)):
        lines = [",".join(row), ",".join(str(value) for value in row.values())]
        (tmp_path / f"{title}.csv").write_text("\n".join(lines), "utf-8")
    snapshot = Snapshot(FolderSource(tmp_path).read(), Options())
    assert json.loads(dump_order(snapshot.get_order("ORD-1001"))) == {"order": SEED_ORDER}
