"""Where the standard library seems to be: in the folder the real one has it in, so that tracebacks read the same.

The host puts the archive with the library there under the name of that folder (devices.ts). What was imported before
is renamed here.
"""

import _imp
import gc
import sys
import types
import zipimport

ARCHIVE = '/lib/python314.zip'
FOLDER = '/usr/local/lib/python3.11'


def install():
    for function in [it for it in gc.get_objects() if type(it) is types.FunctionType]:
        _rename_code(function.__code__)
    for module in list(sys.modules.values()):
        _rename_module(module)
    for importer in [it for it in gc.get_objects() if isinstance(it, zipimport.zipimporter)]:
        importer.archive = _renamed(importer.archive)
    for path, files in list(zipimport._zip_directory_cache.items()):
        zipimport._zip_directory_cache[_renamed(path)] = {
            name: (_renamed(entry[0]), *entry[1:]) for name, entry in files.items()
        }


def set_path():
    sys.path[:] = ['', '/usr/local/lib/python311.zip', FOLDER, f'{FOLDER}/lib-dynload', f'{FOLDER}/site-packages']
    sys.path_importer_cache.clear()


def _rename_code(code):
    if code.co_filename.startswith(ARCHIVE):
        _imp._fix_co_filename(code, _renamed(code.co_filename))


def _rename_module(module):
    for holder, names in ((module, ('__file__', '__cached__')), (module.__spec__, ('origin', 'cached'))):
        for name in names:
            value = getattr(holder, name, None)
            if isinstance(value, str):
                setattr(holder, name, _renamed(value))
    if isinstance(getattr(module, '__path__', None), list):
        module.__path__[:] = map(_renamed, module.__path__)


def _renamed(path):
    return FOLDER + path[len(ARCHIVE):] if path.startswith(ARCHIVE) else path
