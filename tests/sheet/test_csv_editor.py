"""Rows that are inserted into a CSV file: every other byte stays, and nothing is lost whatever happens meanwhile."""

import csv
import io
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bikorders.errors import ChangeRefused, SourceUnavailable
from bikorders.placing.sheet_writers import find_decimal_marks
from bikorders.sheet.csv_editor import insert_rows
from bikorders.sheet.csv_source import FolderSource, parse_csv
from bikorders.sheet.workbook import Raw

ORDERS = "Order ID,Total\n1001,499\n"
ITEMS = "Order ID,Name\n1001,Cream\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Orders.csv").write_text(ORDERS, encoding="utf-8")
    (tmp_path / "Items.csv").write_text(ITEMS, encoding="utf-8")
    return tmp_path


def insert(folder: Path, content: bytes, after: int, *rows: list[Raw]) -> bytes:
    """Insert rows into a file of this content, planned with what it holds; give what is in it then."""
    path = folder / "Orders.csv"
    path.write_bytes(content)
    seen = parse_csv(content, "Orders.csv")
    insert_rows(folder, "Orders", after, rows, seen, find_decimal_marks(seen))
    return path.read_bytes()


@pytest.mark.parametrize(
    ("content", "after", "changed"),
    [
        (b"ID,Total\n1,5\n", 2, b"ID,Total\n1,5\n2,7.5\n"),
        (b"ID,Total\n1,5\n\nnote\n", 2, b"ID,Total\n1,5\n2,7.5\n\nnote\n"),
        (b"ID,Total\r\n1,5\r\n3,4\r\n", 2, b"ID,Total\r\n1,5\r\n2,7.5\r\n3,4\r\n"),
        (b"\xef\xbb\xbfID,Total\n1,5\n", 2, b"\xef\xbb\xbfID,Total\n1,5\n2,7.5\n"),
        (b"ID;Total\n1;5,50\n", 2, b"ID;Total\n1;5,50\n2;7,5\n"),
        (b"ID\tTotal\n1\t5\n", 2, b"ID\tTotal\n1\t5\n2\t7.5\n"),
        (b"ID,Total\n1,5", 2, b"ID,Total\n1,5\n2,7.5"),
        (b"ID,Total", 1, b"ID,Total\n2,7.5"),
        (b'ID,Note\n1,"a\nb ""c"""\n3,"x"\n', 2, b'ID,Note\n1,"a\nb ""c"""\n2,7.5\n3,"x"\n'),
        (b'"a\nb",Total\r\n1,5\r\n', 2, b'"a\nb",Total\r\n1,5\r\n2,7.5\r\n'),
        (b"ID,Total,,\n1,5,,\n", 2, b"ID,Total,,\n1,5,,\n2,7.5\n"),
    ],
)
def test_an_inserted_row_leaves_every_other_byte_as_it_was(
    folder: Path, content: bytes, after: int, changed: bytes
) -> None:
    assert insert(folder, content, after, ["2", 7.5]) == changed


@given(
    st.lists(
        st.lists(st.text("a1,;\t\"'=\n\r é", max_size=4), min_size=2, max_size=3), min_size=1, max_size=5
    ),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
    st.data(),
)
def test_whatever_a_file_holds_its_rows_read_as_before_or_nothing_is_changed(
    rows, delimiter, ending, data
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=ending).writerows(rows)
    content = text.getvalue().encode()
    before = parse_csv(content, "Orders.csv")
    after = data.draw(st.integers(1, max(1, len(before))))
    with tempfile.TemporaryDirectory() as made:
        try:
            changed = insert(Path(made), content, after, ["=1", "x, y"])
        except ChangeRefused:
            changed = (Path(made) / "Orders.csv").read_bytes()
            assert changed == content
            return
    read = parse_csv(changed, "Orders.csv")
    assert read[:after] + read[after + 1 :] == before
    assert read[after][:2] == ["=1", "x, y"]


