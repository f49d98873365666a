"""The store of sealed files: chunks that open only whole and in place, in a folder or a bucket. Knows no row."""

from __future__ import annotations

from app.storage.files.chunks import (
    CHUNK_BYTES,
    DamagedFileError,
    FileSeal,
    rechunk,
    sealed_length,
    sealed_range,
)
from app.storage.files.stores import FileStore, open_file_store

__all__ = [
    "CHUNK_BYTES",
    "DamagedFileError",
    "FileSeal",
    "FileStore",
    "open_file_store",
    "rechunk",
    "sealed_length",
    "sealed_range",
]
