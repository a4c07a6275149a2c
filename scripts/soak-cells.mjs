// The cells of soak-sandbox.mjs.

/** Leave an interpreter as badly off as a cell can. */
export const NASTY = [
  'import builtins, sys\nbuiltins.leak = 1; x = [0] * 100000; builtins.print = lambda *a: None; builtins.len = None\nsys.path[:] = ["/evil"]; sys.path_hooks.clear(); sys.meta_path.clear()',
  'import os\nos.makedirs("/tmp/a/b/c"); g = [open(f"/tmp/f{n}", "w") for n in range(50)]\nopen("/tmp/a/b/c/f", "w").write("data" * 1000); os.environ.clear(); os.umask(0o777); os.chdir("/")',
  'import json, random, time, math, sys\njson.dumps = None; random.random = lambda: 4; time.time = lambda: 0; math.pi = 3; del random.Random\nsys.modules["json"] = None; sys.modules["evil"] = object()',
  'import asyncio\nasync def call(): await f({"n": 1})\nall_ = [asyncio.create_task(call()) for _ in range(5)]\nasync def wait():\n    try: await asyncio.sleep(1000)\n    finally: print("end")\nlast = asyncio.create_task(wait())\nawait asyncio.sleep(0.1)',
  'import signal, atexit, warnings, gc, sys, decimal\nsignal.signal(signal.SIGINT, signal.SIG_IGN); atexit.register(lambda: 1 / 0); warnings.simplefilter("error"); gc.disable()\nsys.setrecursionlimit(90); decimal.getcontext().prec = 3; sys.settrace(lambda *a: None); sys.excepthook = None; sys.stdout = open("/tmp/captured", "w"); print("lost")\nclass Evil:\n    def __del__(self): print("del")\nevil = [Evil() for _ in range(100)]; evil.append(evil)',
  'import os\nos.close(1); os.close(2); os.close(0)',
  'import os\nos.dup2(os.open("/tmp/z", os.O_CREAT | os.O_WRONLY), 1); print("x"); os.rename("/tmp", "/tmp2")',
  'x = bytearray(60 << 20)\nx[::4096] = b"z" * len(x[::4096])',
  'import ctypes\ncallback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda a: a + 1)\nprint(callback(4))\nctypes.memset(ctypes.addressof(ctypes.create_string_buffer(10)), 0, 10)',
  'import os, shutil\nfor folder in ("/root", "/home"): shutil.rmtree(folder, ignore_errors=True)\nos.makedirs("/root/x", exist_ok=True); os.symlink("/root", "/link"); os.chmod("/tmp", 0)',
  'import os\nos._exit(3)',
  'import ctypes\nctypes.string_at(0xfffffff0)',
  'import sys\nsys.setrecursionlimit(10**9)\nclass A:\n    def __getattr__(self, name): return getattr(self, name + "x")\nA().b',
  'import os\nos.abort()',
  'while True:\n    try:\n        while True: pass\n    except BaseException: pass',
  'import sqlite3\nc = sqlite3.connect("/tmp/t.db"); c.execute("create table q (a)"); c.executemany("insert into q values (?)", [(n,) for n in range(10000)]); c.commit()',
  'import sys\nsys.stdout.close(); sys.stderr = None; sys.stdin = None',
  'import re, ast, xml.dom.minidom, http.client, unittest, pickle, zipfile, tarfile, email, html.parser, importlib\nimportlib.reload(re)',
  'import asyncio\ndef wait(): return asyncio.run(f({"n": 1}))\nwait(); raise ExceptionGroup("g", [ValueError()])',
  'import ctypes\nctypes.memset(1024, 0xee, 20_000_000)',
];

