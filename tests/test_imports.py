"""Nothing heavy is loaded unasked."""

import subprocess
import sys
from pathlib import Path

import pytest

import bikorders

PACKAGE = Path(bikorders.__file__).parent


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("bikorders", ["bottle", "waitress", "dotenv", "phonenumbers", "gspread", "google", "requests"]),
        ("bikorders.cli", ["babel", "gspread", "google.auth", "google.oauth2", "requests"]),
    ],
)
def test_importing_loads_nothing_heavy(module, unwanted):
    code = f"import sys, {module}; print(*sorted(set(sys.modules) & set({unwanted})))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.split() == []
