"""Packages: wheels unpacked and imported once, before any container there is.

Every extension module is loaded here. Later none can be: the linker is closed with the realm, and a heap fits only
workers that have loaded the same libraries in the same order.
"""

import importlib
import os
import sys
import zipfile

from . import process

FOLDER = '/usr/lib/python3/dist-packages'
_SUFFIX = '.so'

# What this interpreter says of itself before it pretends to be another (process.py).
_REAL = (3, 14, 2)
_REAL_HEX = 0x030E02F0


def load(wheels):
    """Loads wheels in the given order. Returns what could not be imported of each, by name."""
    os.makedirs(FOLDER, exist_ok=True)
    sys.path.append(FOLDER)
    extensions = []
    tops = []
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            names = sorted(archive.namelist())
            archive.extractall(FOLDER)
        os.unlink(wheel)
        extensions += [name for name in names if name.endswith(_SUFFIX)]
        tops.append(_top(names))
    importlib.invalidate_caches()
    failures = {}
    # A package adapts to the version it finds: it has to be the one that runs it.
    pretended = sys.version_info, sys.hexversion
    sys.version_info, sys.hexversion = process.VersionInfo(*_REAL, 'final', 0), _REAL_HEX
    # Packages first: they load their own extensions in the order they need.
    for top in tops:
        _import(top, failures)
    # What is left may need what is not installed, such as a package's own tests; it would fail later just so.
    for name in extensions:
        _import(_module(name), {})
    sys.version_info, sys.hexversion = pretended
    return failures


def _import(name, failures):
    try:
        importlib.import_module(name)
    except BaseException as error:
        failures[name] = f'{type(error).__name__}: {error}'


def _top(names):
    """The package a wheel is there for: the first folder that is one, else its first module."""
    for name in names:
        if name.endswith('/__init__.py') and name.count('/') == 1:
            return name.partition('/')[0]
    return next(_module(name) for name in names if name.endswith(('.py', _SUFFIX)) and '/' not in name)


def _module(name):
    folder, _, file = name.rpartition('/')
    return f'{folder.replace("/", ".")}.{file.partition(".")[0]}'.lstrip('.')
