/** An attempt to get out of a container. Prints ESCAPED when it works. */
export interface Escape {
  readonly code: string;
  /** It works on stock Pyodide, which the test shows; the others nobody has seen work. */
  readonly worksOnStock?: boolean;
}

// Filled in by whoever runs them: CANARY is the value of an environment variable of the host and the contents of the
// host's file SECRET_FILE; TOUCH_FILE is a path of the host that must not come to exist.
const JUDGE = `
def judge(evidence):
    if "CANARY" in str(evidence): print("ESCAPED", evidence)
`;
const stock = (code: string): Escape => ({ code: JUDGE + code, worksOnStock: true });
const hypothetical = (code: string): Escape => ({ code: JUDGE + code });

/** Undoes the outermost layer, which hides Pyodide's modules. Does nothing on stock Pyodide. */
const UNHIDE = `
import sys
if "Hidden" in str(sys.meta_path[0]): del sys.meta_path[0]
`;
const RUN_SCRIPT = `
import ctypes
def script(library, text):
    run = library.emscripten_run_script_string
    run.restype = ctypes.c_char_p
    judge(run(text))
`;

/** Finds a module of the sandbox's own Python, by its last name. */
const DRIVER = `
import gc
def driver(name):
    for it in gc.get_objects():
        its = getattr(it, "__globals__", None)
        if type(its) is dict and its.get("__name__") == "_callsheet." + name: return its
`;

