"""Says by name what is no longer there, when an update of Pyodide or Python breaks what the driver builds on."""

import importlib
import sys

# Undocumented, or free to change from release to release.
_NEEDED = '''
    _imp._fix_co_filename
    _thread.get_ident
    asyncio.base_events.BaseEventLoop._run_once
    asyncio.base_events.BaseEventLoop._asyncgen_firstiter_hook
    asyncio.base_events.BaseEventLoop._asyncgen_finalizer_hook
    asyncio.base_events.BaseEventLoop._check_closed
    asyncio.events._set_event_loop_policy
    asyncio.events._set_running_loop
    asyncio.runners.run
    asyncio.tasks._swap_current_task
    asyncio.unix_events._UnixDefaultEventLoopPolicy
    concurrent.futures.thread.ThreadPoolExecutor.submit
    platform._sys_version_cache
    socket.socket
    threading._start_joinable_thread
    threading._ThreadHandle
    sysconfig._get_sysconfigdata_name
    traceback.StackSummary._extract_from_extended_frame_gen
    traceback.StackSummary.format_frame_summary
    traceback.TracebackException._find_keyword_typos
    traceback._compute_suggestion_error
    traceback._display_width
    zipimport._zip_directory_cache
'''
_LOOP_FIELDS = ('_ready', '_scheduled', '_timer_cancelled_count', '_selector', '_clock_resolution', '_thread_id')


def run(loop):
    missing = [name for name in _NEEDED.split() if not _exists(name)]
    missing += [f'a field {name} of event loops' for name in _LOOP_FIELDS if not hasattr(loop, name)]
    if missing:
        raise RuntimeError(f'Python {sys.version.split()[0]} has no {", ".join(missing)}')


def _exists(name):
    parts = name.split('.')
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module('.'.join(parts[:length]))
        except ImportError:
            continue
        for part in parts[length:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False
