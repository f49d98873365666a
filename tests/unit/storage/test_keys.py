from concurrent.futures import ThreadPoolExecutor

from app.storage.database import open_engine
from app.storage.keys import KeySource
from tests.conftest import TestDatabase


def test_keys_of_many_threads_are_distinct_and_fit_63_bits(module_database: TestDatabase) -> None:
    source = KeySource(open_engine(module_database.url))
    source.prepare()
    with ThreadPoolExecutor(8) as pool:
        keys = [key for batch in pool.map(lambda _: [source.next() for _ in range(5000)], range(8)) for key in batch]
    assert len(set(keys)) == 40_000
    assert min(keys) > 0
    assert max(keys) < 2**63


def test_keys_of_one_process_rise(module_database: TestDatabase) -> None:
    source = KeySource(open_engine(module_database.url))
    source.prepare()
    keys = [source.next() for _ in range(10_000)]
    assert keys == sorted(keys)


def test_two_processes_have_numbers_of_their_own(module_database: TestDatabase) -> None:
    sources = [KeySource(open_engine(module_database.url)) for _ in range(2)]
    for source in sources:
        source.prepare()
    keys = [source.next() for source in sources for _ in range(5000)]
    assert len(set(keys)) == 10_000
