"""Virtual time, shared with the host through linear memory.

The fields live in the heap, so they are saved and restored with it, and the host can read and move them without
entering Python. Times are nanoseconds since the session's epoch, kept as whole numbers (exact for 104 days).
"""

import math
import time
from array import array

from . import limits

# The host knows these positions: clock-block.ts.
NOW, EPOCH, DEADLINE, EXPIRED, TURNS = range(5)
block = array('d', [0.0] * 8)

MILLISECOND = 1_000_000
SECOND = 1_000_000_000


class CellTimeout(KeyboardInterrupt):
    """The cell used up its time. What asyncio and the rest of the library hand on at once, as they do with Ctrl-C."""


CellTimeout.__module__ = 'builtins'
CellTimeout.__name__ = CellTimeout.__qualname__ = 'TimeoutError'


def address():
    return block.buffer_info()[0]


def now():
    return block[NOW]


def expired():
    """Whether the cell's time is up, even if it caught and dropped the error that said so."""
    return block[EXPIRED] != 0


_deferred = False


def forget_timeout():
    """Before a cell begins."""
    global _deferred
    _deferred = False
    block[EXPIRED] = 0.0


def defer_timeout():
    global _deferred
    _deferred = True


def raise_deferred():
    """At a point where the event loop can be interrupted."""
    global _deferred
    if _deferred:
        _deferred = False
        raise CellTimeout('the cell reached its time limit')


def advance(nanoseconds):
    """Lets time pass, but not beyond the cell's deadline."""
    then = block[NOW] + nanoseconds
    deadline = block[DEADLINE]
    if deadline and then >= deadline:
        block[NOW] = max(block[NOW], deadline)
        block[EXPIRED] = 1.0
        raise CellTimeout('the cell reached its time limit')
    block[NOW] = then


def wait(nanoseconds):
    """Lets time pass while the client has the ball: by default it does not count against the cell's limit."""
    if limits.cell_time_counts_waiting:
        advance(nanoseconds)
        return
    block[NOW] += nanoseconds
    if block[DEADLINE]:
        block[DEADLINE] += nanoseconds


def milliseconds_up(seconds):
    """In whole milliseconds, the grain of epoll on Linux: sleeps of equal length wake in one turn."""
    return math.ceil(max(seconds, 0.0) * 1000) * MILLISECOND


def stall():
    """Nothing can ever happen again: time runs to the deadline."""
    deadline = block[DEADLINE]
    if not deadline:
        raise RuntimeError('the event loop has nothing left to wait for')
    advance(deadline - block[NOW])


def sleep(seconds, /):
    if seconds < 0:
        raise ValueError('sleep length must be non-negative')
    if math.isnan(seconds):
        raise ValueError('Invalid value NaN (not a number)')
    advance(min(round(seconds * SECOND), 1 << 62))


def install():
    sleep.__module__ = 'time'
    time.sleep = sleep
