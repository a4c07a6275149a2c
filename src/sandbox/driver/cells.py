"""The life of one cell."""

import ast
import inspect
import sys
import types
import builtins

from . import calls, cell_files, clock, rewrite, tools
from .loop import VirtualLoop, drive
from .tracebacks import format_exception

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


def life(cell, code, tool_names):
    """Generator: runs a cell; yields while it waits for answers; returns its return code."""
    tools.install(tool_names, namespace)
    name, source = cell_files.add(cell, code, tool_names)
    return_code, message = 0, ''
    try:
        yield from _execute(name, source)
    except SystemExit as exit:
        return_code, message = _exit_status(exit.code)
    except clock.CellTimeout as timeout:
        clock.block[clock.DEADLINE] = 0.0
        return_code, message = 1, f'detection_timeout: {timeout}\n'
    except BaseException as error:
        return_code, message = 1, format_exception(error)
    # Answers nobody waited for end with the cell they were meant for.
    calls.forget_arrival()
    _finish(message)
    return return_code


def _execute(name, source):
    tree = compile(source, name, 'exec', ast.PyCF_ONLY_AST | _FLAGS, dont_inherit=True)
    plain = compile(tree, name, 'exec', _FLAGS, dont_inherit=True)
    rewritten = rewrite.rewrite(tree)
    code = compile(tree, name, 'exec', _FLAGS, dont_inherit=True) if rewritten else plain
    if plain.co_flags & inspect.CO_COROUTINE:
        yield from _run_awaiting(code)
    elif rewritten:
        yield from _run_module(code)
    else:
        exec(code, namespace)


def _run_awaiting(code):
    """A cell with top-level await is a task of the session's loop, as in the real sandbox."""
    task = _loop.create_task(eval(code, namespace))
    try:
        yield from drive(_loop, task)
    except BaseException:
        task.cancel()
        raise
    task.result()


def _run_module(code):
    """A cell whose only awaits are rewritten `asyncio.run`s: each one asks us to do it."""
    coroutine = eval(code, namespace)
    proceed, value = coroutine.send, None
    while True:
        try:
            request = proceed(value)
        except StopIteration:
            return
        try:
            value = yield from rewrite.perform(request)
            proceed = coroutine.send
        except BaseException as error:
            value, proceed = error, coroutine.throw


def _exit_status(code):
    if code is None:
        return 0, ''
    if isinstance(code, int):
        return code & 0xFF, ''
    return 1, f'{code}\n'


def _finish(message):
    """Flushes what the cell printed, then prints `message`. The cell may have broken either stream."""
    _flush(sys.stdout)
    if message:
        try:
            sys.stderr.write(message)
        except Exception:
            sys.__stderr__.write(message)
    _flush(sys.stderr)


def _flush(stream):
    try:
        stream.flush()
    except Exception:
        pass
