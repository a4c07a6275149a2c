"""What the host calls. Strings in, strings out."""

import os
import random
import sys
from asyncio import events

from . import calls, cell_files, cells, clock, loop, process, rewrite, seclusion, threads

_running = None


def install():
    """Once, before the snapshot is taken."""
    clock.install()
    threads.install()
    rewrite.install()
    process.install()
    loop.install()


def close():
    """Once after each boot: Pyodide sets up its bridge to JavaScript, its event loop and its environment again."""
    seclusion.install()
    loop.install()
    process.set_environment()
    _warm_up()
    for name in list(sys.modules):
        if name.partition('.')[0] == __package__:
            del sys.modules[name]


def _warm_up():
    """Runs what every first cell runs, so that the pages it touches are part of every heap and of no image."""
    open_container('{"seed": ""}')
    for code in ('x = 1', 'def f(): pass\nf()'):
        run(calls.encode({'cell': '', 'code': code, 'tools': []}))
    cell_files.forget()


def open_container(text):
    message = calls.decode(text)
    random.seed(message['seed'])
    session_loop = loop.VirtualLoop()
    events.set_event_loop(session_loop)
    cells.open_session(session_loop)
    os.chdir(process.WORKING_DIRECTORY)


def run(text):
    global _running
    message = calls.decode(text)
    clock.block[clock.EXPIRED] = 0.0
    _running = cells.life(message['cell'], message['code'], message['tools'])
    return _proceed()


def resume(text):
    message = calls.decode(text)
    calls.arrive(message['answers'], message['at'] * clock.MILLISECOND)
    return _proceed()


def _proceed():
    global _running
    try:
        next(_running)
    except StopIteration as end:
        _running = None
        clock.block[clock.DEADLINE] = 0.0
        return calls.encode({'state': 'finished', 'return_code': end.value})
    return calls.encode({'state': 'paused', 'calls': calls.take_unreported()})
