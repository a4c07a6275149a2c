"""Cell files: their names in tracebacks and their line numbers."""

import linecache

# The real sandbox puts a prelude before the model's code in the same file: recorded tracebacks are off by 7 lines with
# one tool and by 11 with two.
_PRELUDE = 3
_PRELUDE_PER_TOOL = 4

_offsets = {}


def prelude_lines(tools):
    return _PRELUDE + _PRELUDE_PER_TOOL * len(tools)


def add(cell, code, tools):
    """Registers a cell; returns its file name and its source with the prelude's lines left blank."""
    name = f'/tmp/{cell}/cell.py'
    offset = prelude_lines(tools)
    source = '\n' * offset + code
    _offsets[name] = offset
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    return name, source


def offset_of(name):
    return _offsets[name]


def forget():
    for name in _offsets:
        linecache.cache.pop(name, None)
    _offsets.clear()


def line_of(frame):
    """The line of the model's own code nearest to `frame`, or None."""
    while frame is not None:
        offset = _offsets.get(frame.f_code.co_filename)
        if offset is not None and frame.f_lineno is not None:
            return frame.f_lineno - offset
        frame = frame.f_back
    return None
