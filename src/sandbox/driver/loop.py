"""The asyncio event loop: CPython's own, on virtual time.

`drive` runs a loop until a task is done and yields whenever only answers of tools can make progress. A yield unwinds
the interpreter's stack completely, so the container can be saved there and go on in another worker.
"""

import asyncio
import sys
import _thread
from asyncio import base_events, events, unix_events

from . import calls, channel, clock, threads


class VirtualSelector:
    """Stands where the loop waits for file descriptors. There are none: waiting moves the clock or asks the host."""

    def __init__(self, loop):
        self._loop = loop

    def select(self, timeout):
        clock.raise_deferred()
        if timeout is not None and timeout <= 0:
            return []
        if calls.any_waiting():
            if not calls.arriving():
                channel.wait_for_answers()
            calls.pass_time(self._loop)
        elif timeout is None:
            clock.stall()
        else:
            clock.advance(clock.milliseconds_up(timeout))
        return []


class VirtualLoop(base_events.BaseEventLoop):
    def __init__(self):
        super().__init__()
        self._selector = VirtualSelector(self)
        self._clock_resolution = 1e-9

    def _process_events(self, event_list):
        pass

    def _write_to_self(self):
        pass

    def run_in_executor(self, executor, func, *args):
        """Runs `func` now: threads run where they start (threads.py)."""
        self._check_closed()
        future = self.create_future()
        threads.run_into(future, func, *args)
        return future

    def call_exception_handler(self, context):
        # A task that ended because the cell's time was up: the cell has said so.
        if not isinstance(context.get('exception'), clock.CellTimeout):
            super().call_exception_handler(context)

    async def create_connection(self, *args, **kwargs):
        raise OSError(101, 'Network is unreachable')

    async def getaddrinfo(self, *args, **kwargs):
        raise OSError(-3, 'Temporary failure in name resolution')

    def __repr__(self):
        return (
            f'<_UnixSelectorEventLoop running={self.is_running()} closed={self.is_closed()} debug={self.get_debug()}>'
        )


VirtualLoop.__module__ = 'asyncio.unix_events'
VirtualLoop.__name__ = VirtualLoop.__qualname__ = '_UnixSelectorEventLoop'


def drive(loop, task):
    """Runs `loop` until `task` is done. Yields when only answers can make progress.

    The body is `BaseEventLoop.run_forever` with a way out; entering and leaving keep its bookkeeping.
    """
    while not task.done():
        loop._check_closed()
        loop._thread_id = _thread.get_ident()
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(
            firstiter=loop._asyncgen_firstiter_hook, finalizer=loop._asyncgen_finalizer_hook
        )
        events._set_running_loop(loop)
        try:
            _run_until_stuck(loop, task)
        except BaseException:
            # As run_until_complete does: it is about to be reported, not lost.
            if task.done() and not task.cancelled():
                task.exception()
            raise
        finally:
            events._set_running_loop(None)
            loop._thread_id = None
            sys.set_asyncgen_hooks(*hooks)
        if not task.done():
            yield


def _run_until_stuck(loop, task):
    while not task.done():
        if not loop._ready and not _timer_due(loop) and calls.any_waiting():
            if not calls.arriving():
                return
            calls.pass_time(loop)
            continue
        clock.block[clock.TURNS] += 1
        loop._run_once()


def _timer_due(loop):
    when = calls.next_timer(loop)
    return when is not None and when <= loop.time()


def install():
    unix_events._UnixDefaultEventLoopPolicy._loop_factory = VirtualLoop
    for module in (asyncio, unix_events):
        module.SelectorEventLoop = module.EventLoop = VirtualLoop
    unix_events._UnixSelectorEventLoop = VirtualLoop
    events._set_event_loop_policy(None)
    # Pyodide's own loop wraps asyncio.run and claims the running-loop slot; both refer to JavaScript.
    asyncio.run = asyncio.runners.run
    events._set_running_loop(None)
