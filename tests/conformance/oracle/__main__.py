"""`python -m tests.conformance.oracle --count 10000 --seed N`: compares random processes, lists differences."""

import argparse
import sys
import time

from tests.conformance.oracle.compare import differs


def main() -> int:
    """Compare, print `name: count` lines, and return 1 if anything differed."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.oracle")
    parser.add_argument("--count", type=int, default=1000, help="how many processes")
    parser.add_argument("--seed", type=int, default=0, help="the first seed; each process has its own")
    options = parser.parse_args()
    begun, found = time.process_time(), 0
    for seed in range(options.seed, options.seed + options.count):
        difference = differs(seed)
        if difference:
            found += 1
            print(difference)
    print(f"processes: {options.count}\ndifferences: {found}\nseconds: {time.process_time() - begun:.0f}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
