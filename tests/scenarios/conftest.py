"""The bank that the procedures' journeys are told in."""

import pytest

from tests.bank import Bank
from tests.desk import Desk


@pytest.fixture
def house(desk: Desk) -> Bank:
    """The demo bank with the shipped procedures, its clock pinned to a Monday noon."""
    return Bank(desk)
