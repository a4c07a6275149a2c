"""Threads. WebAssembly has none here: a thread's function runs to completion where the thread starts.

`Thread(…).start()`, executors, `asyncio.to_thread` and `run_in_executor` work; two threads that wait for one another
do not.
"""

import _thread
import threading
from asyncio import events, tasks
from concurrent.futures import Future
from concurrent.futures import thread as executor

from .clock import CellTimeout, expired

_real_ident = _thread.get_ident
_real_report = threading.excepthook
_idents = []
_count = 0x1000


def get_ident():
    return _idents[-1] if _idents else _real_ident()


class Handle:
    """Stands for `_thread._ThreadHandle` of a thread that has already run."""

    def __init__(self):
        self.ident = 0

    def join(self, timeout=None):
        pass

    def is_done(self):
        return True

    def _set_done(self):
        pass


def start_joinable(function, handle=None, daemon=True):
    global _count
    _count += 1
    handle = handle or Handle()
    handle.ident = _count
    _idents.append(_count)
    # The event loop that runs, if any, is another thread's.
    loop = events._get_running_loop()
    task = tasks._swap_current_task(loop, None) if loop else None
    events._set_running_loop(None)
    try:
        function()
    finally:
        events._set_running_loop(loop)
        if loop:
            tasks._swap_current_task(loop, task)
        _idents.pop()
    if expired():
        # Threads report what they raise and end; this ends the cell.
        raise CellTimeout
    return handle


def start_new(function, args, kwargs={}):
    return start_joinable(lambda: function(*args, **kwargs)).ident


def submit(self, function, /, *args, **kwargs):
    if self._shutdown:
        raise RuntimeError('cannot schedule new futures after shutdown')
    future = Future()
    future.set_running_or_notify_cancel()
    run_into(future, function, *args, **kwargs)
    return future


def run_into(future, function, *args, **kwargs):
    """Runs a function in a thread of its own; its result becomes the future's."""

    def work():
        try:
            future.set_result(function(*args, **kwargs))
        except CellTimeout:
            raise
        except BaseException as error:
            future.set_exception(error)

    start_joinable(work)


def report(args):
    if args.exc_type is not CellTimeout:
        _real_report(args)


def install():
    threading.excepthook = report
    threading._start_joinable_thread = start_joinable
    threading._ThreadHandle = Handle
    threading.get_ident = _thread.get_ident = get_ident
    _thread.start_new_thread = _thread.start_new = start_new
    executor.ThreadPoolExecutor.submit = submit
