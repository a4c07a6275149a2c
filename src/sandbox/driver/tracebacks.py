"""What an exception prints: the text of CPython 3.11, without the driver's frames.

The traceback module itself is adapted, so that `traceback.print_exc()` in a cell, `logging.exception` and an uncaught
exception all look alike.
"""

import ast
import re
import sys
import traceback

from . import errors
from .clock import CellTimeout

# Driver modules are compiled under names in this folder (build-snapshot.ts).
DRIVER = '<callsheet>/'

_ASYNCIO = '/usr/local/lib/python3.11/asyncio/'


def _asyncio_frame(file, line, name, text):
    source = f'    {text}'
    return traceback.FrameSummary(
        _ASYNCIO + file,
        line,
        name,
        lookup_line=False,
        line=source,
        end_lineno=line,
        colno=source.index(text.removeprefix('return ')),
        end_colno=len(source),
    )


def _asyncio_frames():
    """Python 3.11's own frames between a cell and its code, by qualified name."""
    return {
        'run': _asyncio_frame('runners.py', 190, 'run', 'return runner.run(main)'),
        'Runner.run': _asyncio_frame('runners.py', 118, 'run', 'return self._loop.run_until_complete(task)'),
        'BaseEventLoop.run_until_complete': _asyncio_frame(
            'base_events.py', 654, 'run_until_complete', 'return future.result()'
        ),
    }


_stands_for = {}


def stands_for(*names):
    """Marks a function of the driver that does the work of functions of asyncio: they are shown in its place."""

    def mark(function):
        _stands_for[function.__code__] = names
        return function

    return mark


def format_exception(error):
    global _uncaught
    _uncaught = True
    try:
        return ''.join(traceback.format_exception(type(error), error, error.__traceback__))
    finally:
        _uncaught = False


# Only the interpreter's own report of an uncaught exception makes suggestions in 3.11.
_uncaught = False
_FORGOT = re.compile(r"(\. Did| Or did) you forget to import '\w+'\?$")


def install():
    original_extract = traceback.StackSummary._extract_from_extended_frame_gen.__func__
    original_init = traceback.TracebackException.__init__
    original_suggestion = traceback._compute_suggestion_error

    def extract(cls, frames, **options):
        shown = []
        real = []
        for frame, position in frames:
            code = frame.f_code
            if code.co_filename.startswith(DRIVER):
                shown += _stands_for.get(code, ())
            elif code.co_filename.startswith(_ASYNCIO) and code.co_qualname in _asyncio_frames():
                shown.append(code.co_qualname)
            else:
                shown.append(None)
                real.append((frame, position))
        summaries = iter(original_extract(cls, real, **options))
        known = _asyncio_frames()
        return cls(known[name] if name else summary for name in shown if (summary := name or next(summaries, None)))

    def init(self, exc_type, exc_value, *args, **options):
        original_init(self, exc_type, exc_value, *args, **options)
        if exc_type is not None and issubclass(exc_type, NameError):
            self._str = _FORGOT.sub('', self._str)
        if isinstance(exc_value, OSError):
            self._str = str(errors.translated(exc_value))

    def suggestion(error, tb, wrong_name):
        if not _uncaught or isinstance(error, ImportError):
            return None
        found = original_suggestion(error, tb, wrong_name)
        return None if found and found.startswith('self.') else found

    sys.unraisablehook = sys.__unraisablehook__ = report_unraisable
    traceback.StackSummary._extract_from_extended_frame_gen = classmethod(extract)
    traceback.StackSummary.format_frame_summary = format_frame
    traceback.TracebackException.__init__ = init
    traceback.TracebackException._find_keyword_typos = lambda self: None
    traceback._compute_suggestion_error = suggestion


def report_unraisable(args, /):
    """What Python 3.11 prints of an exception that nobody can catch, such as one in a `__del__`."""
    if issubclass(args.exc_type, CellTimeout):
        return
    message, where = args.err_msg or 'Exception ignored in', repr(args.object)
    if found := _IGNORED_WHILE.fullmatch(message):
        message, where = 'Exception ignored in', found[1]
    lines = traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback, chain=False)
    print(f'{message}: {where}', ''.join(lines), sep='\n', end='', file=sys.stderr, flush=True)


_IGNORED_WHILE = re.compile('Exception ignored while [A-Za-z ]+ (<.*)', re.DOTALL)


def format_frame(self, frame, **options):
    """One frame as Python 3.11 shows it: one line of source, and carets unless they would underline all of it."""
    lines = [f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}\n']
    source = (frame._original_lines or '').split('\n')[0].rstrip()
    if source.strip():
        lines.append(f'    {source.strip()}\n')
        if frame.colno is not None and frame.end_colno is not None:
            marks = _carets(frame, source)
            if marks:
                lines.append(f'    {marks}\n')
    for name, value in sorted((frame.locals or {}).items()):
        lines.append(f'    {name} = {value}\n')
    return ''.join(lines)


def _carets(frame, source):
    start = _characters(source, frame.colno)
    one_line = frame.end_lineno is None or frame.end_lineno == frame.lineno
    end = _characters(source, frame.end_colno) if one_line else len(source)
    segment = source[start:end]
    operator = _operator(segment) if one_line else None
    if operator is None:
        if end - start >= len(source.strip()):
            return ''
        marks = '^' * _width(segment)
    else:
        left, right = operator
        marks = '~' * _width(segment[:left]) + '^' * _width(segment[left:right]) + '~' * _width(segment[right:])
    indent = len(source) - len(source.lstrip())
    return ' ' * _width(source[indent:start]) + marks


def _operator(segment):
    """Where the operator or the subscript is in an expression that consists of one."""
    try:
        [statement] = ast.parse(segment).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    expression = getattr(statement, 'value', None) if isinstance(statement, ast.Expr) else None
    if isinstance(expression, ast.BinOp):
        start = _characters(segment, expression.left.end_col_offset)
        end = _characters(segment, expression.right.col_offset)
        while start < end and (segment[start].isspace() or segment[start] in ')#\\'):
            start += 1
        two = start + 1 < end and not segment[start + 1].isspace() and segment[start + 1] != '('
        return start, start + 1 + two
    if isinstance(expression, ast.Subscript):
        start = segment.index('[', _characters(segment, expression.value.end_col_offset))
        end = segment.index(']', _characters(segment, expression.slice.end_col_offset))
        return start, end + 1
    return None


def _characters(text, utf8_bytes):
    return len(text.encode()[:utf8_bytes].decode(errors='replace'))


def _width(text):
    return traceback._display_width(text) if not text.isascii() else len(text)