/** Looks at everything those cells may have touched. */
export const PROBE = `
import asyncio, atexit, builtins, decimal, gc, json, locale, math, os, random, re, signal, sys, threading, time, uuid, warnings
print(hasattr(builtins, "leak"), "x" in globals(), sorted(globals()), len(sys.modules), sys.path, len(sys.meta_path), len(sys.path_hooks))
print(os.getcwd(), sorted(os.listdir("/")), os.listdir("/tmp"), os.listdir("/root"), os.listdir("/home"), dict(os.environ), oct(os.umask(0o22)))
print(json.dumps({"a": 1}), random.random(), os.urandom(4).hex(), uuid.uuid4(), time.time(), time.monotonic(), math.pi, re.sub("a", "b", "a"))
print(len(warnings.filters), signal.getsignal(signal.SIGINT).__name__, threading.active_count(), decimal.getcontext().prec, gc.isenabled())
print(sys.getrecursionlimit(), sys.gettrace(), sys.excepthook.__name__, type(sys.stdout).__name__, type(sys.stdin).__name__, id(object()), len(gc.get_objects()))
print(os.stat("/tmp").st_ino, os.stat("/tmp").st_mode, [fd for fd in range(64) if fd > 2 and os.path.exists(f"/dev/fd/{fd}")])
print(await f({"probe": 1}), len(asyncio.all_tasks()))`;

export const FORKED = `
import asyncio, os, random, sqlite3
rows = list(range(5000))
log = open("/tmp/log", "w+")
log.write("one ")
log.flush()
nameless = open("/tmp/gone", "w+")
os.remove("/tmp/gone")
database = sqlite3.connect("/tmp/t.db")
database.execute("create table t (n)")
background = asyncio.create_task(f({"background": 1}))
await asyncio.sleep(0)`;

/** What a container is in the middle of when it is forked. */
export const PENDING = {
  nothing: 'x = 1',
  'a waiting call': 'print("before")\nprint(await f({"n": 1}), await f({"n": 2}) if False else "")',
  'a call that blocks':
    'import asyncio\nprint("before")\ndef ask(): return asyncio.run(f({"n": 1}))\nprint(ask(), random.random())',
  'calls in a group':
    'async with asyncio.TaskGroup() as group:\n    tasks = [group.create_task(f({"n": n})) for n in range(5)]\nprint([it.result() for it in tasks])',
};

/** Everything random, timed or ordered that a cell can print. */
export const DETERMINISTIC = [
  `
import asyncio, datetime, os, random, secrets, sqlite3, tempfile, time, uuid
print(random.random(), random.sample(range(100), 5), secrets.token_hex(8), os.urandom(8).hex())
print(uuid.uuid4(), uuid.uuid1(), open("/dev/urandom", "rb").read(8).hex())
print(sqlite3.connect(":memory:").execute("select random(), datetime('now'), datetime('now', 'localtime')").fetchone())
print(time.time(), time.monotonic(), time.perf_counter(), time.process_time(), datetime.datetime.now(), time.tzname)`,
  `
print({"a", "b", "c", "d"}, frozenset("hello"), hash("x"))
print(f"id={id(object())}", object(), lambda: 0)
print(tempfile.mkstemp()[1], os.stat("/tmp").st_ino, os.stat("/tmp").st_mtime, os.getpid(), os.listdir("/tmp"))
async def wait(n):
    await asyncio.sleep(n * 7 % 5 / 10)
    return n
print([await task for task in asyncio.as_completed([wait(n) for n in range(5)])])`,
  'import locale\nprint(locale.getlocale(), datetime.datetime.now().astimezone().isoformat(), time.strftime("%c %Z"), "ß".upper(), sorted("äbc"))',
  'import asyncio\ndef ask(): return asyncio.run(f({"n": 1}))\nprint(ask(), random.random())',
  'while True: pass',
  'for _ in range(1_000_000): pass\nprint(time.monotonic(), await f({"t": time.time()}))',
  'x = []\ntry:\n    while True: x.append(bytearray(1_000_000))\nexcept MemoryError: print(len(x)); x.clear()',
];
