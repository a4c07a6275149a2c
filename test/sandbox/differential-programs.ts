/** Programs that print the same on every Python: run here and by the native interpreter. None calls a tool. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  'tasks end in the order of their delays': `
import asyncio
log = []
async def work(n, delay):
    log.append(f"start {n}")
    await asyncio.sleep(delay)
    log.append(f"end {n}")
async def main():
    await asyncio.gather(*(work(n, (4 - n) * 0.02) for n in range(4)))
asyncio.run(main())
print(log)`,
  'a cancelled task cleans up': `
import asyncio
async def work():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        print("cancelled")
        raise
    finally:
        print("cleaned up")
async def main():
    task = asyncio.create_task(work())
    await asyncio.sleep(0.01)
    print(task.cancel("enough"))
    try:
        await task
    except asyncio.CancelledError as error:
        print("seen", error.args)
    print(task.cancelled(), task.done())
asyncio.run(main())`,
  'a queue blocks its producer': `
import asyncio
async def produce(queue, log):
    for n in range(5):
        await queue.put(n)
        log.append(("put", n))
    await queue.put(None)
async def consume(queue, log):
    while (n := await queue.get()) is not None:
        log.append(("got", n))
        queue.task_done()
async def main():
    queue, log = asyncio.Queue(2), []
    await asyncio.gather(produce(queue, log), consume(queue, log))
    print(log, queue.qsize())
asyncio.run(main())`,
  'asyncio.run cancels what is left over': `
import asyncio
async def left():
    try:
        await asyncio.sleep(100)
    finally:
        print("left over, cancelled")
async def main():
    task = asyncio.create_task(left())
    await asyncio.sleep(0)
    return 5
print(asyncio.run(main()))`,
  'an async generator is closed': `
import asyncio
async def numbers():
    try:
        for n in range(9):
            yield n
            await asyncio.sleep(0)
    finally:
        print("closed")
async def main():
    async for n in numbers():
        if n == 3:
            break
    print("after")
asyncio.run(main())
print("end")`,
  'wait returns when asked': `
import asyncio
async def work(n):
    await asyncio.sleep(n * 0.02)
    return n
async def main():
    tasks = [asyncio.create_task(work(n)) for n in range(4)]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    print(len(done), len(pending))
    done, pending = await asyncio.wait(tasks, timeout=0.05)
    print(sorted(task.result() for task in done), len(pending))
    for task in pending:
        task.cancel()
    print(await asyncio.gather(*tasks, return_exceptions=True))
asyncio.run(main())`,
  'shield keeps a task': `
import asyncio
async def work():
    await asyncio.sleep(0.05)
    print("done")
    return 1
async def main():
    task = asyncio.create_task(work())
    try:
        await asyncio.wait_for(asyncio.shield(task), 0.01)
    except TimeoutError:
        print("gave up")
    print(await task)
asyncio.run(main())`,
  'events, conditions and barriers wake in order': `
import asyncio
async def main():
    event, condition, barrier, log = asyncio.Event(), asyncio.Condition(), asyncio.Barrier(3), []
    async def on_event(n):
        await event.wait()
        log.append(f"event {n}")
    async def on_condition(n):
        async with condition:
            await condition.wait()
            log.append(f"condition {n}")
    async def on_barrier(n):
        await barrier.wait()
        log.append(f"barrier {n}")
    tasks = [asyncio.create_task(kind(n)) for kind in (on_event, on_condition, on_barrier) for n in range(3)]
    await asyncio.sleep(0.01)
    event.set()
    async with condition:
        condition.notify_all()
    await asyncio.gather(*tasks)
    print(log)
asyncio.run(main())`,
  'an exception nobody asked for is reported': `
import asyncio, gc
async def bad():
    raise ValueError("x")
async def main():
    task = asyncio.create_task(bad())
    await asyncio.sleep(0.01)
    del task
asyncio.run(main())
gc.collect()
print("end")`,
  'asyncio.run inside a loop is refused': `
import asyncio
async def main():
    inner = asyncio.sleep(0)
    try:
        asyncio.run(inner)
    except RuntimeError as error:
        print(error)
    inner.close()
asyncio.run(main())`,
  'a task group cancels the rest': `
import asyncio
# One event for both: two sleeps of the same length may end in different turns of a native loop under load.
async def good(n):
    await asyncio.sleep(10)
    return n
async def bad(gate):
    await gate.wait()
    raise KeyError("k")
async def main():
    gate = asyncio.Event()
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(good(1))
            group.create_task(bad(gate))
            group.create_task(bad(gate))
            await asyncio.sleep(0.01)
            gate.set()
    except* KeyError as caught:
        print(caught.exceptions, task.cancelled())
asyncio.run(main())`,
  'context variables belong to tasks': `
import asyncio, contextvars
variable = contextvars.ContextVar("variable", default=0)
async def work(n):
    variable.set(n)
    await asyncio.sleep(0.01)
    return variable.get()
async def main():
    print(await asyncio.gather(*(work(n) for n in range(3))), variable.get())
asyncio.run(main())`,
  'callbacks run in order': `
import asyncio
async def main():
    loop, log = asyncio.get_running_loop(), []
    loop.call_soon(log.append, 1)
    loop.call_later(0.02, log.append, 3)
    loop.call_soon_threadsafe(log.append, 2)
    loop.call_later(0.01, log.append, 9).cancel()
    result = await loop.run_in_executor(None, sum, [1, 2])
    await asyncio.sleep(0.03)
    print(log, result)
asyncio.run(main())`,
  'a connection is refused': `
import asyncio
async def main():
    try:
        await asyncio.open_connection("127.0.0.1", 1)
    except OSError:
        print("no connection")
asyncio.run(main())`,
  'timeouts nest': `
import asyncio
async def main():
    try:
        async with asyncio.timeout(0.05) as outer:
            try:
                async with asyncio.timeout(0.01):
                    await asyncio.sleep(1)
            except TimeoutError:
                print("inner")
            await asyncio.sleep(1)
    except TimeoutError:
        print("outer", outer.expired())
asyncio.run(main())`,
  'a runner keeps its loop': `
import asyncio
async def work(n):
    await asyncio.sleep(0.001)
    return n
with asyncio.Runner() as runner:
    print(runner.run(work(1)), runner.run(work(2)))
loop = asyncio.new_event_loop()
print(loop.run_until_complete(work(3)))
loop.close()
try:
    loop.run_until_complete(work(4))
except RuntimeError as error:
    print(error)`,
  'sys.exit leaves asyncio': `
import asyncio, sys
async def main():
    try:
        sys.exit(4)
    finally:
        print("finally")
asyncio.run(main())`,
  'futures call back once set': `
import asyncio
async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    future.add_done_callback(lambda it: print("callback", it.result()))
    loop.call_later(0.01, future.set_result, 7)
    print("awaited", await future)
    try:
        future.set_result(8)
    except asyncio.InvalidStateError as error:
        print(type(error).__name__)
asyncio.run(main())`,
  'an uncaught error in asyncio ends with its last line': `
import asyncio
async def main():
    await asyncio.sleep(0.01)
    raise LookupError("lost")
asyncio.run(main())`,
  'an exception group that nobody caught': `
raise ExceptionGroup("two", [ValueError(1), ExceptionGroup("one", [TypeError("t")])])`,
  'chained errors with notes': `
try:
    try:
        int("x")
    except ValueError as error:
        error.add_note("a note")
        raise
except ValueError as error:
    raise RuntimeError("outer") from error`,
  'as_completed yields the fastest first': `
import asyncio
async def work(n):
    await asyncio.sleep(0.05 - n * 0.01)
    return n
async def main():
    for it in asyncio.as_completed([work(n) for n in range(4)], timeout=1):
        print(await it)
asyncio.run(main())`,
  'threads share a list and a lock': `
import threading, queue
box, lock = queue.Queue(), threading.Lock()
def work(n):
    with lock:
        box.put(n * n)
threads = [threading.Thread(target=work, args=(n,)) for n in range(5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(box.get() for _ in range(5)), threading.active_count())`,
  'carets under operators and subscripts': `
import traceback
def show(action):
    try:
        action()
    except Exception:
        print(*traceback.format_exc().splitlines()[3:], sep="\\n")
row = {"a": [1, 2]}
show(lambda: row["a"][9] + 1)
show(lambda: (1 + len(row)) / (len(row) - 1))
show(lambda: row["b"])
show(lambda: int("é" + "x"))
show(lambda: row.missing)
show(lambda: (1,
    row.missing))`,
  'text, bytes and numbers': `
import decimal, fractions, json, math, re, textwrap
print(f"{3.14159:.2f} {1e300 * 10} {10**20:,} {0.1 + 0.2!r} {-7 // 2} {round(2.5)}")
print(json.dumps({"b": [1, 2.5, None, True], "a": "é"}, ensure_ascii=False, indent=1))
print(decimal.Decimal(1) / 7, fractions.Fraction(3, 9), math.isclose(0.3, 0.1 + 0.2))
print(re.sub(r"(\\w+) (\\w+)", r"\\2 \\1", "hello world"), textwrap.shorten("a b c d e", 7))
print("é".encode(), b"\\xff".decode(errors="replace"), sorted({"b", "a", "C"}, key=str.lower))`,
  'dates and collections': `
import collections, datetime, itertools, statistics
day = datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.timezone.utc)
print(day.isoformat(), (day + datetime.timedelta(days=366)).date(), day.strftime("%A %d %B %j"))
print(collections.Counter("mississippi").most_common(2), list(itertools.pairwise("abc")))
print(statistics.mean([1, 2, 4]), statistics.stdev([1, 2, 4]), collections.namedtuple("P", "x y")(1, 2))`,
  files: `
import csv, io, os, pathlib, tempfile
folder = pathlib.Path(tempfile.mkdtemp())
(folder / "a.csv").write_text("x,y\\n1,2\\n")
with open(folder / "a.csv", newline="") as file:
    print(list(csv.DictReader(file)), file.tell())
for action in (lambda: open(folder / "none"), lambda: os.mkdir(folder), lambda: os.rmdir(folder), lambda: open(folder)):
    try:
        action()
    except OSError as error:
        print(type(error).__name__, error.errno, error.strerror)
print(sorted(os.listdir(folder)), (folder / "a.csv").stat().st_size)`,
};
