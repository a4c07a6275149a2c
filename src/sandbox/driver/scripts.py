"""Python as a process of its own: what `python3` in the shell runs, with the command line, the input and the end of one."""

import atexit
import gc
import io
import os
import runpy
import sys

from . import cells, clock, errors, language, limits
from .tracebacks import format_exception

_USAGE = 'usage: python3 [option] ... [-c cmd | -m mod | file | -] [arg] ...\n'
_WITH_VALUE = 'WX'


class Program:
    """What a command line asks for."""

    def __init__(self, kind, text, arguments, options):
        # 'command', 'module', 'file' or 'input'.
        self.kind = kind
        self.text = text
        self.arguments = arguments
        self.options = options


def parse(arguments):
    options = ''
    rest = list(arguments)
    while rest and rest[0].startswith('-') and rest[0] != '-':
        option = rest.pop(0)
        if option == '--version':
            return Program('version', '', [], options)
        if option.startswith('--'):
            return Program('usage', f'unknown option {option}\n', [], options)
        for position, letter in enumerate(option[1:], 2):
            if letter in 'cm':
                value = option[position:] or (rest.pop(0) if rest else None)
                if value is None:
                    return Program('usage', f'Argument expected for the -{letter} option\n', [], options)
                return Program('command' if letter == 'c' else 'module', value, rest, options)
            if letter == 'V':
                return Program('version', '', [], options)
            if letter in _WITH_VALUE:
                if not option[position:] and rest:
                    rest.pop(0)
                break
            if letter not in 'bBdEhiIOPqsSuvx':
                return Program('usage', f'Unknown option: -{letter}\n', [], options)
            options += letter
    if rest and rest[0] != '-':
        return Program('file', rest[0], rest[1:], options)
    return Program('input', '', rest[1:], options)


def execute(arguments, input, environment, directory):
    """Runs a program to its end. Returns its return code and whether its time was up."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(directory)
    sys.stdin = io.TextIOWrapper(io.BytesIO(input), 'utf-8', 'surrogateescape')
    program = parse(arguments)
    return_code, message, timed_out = 0, '', False
    try:
        return_code, message = _start(program) or (0, '')
        atexit._run_exitfuncs()
    except SystemExit as exit:
        return_code, message = cells._exit_status(exit.code)
        atexit._run_exitfuncs()
    except clock.CellTimeout:
        pass
    except KeyboardInterrupt as error:
        return_code, message = 130, format_exception(error)
    except BaseException as error:
        return_code, message = 1, format_exception(error)
        error.__traceback__ = None
    if clock.expired():
        clock.block[clock.DEADLINE] = 0.0
        return_code, message, timed_out = limits.cell_timeout_code, '', True
    cells._finish(message, False)
    # The end of a process closes, and so writes out, the files it left open.
    sys.modules['__main__'].__dict__.clear()
    gc.collect()
    return return_code, timed_out


def _start(program):
    """Returns a return code and a message for what never gets to run."""
    if program.kind == 'version':
        print(f'Python {sys.version.split()[0]}')
    elif program.kind == 'usage':
        return 2, f'{program.text}{_USAGE}Try `python -h\' for more information.\n'
    elif program.kind == 'command':
        _run('<string>', program.text, ['-c', *program.arguments], '')
    elif program.kind == 'input':
        _run('<stdin>', sys.stdin.read(), ['-' if program.arguments else '', *program.arguments], '')
    elif program.kind == 'module':
        sys.argv = ['-m', *program.arguments]
        sys.path[0] = os.getcwd()
        return _run_module(program.text)
    else:
        return _run_file(program)


def _run_module(name):
    try:
        runpy._run_module_as_main(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return 1, f'/usr/local/bin/python3: No module named {name}\n'


def _run_file(program):
    path = program.text
    try:
        with open(path, 'rb') as file:
            source = file.read()
    except OSError as caught:
        error = errors.translated(caught)
        whole = os.path.abspath(path)
        return 2, f"python3: can't open file '{whole}': [Errno {error.errno}] {error.strerror}\n"
    sys.modules['__main__'].__file__ = path
    _run(path, source, [path, *program.arguments], os.path.dirname(os.path.abspath(path)))


def _run(name, source, argv, folder):
    sys.argv = argv
    sys.path[0] = folder
    main = sys.modules['__main__'].__dict__
    text = source if isinstance(source, str) else io.TextIOWrapper(io.BytesIO(source), _encoding(source)).read()
    code = compile(source, name, 'exec', dont_inherit=True)
    language.check(text, name)
    exec(code, main)


def _encoding(source):
    import tokenize

    return tokenize.detect_encoding(io.BytesIO(source).readline)[0]
