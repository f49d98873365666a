"""Ties a process to the one that started it, so that killing a supervisor leaves nothing running behind it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""Linux, prctl(2): the signal this process gets when its parent ends."""


def end_with_parent(parent: int) -> None:
    """Have this process get SIGTERM when the process `parent` ends; where the system is not Linux, do nothing."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it ended before we could ask
        os.kill(os.getpid(), signal.SIGTERM)
