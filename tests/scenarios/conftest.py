"""The bank that the procedures' journeys are told in."""

import pytest

from tests.bank import Bank
from tests.desk import Desk


@pytest.fixture
def stocked(desk: Desk) -> Desk:
    """An installation with the shipped procedures and nobody in it, its clock pinned (`database` has put them in)."""
    return desk


@pytest.fixture
def house(desk: Desk) -> Bank:
    """The demo bank with the shipped procedures, its clock pinned to a Monday noon."""
    return Bank(desk)


@pytest.fixture
def entrance(desk: Desk) -> Bank:
    """The demo bank's people without its procedures, for who only comes in or manages people."""
    return Bank(desk, with_models=False)
