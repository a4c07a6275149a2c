"""Takes the bridge to JavaScript away.

This is the outermost of three layers and the only one a cell could undo: the wasm imports that reach the host fail, and
the worker's JavaScript realm holds nothing worth reaching (`host-imports.ts`, `close-realm.ts`).
"""

import sys

_HIDDEN = ('js', 'pyodide', 'pyodide_js', '_pyodide', '_pyodide_core', 'micropip', 'webbrowser')


class Hidden:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition('.')[0] in _HIDDEN:
            raise ModuleNotFoundError(f'No module named {name!r}', name=name)


def install():
    for finder in sys.meta_path:
        # The two objects that lead to JavaScript, in the reach of gc.get_objects().
        getattr(finder, 'jsproxies', {}).clear()
    sys.meta_path[:] = [Hidden, *(finder for finder in sys.meta_path if not _reaches_javascript(finder))]
    for name in list(sys.modules):
        if name.partition('.')[0] in _HIDDEN:
            del sys.modules[name]


def _reaches_javascript(finder):
    module = getattr(finder, '__module__', None) or type(finder).__module__
    return module.partition('.')[0] in _HIDDEN
