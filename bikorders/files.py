"""What files need to outlive a power cut."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Write the folder to the disk, so that a file's new name outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