export const ESCAPES: Readonly<Record<string, Escape>> = {
  // JavaScript
  'import js': stock('import js\njudge(js.process.env.CALLSHEET_CANARY)'),
  'import js, unhidden': stock(`${UNHIDE}import js\njudge(js.process.env.CALLSHEET_CANARY)`),
  run_js: stock('from pyodide.code import run_js\njudge(run_js("process.env.CALLSHEET_CANARY"))'),
  'run_js, unhidden': stock(
    `${UNHIDE}from pyodide.code import run_js\njudge(run_js("process.env.CALLSHEET_CANARY"))`,
  ),
  'eval of JavaScript': stock('import js\njudge(js.eval("process.env.CALLSHEET_CANARY"))'),
  'a JavaScript function from text': stock(
    'import js\njudge(js.Function.new("return process.env.CALLSHEET_CANARY")())',
  ),
  'the constructor of a JavaScript object': stock(
    'import js\njudge(js.Object.constructor("return process.env.CALLSHEET_CANARY")())',
  ),
  'a built-in module of Node': stock(
    'import js\njudge(js.process.getBuiltinModule("fs").readFileSync("SECRET_FILE", "utf8"))',
  ),
  'dynamic import': stock(
    'import js\nfs = await js.eval("import(\\"node:fs\\")")\njudge(fs.readFileSync("SECRET_FILE", "utf8"))',
  ),
  'a worker thread of Node': stock(
    'import js\nprint("ESCAPED" if js.process.getBuiltinModule("worker_threads").Worker else "")',
  ),
  'the fetch of the host': stock('import js\nprint("ESCAPED" if js.fetch else "")'),
  'a timer that fires after the cell': stock(
    'import js\nprint("ESCAPED" if js.setTimeout else "")',
  ),
  pyodide_js: stock(
    'import pyodide_js\nprint("ESCAPED" if pyodide_js.FS.filesystems.NODEFS else "")',
  ),
  'a mount of a host folder': stock(
    'import pyodide_js\npyodide_js.mountNodeFS("/mnt_host", "SECRET_FOLDER")\njudge(open("/mnt_host/secret").read())',
  ),
  'the finder of JavaScript modules': stock(
    'import sys\nfor finder in sys.meta_path:\n    for name, proxy in getattr(finder, "jsproxies", {}).items():\n        if name == "js": judge(proxy.process.env.CALLSHEET_CANARY)',
  ),
  'JavaScript objects among the modules': stock(
    'import sys\nfor module in list(sys.modules.values()):\n    process = getattr(module, "process", None)\n    if process: judge(process.env.CALLSHEET_CANARY)',
  ),
  'JavaScript objects in the reach of the collector': stock(
    'import gc\nfor it in gc.get_objects():\n    if "js" in (it if type(it) is dict else {}) and type(it["js"]).__name__ == "JsProxy": judge(it["js"].process.env.CALLSHEET_CANARY)',
  ),
  'JavaScript objects that objects refer to': stock(
    'import gc\nseen = [r for it in gc.get_objects() for r in gc.get_referents(it) if type(r).__name__ == "JsProxy"]\nfor it in seen:\n    process = getattr(it, "process", None)\n    if process: judge(process.env.CALLSHEET_CANARY)',
  ),
  'the core module of Pyodide': hypothetical(
    `${UNHIDE}import _pyodide_core\nprint("ESCAPED", _pyodide_core.to_js([1]))`,
  ),
  'a proxy made by hand': hypothetical(
    `${UNHIDE}import _pyodide_core\nprint("ESCAPED", _pyodide_core.create_proxy(print))`,
  ),
  'the loop of Pyodide': hypothetical(
    'from pyodide.webloop import WebLoop\nWebLoop().call_later(0, print, "ESCAPED")',
  ),
  'the package installer': hypothetical(
    'import micropip\nawait micropip.install("snowballstemmer")\nprint("ESCAPED")',
  ),
  // Processes and the operating system
  'os.system': stock('import os\nos.system("touch TOUCH_FILE")\nimport time'),
  subprocess: hypothetical(
    'import subprocess\njudge(subprocess.run(["cat", "SECRET_FILE"], capture_output=True).stdout)',
  ),
  'os.popen': hypothetical('import os\njudge(os.popen("cat SECRET_FILE").read())'),
  'os.execv': hypothetical('import os\nos.execv("/bin/cat", ["cat", "SECRET_FILE"])'),
  'os.fork': hypothetical('import os\nprint("ESCAPED", os.fork())'),
  'os.posix_spawn': hypothetical(
    'import os\nprint("ESCAPED", os.posix_spawn("/bin/cat", ["cat", "SECRET_FILE"], {}))',
  ),
  'a signal to another process': hypothetical(
    'import os, signal\nos.kill(os.getppid(), signal.SIGTERM)',
  ),
  multiprocessing: hypothetical(
    'import multiprocessing\nmultiprocessing.Process(target=print).start()\nprint("ESCAPED")',
  ),
  'the umask of the host': stock('import os\nos.umask(0o123)'),
  'the environment of the host': hypothetical(
    'import os\njudge(os.environ)\njudge(os.getenv("CALLSHEET_CANARY"))',
  ),
  'the clock of the host': stock(
    'import time\nif abs(time.time() - HOST_TIME) < 3600: print("ESCAPED")',
  ),
  'the time zone of the host': stock(
    'import time\nif time.tzname[0] != "UTC": print("ESCAPED", time.tzname)',
  ),
  'the paths of the host': stock(
    'import os, sys\nif "stock-pyodide" in str((sys.executable, sys.argv, sys.orig_argv, dict(os.environ))): print("ESCAPED")',
  ),
  'the standard input of the host': stock('import sys\njudge(sys.stdin.read())'),
  // Network
  'a socket': stock('import socket\nprint("ESCAPED", socket.socket().fileno())'),
  'a name': stock('import socket\nprint("ESCAPED", socket.getaddrinfo("localhost", 80)[0])'),
  'a request': hypothetical(
    'import urllib.request\nprint("ESCAPED", urllib.request.urlopen("http://127.0.0.1:HOST_PORT").status)',
  ),
  'a stream': hypothetical(
    'import asyncio\nawait asyncio.open_connection("127.0.0.1", HOST_PORT)\nprint("ESCAPED")',
  ),
  // ctypes
  'ctypes, a script that returns text': stock(
    `${RUN_SCRIPT}script(ctypes.CDLL(None), b"process.env.CALLSHEET_CANARY")`,
  ),
  'ctypes, a script that returns a number': stock(
    'import ctypes\nif ctypes.CDLL(None).emscripten_run_script_int(b"process.pid > 0 ? 7 : 0") == 7: print("ESCAPED")',
  ),
  'ctypes, the API of Python': stock(
    `${RUN_SCRIPT}script(ctypes.pythonapi, b"process.env.CALLSHEET_CANARY")`,
  ),
  'ctypes, by index': stock(
    'import ctypes\nrun = ctypes.CDLL(None)["emscripten_run_script_string"]\nrun.restype = ctypes.c_char_p\njudge(run(b"process.env.CALLSHEET_CANARY"))',
  ),
  'ctypes, in_dll and function prototypes': stock(
    'import ctypes\nrun = ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_char_p)(("emscripten_run_script_string", ctypes.CDLL(None)))\njudge(run(b"process.env.CALLSHEET_CANARY"))',
  ),
  'ctypes, a file of the host': stock(
    `${RUN_SCRIPT}script(ctypes.CDLL(None), b"process.getBuiltinModule('fs').readFileSync('SECRET_FILE', 'utf8')")`,
  ),
  '_ctypes.dlsym': stock(
    'import _ctypes\nprint("ESCAPED", _ctypes.dlsym(_ctypes.dlopen(None, 0), "emscripten_run_script"))',
  ),
  'ctypes, the shell': stock('import ctypes\nctypes.CDLL(None).system(b"touch TOUCH_FILE")'),
  'ctypes, code of Emscripten with arguments': stock(
    'import ctypes\nprint("ESCAPED", ctypes.CDLL(None).emscripten_asm_const_int)',
  ),
  'ctypes, the bridge to JavaScript': stock(
    'import ctypes\nprint("ESCAPED", ctypes.CDLL(None).js2python_js)',
  ),
  'ctypes, a library of its own': hypothetical(
    'import ctypes\nopen("/tmp/own.so", "wb").write(b"\\0asm\\1\\0\\0\\0\\0\\x10\\x08dylink.0\\1\\4\\0\\0\\0\\0")\nctypes.CDLL("/tmp/own.so")\nprint("ESCAPED")',
  ),
  'an extension module of its own': hypothetical(
    'import sys\nopen("/tmp/own.so", "wb").write(b"\\0asm\\1\\0\\0\\0\\0\\x10\\x08dylink.0\\1\\4\\0\\0\\0\\0")\nsys.path.append("/tmp")\nimport own\nprint("ESCAPED")',
  ),
  'ctypes, functions by number': hypothetical(
    'import ctypes\nfor n in range(1, 400):\n    run = ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_char_p)(n)\n    judge(run(b"process.env.CALLSHEET_CANARY"))',
  ),
  'ctypes, memory outside': hypothetical(
    'import ctypes\nprint("ESCAPED", ctypes.string_at(0xfffffff0, 8))',
  ),
  // Files
  '/proc': hypothetical(
    'import glob\nfor path in glob.glob("/proc/*/*") + ["/proc/self/environ", "/proc/1/environ"]:\n    judge(open(path).read())',
  ),
  'a path with dots': hypothetical('judge(open("/tmp/../../../../../..SECRET_FILE").read())'),
  'a symbolic link': hypothetical(
    'import os\nos.symlink("SECRET_FILE", "/tmp/link")\njudge(open("/tmp/link").read())',
  ),
  'a file of the host by its name': hypothetical('judge(open("SECRET_FILE").read())'),
  'the terminal of the host': hypothetical(
    'judge(open("/dev/tty").read())\njudge(open("/dev/stdin").read())',
  ),
  'a mount through the C library': hypothetical(
    'import ctypes\nctypes.CDLL(None).mount(b"SECRET_FOLDER", b"/tmp", b"nodefs", 0, 0)\njudge(open("/tmp/secret").read())',
  ),
  'an SQLite database of the host': hypothetical(
    'import sqlite3\nsqlite3.connect("file:TOUCH_FILE?mode=rwc", uri=True).execute("create table t (n)")\nimport os',
  ),
  'the descriptors of the host': hypothetical(
    'import os\nfor fd in range(3, 64):\n    try: judge(os.read(fd, 100))\n    except OSError: pass',
  ),
  // What needs no import of Pyodide's
  'the core module of Pyodide, made by hand': hypothetical(
    'import _imp, importlib.machinery as machinery\ncore = _imp.create_builtin(machinery.ModuleSpec("_pyodide_core", machinery.BuiltinImporter))\n_imp.exec_builtin(core)\nprint("ESCAPED", core.create_proxy(print))',
  ),
  'a JavaScript object, made from its type': hypothetical(
    'for it in object.__subclasses__():\n    if it.__name__ == "JsProxy": print("ESCAPED", object.__new__(it).new())',
  ),
  'the finders, asked for JavaScript': hypothetical(
    'import importlib.util\nif importlib.util.find_spec("js"): print("ESCAPED")',
  ),
  'an interpreter within the interpreter': hypothetical(
    'import _testcapi\n_testcapi.run_in_subinterp("import js\\nprint(\'ESCAPED\', js)")',
  ),
  'a pickle that runs a command': hypothetical(
    'import pickle\npickle.loads(b"cposix\\nsystem\\n(S\'touch TOUCH_FILE\'\\ntR.")',
  ),
  // More of the operating system
  'os.spawnlp': hypothetical(
    'import os\nprint("ESCAPED", os.spawnlp(os.P_WAIT, "touch", "touch", "TOUCH_FILE"))',
  ),
  'fork_exec below subprocess': hypothetical(
    'import _posixsubprocess\nprint("ESCAPED", _posixsubprocess.fork_exec([b"touch", b"TOUCH_FILE"], [b"/bin/touch"], True, (), None, None, -1, -1, -1, -1, -1, -1, -1, -1, True, False, -1, None, None, None, -1, None))',
  ),
  'a pseudo-terminal': hypothetical(
    'import pty\npty.spawn(["/bin/touch", "TOUCH_FILE"])\nprint("ESCAPED")',
  ),
  'the shell of asyncio': hypothetical(
    'import asyncio\nprint("ESCAPED", await asyncio.create_subprocess_shell("touch TOUCH_FILE"))',
  ),
  'a timer of the system': hypothetical(
    'import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.01)\nprint("ESCAPED")',
  ),
  'a thread that outlives the cell': hypothetical(
    'import faulthandler\nfaulthandler.dump_traceback_later(1, exit=True)\nprint("ESCAPED")',
  ),
  'the limits and the use of the process': hypothetical(
    'import resource\nprint("ESCAPED", resource.getrusage(resource.RUSAGE_SELF))',
  ),
  // More of the network
  'a server': hypothetical(
    'import asyncio\nawait asyncio.start_server(lambda *_: None, "127.0.0.1", 0)\nprint("ESCAPED")',
  ),
  'a socket of the local machine': hypothetical(
    'import socket\nprint("ESCAPED", socket.socket(socket.AF_UNIX).fileno())',
  ),
  'a pair of sockets': hypothetical('import socket\nprint("ESCAPED", socket.socketpair())'),
  TLS: hypothetical(
    'import ssl\nprint("ESCAPED", ssl.get_server_certificate(("127.0.0.1", HOST_PORT)))',
  ),
  'a browser of the host': hypothetical(
    'import webbrowser\nif webbrowser.open("http://127.0.0.1:HOST_PORT"): print("ESCAPED")',
  ),
  // More of files
  'a folder of the host': hypothetical('import os\nprint("ESCAPED", os.listdir("SECRET_FOLDER"))'),
  'a folder of the host, to import from': hypothetical(
    'import runpy\nprint("ESCAPED", runpy.run_path("SECRET_FILE"))',
  ),
  'a database of the host, attached': hypothetical(
    'import sqlite3\nsqlite3.connect(":memory:").execute("attach \'TOUCH_FILE\' as other").execute("create table other.t (n)")',
  ),
  'an extension of SQLite': hypothetical(
    'import sqlite3\nconnection = sqlite3.connect(":memory:")\nconnection.enable_load_extension(True)\nconnection.load_extension("SECRET_FILE")\nprint("ESCAPED")',
  ),
  'descriptors by their paths': hypothetical(
    'import os\nfor fd in range(64):\n    for folder in ("/dev/fd", "/proc/self/fd"):\n        try: judge(open(f"{folder}/{fd}").read(100))\n        except OSError: pass',
  ),
};

