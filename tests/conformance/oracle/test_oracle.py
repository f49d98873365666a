"""The engine agrees with the interpreter on random processes."""

import pytest

from tests.conformance.oracle.compare import differs

EACH = 20


@pytest.mark.parametrize("first", range(0, 300, EACH))
def test_random_processes_run_as_the_interpreter_says(first: int) -> None:
    differences = [difference for seed in range(first, first + EACH) if (difference := differs(seed))]
    assert differences == []