@pytest.mark.parametrize("text", ["=1+1", "+91 98", "-5", "@x", "'=1", "''@", "\tx", "'", "007", "a=b", "\r"])
def test_what_a_spreadsheet_would_run_gets_a_mark_that_reading_takes_off_again(
    folder: Path, text: str
) -> None:
    changed = insert(folder, b"ID,Note\n1,x\n", 2, ["2", text])
    assert parse_csv(changed, "Orders.csv")[2] == ["2", text]
    (cells,) = [row for row in csv.reader(io.StringIO(changed.decode(), newline="")) if row[0] == "2"]
    assert cells[1][:1] not in ("=", "+", "-", "@", "\t", "\r")


def test_several_insertions_into_one_file_build_on_one_another(folder: Path) -> None:
    seen = parse_csv((folder / "Orders.csv").read_bytes(), "Orders.csv")
    for number in (2, 3):
        seen = insert_rows(folder, "Orders", number, [[str(number)]], seen)
    assert seen == [["Order ID", "Total"], ["1001", "499"], ["2"], ["3"]]
    assert (folder / "Orders.csv").read_text("utf-8") == "Order ID,Total\n1001,499\n2\n3\n"


def test_a_file_that_was_edited_since_is_left_as_it_is(folder: Path) -> None:
    seen = parse_csv((folder / "Orders.csv").read_bytes(), "Orders.csv")
    (folder / "Orders.csv").write_text("Order ID,Total\n1001,500\n", encoding="utf-8")
    with pytest.raises(SourceUnavailable, match="edited"):
        insert_rows(folder, "Orders", 2, [["2"]], seen)
    assert (folder / "Orders.csv").read_text("utf-8") == "Order ID,Total\n1001,500\n"


def test_an_edit_that_is_saved_while_the_new_file_is_written_is_not_lost(folder: Path, monkeypatch) -> None:
    path = folder / "Orders.csv"
    seen = parse_csv(path.read_bytes(), "Orders.csv")
    fsync = os.fsync

    def save_meanwhile(handle: int) -> None:
        path.write_text("Order ID,Total\n1001,500\n", encoding="utf-8")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", save_meanwhile)
    with pytest.raises(SourceUnavailable, match="edited"):
        insert_rows(folder, "Orders", 2, [["2"]], seen)
    assert path.read_text("utf-8") == "Order ID,Total\n1001,500\n"
    assert sorted(FolderSource(folder).read().tabs) == ["Items", "Orders"]


def test_a_crash_while_writing_leaves_the_old_file_and_the_next_insertion_works(
    folder: Path, monkeypatch
) -> None:
    seen = parse_csv((folder / "Orders.csv").read_bytes(), "Orders.csv")

    def fail(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(SourceUnavailable, match="No space"):
            insert_rows(folder, "Orders", 2, [["2"]], seen)
    assert (folder / "Orders.csv").read_text("utf-8") == ORDERS
    (folder / ".Orders.csv.bikorders").write_text("half of", encoding="utf-8")
    insert_rows(folder, "Orders", 2, [["2"]], seen)
    assert (folder / "Orders.csv").read_text("utf-8") == ORDERS + "2\n"
    assert [path.name for path in folder.glob(".*")] == [".bikorders.lock"]


def test_the_file_keeps_its_mode_its_ending_and_the_link_that_leads_to_it(
    folder: Path, tmp_path_factory
) -> None:
    real = tmp_path_factory.mktemp("real") / "real.csv"
    real.write_text(ORDERS, encoding="utf-8")
    real.chmod(0o640)
    (folder / "Orders.csv").unlink()
    (folder / "Orders.CSV").symlink_to(real)
    insert_rows(folder, "Orders", 2, [["2"]], parse_csv(real.read_bytes(), "Orders.csv"))
    assert (folder / "Orders.CSV").is_symlink() and not (folder / "Orders.csv").exists()
    assert real.read_text("utf-8") == ORDERS + "2\n"
    assert real.stat().st_mode & 0o777 == 0o640
