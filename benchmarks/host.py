"""How fast this machine is just now: a fixed loop, alone and on two cores at once.

Seconds of one day and machine cannot be held against those of another: a virtual core may be half a real one, and
slower at noon than at night. With these beside them, they can.
"""

from __future__ import annotations

import subprocess
import sys

LOOP = """
import time
began, total = time.perf_counter(), 0
for number in range(5_000_000):
    total += number * number
print(time.perf_counter() - began)
"""
CORES = 2
REPEATED = 3


def measured() -> tuple[float, float]:
    """Seconds of the loop alone, and of the slower one when two run at once; the best of some."""
    return min(_at_once(1) for _ in range(REPEATED)), min(_at_once(CORES) for _ in range(REPEATED))


def _at_once(count: int) -> float:
    running = [subprocess.Popen([sys.executable, "-c", LOOP], stdout=subprocess.PIPE, text=True) for _ in range(count)]
    return max(float(one.communicate()[0]) for one in running)


def print_speed(wall: float) -> None:
    """The speed of the machine, and a time in its loops."""
    alone, together = measured()
    both = CORES * alone / together
    print(f"host: a loop takes {alone:.2f} s alone, {together:.2f} s beside another; two cores do {both:.2f} of one")
    print(f"povmon run: {wall / alone:.0f} loops alone, {wall / together:.0f} beside another")
