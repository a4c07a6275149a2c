"""The functions the model's code calls: one coroutine function per tool in the globals of `__main__`."""

import inspect
import sys
import types
from asyncio import events

from . import calls, cell_files


def make_tool(name):
    # A plain function that returns a coroutine: the line of the call is known only while the caller is on the stack,
    # and a coroutine starts later, from the event loop.
    call = types.FunctionType(_call.__code__.replace(co_name=name, co_qualname=name), globals())

    def tool(input):
        return call(name, input, cell_files.line_of(sys._getframe(1)))

    tool.__name__ = tool.__qualname__ = name
    tool.__module__ = '__main__'
    return inspect.markcoroutinefunction(tool)


async def _call(name, input, line):
    if not isinstance(input, dict):
        raise TypeError(f'{name}() takes one dict with all arguments, got {type(input).__name__}')
    try:
        text = calls.encode_input(input)
    except (TypeError, ValueError, RecursionError) as error:
        # Without the frames and notes of the encoder, which Python 3.11 does not have.
        raise type(error)(*error.args) from None
    future = events.get_running_loop().create_future()
    calls.make(name, text, line, future)
    return await future


_installed = {}


def install(names, namespace):
    """Defines the tools of a cell, as code put before the cell would: a name the user took over is defined again."""
    for name, tool in list(_installed.items()):
        if name not in names:
            del _installed[name]
            if namespace.get(name) is tool:
                del namespace[name]
    for name in names:
        tool = _installed.get(name)
        if tool is None:
            tool = _installed[name] = make_tool(name)
        namespace[name] = tool


def forget():
    _installed.clear()
