"""The life of one cell."""

import ast
import inspect
import linecache
import sys
import types
import builtins

from . import calls, cell_files, clock, language, limits, rewrite, tools
from .loop import VirtualLoop, drive
from .tracebacks import format_exception, stands_for

_FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT

namespace = {}
_loop = None


def open_session(event_loop):
    """A new interpreter session: an empty `__main__` and its event loop."""
    global namespace, _loop
    main = types.ModuleType('__main__')
    namespace = main.__dict__
    namespace['__builtins__'] = builtins
    sys.modules['__main__'] = main
    _loop = event_loop
    tools.forget()


def life(cell, code, tool_names, delay=0):
    """Generator: runs a cell, `delay` nanoseconds late; yields while it waits for answers; returns its return code, whether its time was up, and notes."""
    tools.install(tool_names, namespace)
    name, source = cell_files.add(cell, code, tool_names)
    notes = []
    return_code, message, timed_out = 0, '', False
    try:
        clock.advance(delay)
        yield from _execute(name, source, notes)
    except SystemExit as exit:
        return_code, message = _exit_status(exit.code)
    except clock.CellTimeout:
        pass
    except calls.CallTimeout as error:
        if limits.call_timeout_report == 'message':
            message = f'TimeoutError: {error}\n'
        else:
            return_code, message = 1, format_exception(error)
    except BaseException as error:
        return_code, message = 1, format_exception(error)
    if clock.expired():
        clock.block[clock.DEADLINE] = 0.0
        return_code, message, timed_out = limits.cell_timeout_code, limits.cell_timeout_message, True
    # Answers nobody waited for end with the cell they were meant for.
    calls.give_up()
    _finish(message, timed_out and limits.cell_timeout_stream == 'stdout')
    return return_code, timed_out, notes


def _execute(name, source, notes):
    before = clock.block[clock.NOW]
    try:
        code, rewritten = _compile(name, source, notes)
    except SyntaxError as error:
        # The compiler looks for the line in a file, unlike the parser.
        error.text = error.text or linecache.getline(name, error.lineno or 0)
        raise
    # What was done until here is our work, not the cell's.
    clock.block[clock.NOW] = before
    if rewritten:
        yield from _run_module(code)
    elif code.co_flags & inspect.CO_COROUTINE:
        yield from _run_awaiting(code)
    else:
        exec(code, namespace)


def _compile(name, source, notes):
    """Returns the code of a cell, and whether its only awaits are rewritten `asyncio.run`s."""
    code = compile(source, name, 'exec', _FLAGS, dont_inherit=True)
    language.check(source, name)
    may_be_noted, may_be_rewritten = language.may_use_newer(code), rewrite.may_find(source)
    if not may_be_noted and not may_be_rewritten:
        # Most cells. Making a tree takes as long as everything else together.
        return code, False
    tree = language.parse(source, name)
    if may_be_noted:
        notes += language.notes(tree, namespace, cell_files.offset_of(name))
    if not may_be_rewritten or not rewrite.rewrite(tree):
        return code, False
    return compile(tree, name, 'exec', _FLAGS, dont_inherit=True), not code.co_flags & inspect.CO_COROUTINE


@stands_for('run', 'Runner.run', 'BaseEventLoop.run_until_complete')
def _run_awaiting(code):
    """A cell with top-level await is a task of the session's loop, as in the real sandbox."""
    task = _loop.create_task(eval(code, namespace))
    try:
        yield from drive(_loop, task)
    except BaseException:
        task._log_destroy_pending = False
        task.cancel()
        raise
    task.result()


def _run_module(code):
    """A cell whose only awaits are rewritten `asyncio.run`s: each one asks us to do it."""
    coroutine = eval(code, namespace)
    # In a list, to be taken out: a variable would keep an error alive, and all that its frames hold.
    outcome, failed = [None], False
    while True:
        try:
            request = coroutine.throw(outcome.pop()) if failed else coroutine.send(outcome.pop())
        except StopIteration:
            return
        try:
            outcome.append((yield from rewrite.perform(request)))
            failed = False
        except BaseException as error:
            outcome.append(error)
            failed = True
        request = None


def _exit_status(code):
    if code is None:
        return 0, ''
    if isinstance(code, int):
        return code & 0xFF, ''
    try:
        return 1, f'{code}\n'
    except BaseException:
        return 1, '\n'


def _finish(message, on_stdout):
    """Flushes what the cell printed, then prints `message`. The cell may have broken either stream."""
    _flush(sys.stdout)
    if message:
        name = 'stdout' if on_stdout else 'stderr'
        for stream in (getattr(sys, name), getattr(sys, f'__{name}__')):
            try:
                stream.write(message)
                break
            except BaseException:
                continue
        _flush(sys.stdout)
    _flush(sys.stderr)


def _flush(stream):
    try:
        stream.flush()
    except BaseException:
        pass
