"""What is asked of the C library; `make soak` shows what it is for."""

import ctypes
import platform

import pytest

from bikorders.serving.memory import limit_arenas


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_glibc_takes_memory_for_all_threads_from_few_places():
    assert limit_arenas()


def test_another_c_library_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    assert not limit_arenas()
