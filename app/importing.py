"""How processes of the product import it: quickly, into memory that forked processes share."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def importing() -> Iterator[None]:
    """Import without looking for garbage, of which there is none: that is a third of the time.

    What was imported is left alone afterwards too, so that a forked process goes on sharing its memory.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
