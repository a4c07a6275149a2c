"""Errors of the operating system, as Linux numbers and words them.

The C library below uses Emscripten's numbers, and C code compares with them, so they change where an error comes up into
Python: in `open`, the functions of `os` and the sockets.
"""

import builtins
import errno
import functools
import gc
import io
import os
import socket

from .linux_errors import ERRORS

_RESOLVER = {-3: 'Temporary failure in name resolution', -2: 'Name or service not known'}
_AFFECTED = '''access chdir chmod chown close dup dup2 fchmod fchown fstat fsync ftruncate getxattr isatty link listdir
    lseek lstat mkdir mkfifo mknod open pipe pread pwrite read readlink readv remove rename replace rmdir scandir
    sendfile stat statvfs symlink truncate unlink utime waitpid write writev execv execve kill'''.split()

# From Emscripten's number and text to those of Linux. Errors made by Python code have other texts, or other numbers.
_translations = {}


def translated(error):
    """`error` as Linux would have it: a new one, because the number decides on the class."""
    known = _translations.get((error.errno, error.strerror))
    if known is None:
        return error
    number, text = known
    if isinstance(error, socket.gaierror):
        return socket.gaierror(number, text)
    return OSError(number, text, error.filename, None, error.filename2)


def _translating(function):
    @functools.wraps(function)
    def call(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except OSError as caught:
            error = translated(caught)
            # As if it had been raised here and now: no second error in the chain.
            error.__context__ = caught.__context__
            error.__suppress_context__ = True
        raise error.with_traceback(None)

    return call


def install():
    numbers = {name: number for number, name in errno.errorcode.items()}
    numbers.update({name: getattr(errno, name) for name in ERRORS if hasattr(errno, name)})
    for name, (linux, text) in ERRORS.items():
        if name in numbers:
            _translations[numbers[name], os.strerror(numbers[name])] = linux, text
    for number, text in _RESOLVER.items():
        _translations[number, {-3: 'Try again', -2: 'Name does not resolve'}[number]] = number, text
    _renumber_classes(numbers)
    for name, (linux, _) in ERRORS.items():
        setattr(errno, name, linux)
    errno.errorcode.clear()
    errno.errorcode.update({linux: name for name, (linux, _) in reversed(ERRORS.items())})
    texts = {linux: text for linux, text in ERRORS.values()}
    os.strerror = lambda code, /: texts.get(code, f'Unknown error {code}')
    _wrap_functions()


def _renumber_classes(numbers):
    """FileNotFoundError and the like are chosen by number, from a dict that only C code knows."""
    missing = numbers['ENOENT']
    for found in gc.get_objects():
        if type(found) is dict and found.get(missing) is FileNotFoundError:
            classes = dict(found)
            for name, number in numbers.items():
                if number in classes and name in ERRORS:
                    found[ERRORS[name][0]] = classes[number]


def _wrap_functions():
    builtins.open = io.open = _translating(io.open)
    wrapped = {}
    for name in _AFFECTED:
        function = getattr(os, name, None)
        if function is not None:
            wrapped[function] = _translating(function)
            setattr(os, name, wrapped[function])
    for group in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids):
        group.update([wrapped[function] for function in group if function in wrapped])
    for name in ('getaddrinfo', 'gethostbyname', 'gethostbyname_ex', 'gethostbyaddr', 'getnameinfo', 'create_connection'):
        setattr(socket, name, _translating(getattr(socket, name)))
    socket.socket.__init__ = _translating(socket.socket.__init__)
