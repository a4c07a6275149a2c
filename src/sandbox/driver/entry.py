"""What the host calls. Strings in, strings out."""

import os
import random
import sys
from asyncio import events

from . import (
    calls,
    cell_files,
    cells,
    clock,
    errors,
    hashing,
    language,
    limits,
    loop,
    packages,
    process,
    rewrite,
    scripts,
    seclusion,
    self_test,
    standard_library,
    threads,
    tracebacks,
)

_running = None


def install():
    """Once, before the snapshot is taken."""
    self_test.run(loop.VirtualLoop())
    clock.install()
    threads.install()
    rewrite.install()
    process.install()
    loop.install()
    errors.install()
    hashing.install()
    tracebacks.install()
    language.install()
    standard_library.install()


def close():
    """Once after each boot: Pyodide sets up its bridge to JavaScript, its event loop and its environment again."""
    seclusion.install()
    loop.install()
    process.set_environment()
    standard_library.set_path()
    _warm_up()
    for name in list(sys.modules):
        if name.partition('.')[0] == __package__:
            del sys.modules[name]


def _warm_up():
    """Runs what every first cell runs, so that the pages it touches are part of every heap and of no image."""
    open_container('{"seed": "", "limits": null, "input": null}')
    for code in ('x = 1', 'def f(): pass\nf()'):
        run(calls.encode({'cell': '', 'code': code, 'tools': []}))
    cell_files.forget()


def open_container(text):
    message = calls.decode(text)
    if message['limits'] is not None:
        limits.set(message['limits'])
    if message['input'] is not None:
        os.environ['INPUT_DIR'] = message['input']
    random.seed(message['seed'])
    session_loop = loop.VirtualLoop()
    events.set_event_loop(session_loop)
    cells.open_session(session_loop)
    os.chdir(process.WORKING_DIRECTORY)


def run(text):
    global _running
    message = calls.decode(text)
    clock.forget_timeout()
    if _running is not None:
        # A cell that waits for answers which will never come, because the host gave it up.
        _running.close()
        calls.abandon()
    if environment := message.get('environment'):
        os.environ.update(environment)
    delay = message.get('delay', 0) * clock.MILLISECOND
    _running = cells.life(message['cell'], message['code'], message['tools'], delay)
    return _proceed()


def load(text):
    """Loads wheels, before there is any container."""
    return calls.encode(packages.load(calls.decode(text)))


def execute(text):
    message = calls.decode(text)
    clock.forget_timeout()
    return_code, timed_out = scripts.execute(
        message['arguments'],
        bytes.fromhex(message['stdin']),
        message['environment'],
        message['directory'],
    )
    clock.block[clock.DEADLINE] = 0.0
    return calls.encode({
        'state': 'finished',
        'return_code': return_code,
        'timed_out': timed_out,
        'late': [],
        'notes': [],
    })


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
        return_code, timed_out, notes = end.value
        return calls.encode({
            'state': 'finished',
            'return_code': return_code,
            'timed_out': timed_out,
            'late': calls.take_late(),
            'notes': notes,
        })
    return calls.encode({'state': 'paused', 'calls': calls.take_unreported(), 'late': calls.take_late()})
