"""`make fuzz N=10000 [SEED=1]`: inputs of every command from the grammar, and what they did."""

from __future__ import annotations

import sys
import warnings
from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.grammar import Case
from tests.fuzz.guard import Counts, tried
from tests.fuzz.wider import every

SHOWN = 40


def main(inputs: int, first: int) -> int:
    """Try so many inputs, never stopping at a fault; return the exit code."""
    warnings.simplefilter("ignore")
    counts = Counts()
    faults: Counter[str] = Counter()

    @seed(first)
    @settings(
        max_examples=inputs,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(every)
    def each(case: Case) -> None:
        for fault in tried(case, counts):
            faults[fault] += 1
            if len(faults) <= SHOWN:
                print(f"--- {fault}\n{ {name: raw[:600] for name, raw in case.files.items()} }", flush=True)
        if sum(counts.codes.values()) % 500 == 0:
            print(counts, flush=True)

    each()
    print(counts)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
