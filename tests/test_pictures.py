"""The pictures of the documents show the page and the sheet as they are."""

import re

import pytest

from tests.pictures import DOCS, ROOT, find_digests, mark, read_mark

DIGESTS = find_digests()


@pytest.mark.parametrize("name", DIGESTS)
def test_a_picture_was_taken_of_what_is_there_now(name):
    assert read_mark((DOCS / name).read_bytes()) == DIGESTS[name], "run: make pictures"


def test_every_picture_of_the_documents_is_one_that_the_script_takes():
    texts = [path.read_text("utf-8") for path in (ROOT / "README.md", *DOCS.glob("*.md"))]
    shown = {name for text in texts for name in re.findall(r"([\w-]+\.png)", text)}
    assert shown == {path.name for path in DOCS.glob("*.png")} == DIGESTS.keys()


def test_a_mark_is_read_again_from_a_picture():
    picture = b"\x89PNG\r\n\x1a\n" + bytes(25) + b"\0\0\0\0IEND\xaeB`\x82"
    assert read_mark(mark(picture, "abc")) == "abc"
    assert read_mark(picture) == ""