/** What leaves an interpreter in ruins. The next cell must run all the same, and calls must work. */
export const RUINS: Readonly<Record<string, string>> = {
  'json, builtins and sys.modules are broken':
    'import builtins, json, sys\njson.dumps = json.loads = None\nfor name in ("len", "isinstance", "dict", "str", "getattr", "next", "type", "min", "max"): setattr(builtins, name, None)\nsys.modules.clear()',
  'the standard streams are closed':
    'import os, sys\nsys.stdout.close(); sys.stderr.close()\nos.close(0); os.close(1); os.close(2)',
  'the standard streams are gone':
    'import sys\nsys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = None',
  'signals are ignored in an endless loop':
    'import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass',
  'a handler swallows the interrupt':
    'import signal\nsignal.signal(signal.SIGINT, lambda *_: None)\nwhile True:\n    try:\n        while True: pass\n    except BaseException: pass',
  'a finalizer runs forever':
    'class Evil:\n    def __del__(self):\n        while True: pass\nEvil()',
  'a trace function runs forever':
    'import sys\ndef trace(*_):\n    while True: pass\nsys.settrace(trace)\n(lambda: 1)()',
  'the stack overflows in C':
    'import sys\nsys.setrecursionlimit(10**9)\nclass A:\n    def __getattr__(self, name): return getattr(self, name + "x")\nA().b',
  'the interpreter traps': 'import ctypes\nctypes.string_at(0xfffffff0, 8)',
  'bytecode is made up':
    '(lambda: 0).__code__.replace(co_code=b"\\xff\\xff" * 50)\nexec((lambda: 0).__code__.replace(co_code=b"\\x53\\x00" * 8, co_stacksize=1))',
  'everything the interpreter keeps is overwritten':
    'import ctypes\nctypes.memset(1024, 0xee, 20_000_000)',
  'the clock of the sandbox is moved':
    'import gc, array\nfor it in gc.get_objects():\n    pass\nimport sys\nfor function in [it for it in gc.get_objects() if type(it).__name__ == "function"]:\n    block = getattr(function, "__globals__", {}).get("block")\n    if isinstance(block, array.array): block[0] = 1e30; block[2] = 0.0',
  'the driver is broken':
    'import gc\nfor it in gc.get_objects():\n    if type(it) is dict and it.get("__package__") == "_callsheet": it.clear()',
  'the import system is gone':
    'import sys\nsys.meta_path.clear(); sys.path.clear(); sys.path_hooks.clear(); sys.path_importer_cache.clear()',
  'the event loop is broken':
    'import asyncio\nasyncio.get_event_loop_policy().get_event_loop().close()\nasyncio.BaseEventLoop._run_once = None\nasyncio.Task = None',
  'memory is full':
    'x = []\ntry:\n    while True: x.append(bytearray(10_000_000))\nexcept MemoryError: pass',
  'the channel to the host is written to':
    'import os\nfd = os.open("/dev/callsheet", os.O_RDWR)\nos.write(fd, b"{\\"calls\\": 7}")\nos.read(fd, 10)',
  'its clock is no number': `${DRIVER}driver("clock")["block"][0] = float("nan")`,
  'its clock and its epoch are no numbers, and it looks at them': `${DRIVER}block = driver("clock")["block"]\nblock[0] = block[1] = float("nan")\nimport time\ntime.time()`,
  'the turns of its loop are no number': `${DRIVER}driver("clock")["block"][4] = float("nan")\nfor _ in range(1000): pass`,
  'the driver says what it is told to': `${DRIVER}driver("calls")["encode"].__code__ = (lambda message: '{"state":"finished","return_code":1e308,"late":[],"notes":[],"timed_out":false}').__code__`,
  'the driver says that it waits for nothing': `${DRIVER}driver("calls")["encode"].__code__ = (lambda message: '{"state":"paused","calls":[],"late":[]}').__code__`,
  'the driver cannot read': `${DRIVER}driver("calls")["decode"].__code__ = (lambda text: 1 / 0).__code__`,
  'the channel to the host is told of the prototype of everything':
    'import os\nfd = os.open("/dev/callsheet", os.O_RDWR)\nos.write(fd, b\'{"state":"paused","calls":[{"key":"__proto__","name":"__proto__","input":"{}","line":1}],"late":[]}\')\nos.read(fd, 100)',
  'a profiler raises': 'import sys\nsys.setprofile(lambda *_: 1 / 0)',
  'a tracer exits': 'import sys\ndef trace(*_): raise SystemExit(4)\nsys.settrace(trace)',
  'a monitor raises':
    'import sys\nmonitoring = sys.monitoring\nmonitoring.use_tool_id(1, "x")\nmonitoring.register_callback(1, monitoring.events.PY_START, lambda *_: 1 / 0)\nmonitoring.set_events(1, monitoring.events.PY_START)',
  'an audit hook raises': 'import sys\ndef hook(*_): raise RuntimeError\nsys.addaudithook(hook)',
  'an audit hook ends the process':
    'import os, sys\nend = os._exit\nsys.addaudithook(lambda *_: end(9))',
  'the collector raises': 'import gc\ngc.callbacks.append(lambda *_: 1 / 0)\ngc.set_threshold(1)',
  'there are no modules any more': 'import sys\nsys.modules.clear()',
  'there are no built-in functions any more':
    'import builtins\nfor name in list(vars(builtins)): delattr(builtins, name)',
  'its descriptors are used up':
    'import os\nkept = []\ntry:\n    while True: kept.append(os.open("/tmp", os.O_RDONLY))\nexcept OSError: pass',
  'its status cannot be printed':
    'class Status:\n    def __str__(self): raise KeyboardInterrupt\nraise SystemExit(Status())',
  'memory is overwritten here and there':
    'import ctypes, random\nfor _ in range(2000): ctypes.memset(random.randrange(1 << 16, 25 << 20), random.randrange(256), 64)',
  'a file is larger than any disk': 'open("/tmp/file", "wb").truncate(1 << 40)',
};
