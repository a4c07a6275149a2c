"""What the process looks like from inside: a Linux machine without a network."""

import os
import platform
import signal
import sys

from . import clock
from .tracebacks import DRIVER

_ENVIRONMENT = {
    'HOME': '/root',
    'LANG': 'C.UTF-8',
    'PATH': '/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin',
    'PWD': '/tmp',
}
_UNAME = ('Linux', 'sandbox', '4.4.0', '#1 SMP', 'x86_64')

WORKING_DIRECTORY = '/tmp'


def on_interrupt(signum, frame):
    """The host interrupts a cell that has used up its time.

    It interrupts again if the cell goes on. In the driver itself nothing is raised: it is ending the cell already.
    """
    if frame is not None and frame.f_code.co_filename.startswith(DRIVER):
        return
    if clock.block[clock.EXPIRED]:
        raise clock.CellTimeout('the cell reached its time limit')
    raise KeyboardInterrupt


def install():
    signal.signal(signal.SIGINT, on_interrupt)
    sys.platform = 'linux'
    os.uname = lambda: os.uname_result(_UNAME)
    platform._uname_cache = None
    platform.system = lambda: 'Linux'
    platform.machine = lambda: 'x86_64'
    platform.platform = lambda aliased=False, terse=False: 'Linux-4.4.0-x86_64-with-glibc2.36'


def set_environment():
    os.environ.clear()
    os.environ.update(_ENVIRONMENT)
