"""What can be a key, as in Python 3.11: slices cannot, and the error says only that.

`data[:500]` on a dict is a common slip of models; 3.11 answers `TypeError: unhashable type: 'slice'`. Newer versions hash
slices, which makes it a KeyError, and put more words around the error of what they do not hash. Both are in C, so they
are changed in memory, while the snapshot is built.
"""

import ctypes
import dis
import gc
import sys

# PyTypeObject.tp_hash is its sixteenth word.
_TP_HASH = 15 * ctypes.sizeof(ctypes.c_void_p)

# Format strings of dictobject.c and setobject.c. A precision of 0 prints nothing of the first argument.
_FORMATS = (b"cannot use '%T' as a dict key (%S)\0", b"cannot use '%T' as a set element (%S)\0")
_PLAIN = b'%.0T%S\0'

_CHUNK = 1 << 16
_STATIC_DATA = 16 << 20

_CALLS = frozenset(code for name, code in dis.opmap.items() if name.startswith(('CALL', 'IMPORT')))


class _Hashed:
    def __hash__(self):
        return 0


def _hash_slice(slice):
    # The compiler hashes the slices that are constants: it was called. An operator was not.
    frame = sys._getframe(1)
    if frame.f_code.co_code[frame.f_lasti] not in _CALLS:
        raise TypeError("unhashable type: 'slice'")
    return hash((slice.start, slice.stop, slice.step))


def install():
    [names] = gc.get_referents(slice.__dict__)
    names['__hash__'] = _hash_slice
    # The slot of every class that has a `__hash__` in Python calls just that.
    _slot(slice).value = _slot(_Hashed).value
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(slice))
    for text in _FORMATS:
        ctypes.memmove(_find(text), _PLAIN, len(_PLAIN))


def _slot(type):
    return ctypes.c_size_t.from_address(id(type) + _TP_HASH)


def _find(text):
    """Where a string literal is. In pieces: memory taken here would stay in the snapshot."""
    for start in range(_CHUNK, _STATIC_DATA, _CHUNK):
        at = ctypes.string_at(start, _CHUNK + len(text)).find(text)
        if at >= 0:
            return start + at
    raise RuntimeError(f'this version of Python does not have {text!r}')
