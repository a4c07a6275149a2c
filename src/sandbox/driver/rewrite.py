"""Makes `asyncio.run(…)` at module level leavable.

`X.run(…)`, `run(…)` and `X.run_until_complete(…)` outside functions become `await __leavable__(X.run, …)`. What `X.run`
really is shows only at run time; anything but asyncio's is simply called. The module's coroutine is driven by hand with
no running loop set, so the code sees what synchronous code sees.
"""

import ast
import asyncio
import builtins
import inspect
import re
from asyncio import base_events, events, tasks

from .loop import drive
from .tracebacks import stands_for

_NAMES = ('run', 'run_until_complete')
_HOOK = '__leavable__'
_MENTIONED = re.compile(r'\brun(?:_until_complete)?\b')


class Request:
    """What a rewritten call yields to whoever drives the module."""

    def __init__(self, function, args, kwargs):
        self.function = function
        self.args = args
        self.kwargs = kwargs

    def __await__(self):
        return (yield self)


class _Rewriter(ast.NodeTransformer):
    def __init__(self):
        self.found = False

    def _leave(self, node):
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = visit_ClassDef = _leave
    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _leave

    def visit_Call(self, node):
        self.generic_visit(node)
        function = node.func
        if isinstance(function, ast.Attribute):
            name = function.attr
        elif isinstance(function, ast.Name):
            name = function.id
        else:
            return node
        if name not in _NAMES:
            return node
        self.found = True
        hook = ast.Name(_HOOK, ast.Load())
        call = ast.Call(hook, [function, *node.args], node.keywords)
        return ast.fix_missing_locations(ast.copy_location(ast.Await(ast.copy_location(call, node)), node))


def may_find(source):
    """Whether it is worth looking: a walk through the tree takes longer than most cells."""
    return _MENTIONED.search(source) is not None


def rewrite(tree):
    """Rewrites a module in place. Returns whether anything was found."""
    rewriter = _Rewriter()
    rewriter.visit(tree)
    return rewriter.found


def leavable(function, *args, **kwargs):
    is_run = function is asyncio.runners.run
    if is_run and events._get_running_loop() is not None:
        # asyncio.run beside top-level await: the loop is already there, so the coroutine becomes a task of it.
        return tasks.ensure_future(*args[:1])
    if is_run or getattr(function, '__func__', None) is base_events.BaseEventLoop.run_until_complete:
        return Request(function, args, kwargs)
    return _called(function, args, kwargs)


async def _called(function, args, kwargs):
    return function(*args, **kwargs)


def perform(request):
    """Generator: does what asyncio.run or run_until_complete would do; only the wait for the main task is leavable."""
    function, args, kwargs = request.function, request.args, request.kwargs
    if function is asyncio.runners.run:
        return (yield from _run(function, args, kwargs))
    loop = function.__self__
    loop._check_closed()
    is_new = not asyncio.isfuture(args[0])
    task = tasks.ensure_future(args[0], loop=loop)
    if is_new:
        task._log_destroy_pending = False
    yield from drive(loop, task)
    return loop.run_until_complete(task)


@stands_for('run', 'Runner.run')
def _run(function, args, kwargs):
    if len(args) != 1 or not inspect.iscoroutine(args[0]):
        return function(*args, **kwargs)
    with asyncio.Runner(debug=kwargs.get('debug'), loop_factory=kwargs.get('loop_factory')) as runner:
        loop = runner.get_loop()
        task = loop.create_task(args[0])
        yield from drive(loop, task)
        return loop.run_until_complete(task)


def install():
    setattr(builtins, _HOOK, leavable)
