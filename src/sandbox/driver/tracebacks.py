"""What an uncaught exception prints: CPython's text, without the driver's frames."""

import traceback
import types

# Driver modules are compiled under names in this folder (build-snapshot.ts).
DRIVER = '<callsheet>/'


def format_exception(error):
    _strip(error, set())
    return ''.join(traceback.format_exception(type(error), error, error.__traceback__))


def _strip(error, seen):
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    kept = []
    entry = error.__traceback__
    while entry is not None:
        if not entry.tb_frame.f_code.co_filename.startswith(DRIVER):
            kept.append(entry)
        entry = entry.tb_next
    stripped = None
    for entry in reversed(kept):
        stripped = types.TracebackType(stripped, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    error.__traceback__ = stripped
    _strip(error.__cause__, seen)
    _strip(error.__context__, seen)
    for part in getattr(error, 'exceptions', ()):
        _strip(part, seen)
