"""What the process looks like from inside: a Linux machine without a network."""

import os
import platform
import signal
import sys
import sysconfig
from collections import namedtuple

from . import clock
from .tracebacks import DRIVER

_ENVIRONMENT = {
    'HOME': '/root',
    'LANG': 'C.UTF-8',
    'PATH': '/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin',
    'PWD': '/tmp',
}
# The newest 3.11 whose asyncio has the lines that recorded tracebacks show.
_VERSION = (3, 11, 14, 'final', 0)
_UNAME = ('Linux', 'sandbox', '4.4.0', '#1 SMP', 'x86_64')

WORKING_DIRECTORY = '/tmp'


class VersionInfo(namedtuple('version_info', 'major minor micro releaselevel serial')):
    __slots__ = ()

    def __repr__(self):
        return f'sys.version_info{super().__repr__().removeprefix("version_info")}'


VersionInfo.__name__ = VersionInfo.__qualname__ = 'version_info'
VersionInfo.__module__ = 'sys'


_EVENT_LOOP = ('asyncio.base_events', 'asyncio.events')


def on_interrupt(signum, frame):
    """The host interrupts a cell that has used up its time.

    It interrupts again if the cell goes on. In the driver itself nothing is raised: it is ending the cell already. Nor in
    the event loop, which would lose the callback it has in hand: it is told at its next turn.
    """
    if frame is not None and frame.f_code.co_filename.startswith(DRIVER):
        return
    if clock.expired():
        if frame is not None and frame.f_globals.get('__name__') in _EVENT_LOOP:
            clock.defer_timeout()
            return
        raise clock.CellTimeout('the cell reached its time limit')
    raise KeyboardInterrupt


def install():
    signal.signal(signal.SIGINT, on_interrupt)
    # The module with what Python was built with is named after the platform.
    build = sysconfig._get_sysconfigdata_name()
    sysconfig._get_sysconfigdata_name = lambda: build
    sys.platform = 'linux'
    os.uname = lambda: os.uname_result(_UNAME)
    platform._uname_cache = None
    platform._sys_version_cache.clear()
    _set_version()
    platform.system = lambda: 'Linux'
    platform.machine = lambda: 'x86_64'
    platform.platform = lambda aliased=False, terse=False: 'Linux-4.4.0-x86_64-with-glibc2.36'


def _set_version():
    sys.version = f'{".".join(map(str, _VERSION[:3]))} (main, Oct  9 2025, 22:24:29) [GCC 12.2.0]'
    sys.version_info = VersionInfo(*_VERSION)
    sys.hexversion = 0x030B0EF0
    sys.implementation.version = sys.version_info
    sys.implementation.hexversion = sys.hexversion
    sys.implementation.cache_tag = 'cpython-311'
    sys.implementation._multiarch = 'x86_64-linux-gnu'
    sys.prefix = sys.base_prefix = sys.exec_prefix = sys.base_exec_prefix = '/usr/local'


def set_environment():
    os.environ.clear()
    os.environ.update(_ENVIRONMENT)
