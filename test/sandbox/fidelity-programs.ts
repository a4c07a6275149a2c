/** Programs of the kind models write, with the answers of the tools they call. Our own; nothing here was recorded. */
export interface Program {
  readonly does: string;
  readonly cells: readonly string[];
  /** What a tool answers; an error is thrown into the program. */
  readonly tools?: Readonly<Record<string, (input: any) => string>>;
}

const SALES = [
  { region: 'north', units: 12, price: 9.5 },
  { region: 'south', units: 7, price: 11 },
  { region: 'north', units: 5, price: 10.25 },
];
const json = JSON.stringify;

export const PROGRAMS: readonly Program[] = [
  {
    does: 'loops over a tool and sums',
    tools: { get_units: ({ sku }) => json({ sku, units: sku.length * 3 }) },
    cells: [
      `import json
total = 0
for sku in ["A1", "B22", "C333"]:
    row = json.loads(await get_units({"sku": sku}))
    print(f"{sku}: {row['units']}")
    total += row["units"]
print("total", total)`,
    ],
  },
  {
    does: 'gathers calls',
    tools: { square: ({ n }) => String(n * n) },
    cells: [
      `import asyncio
results = await asyncio.gather(*[square({"n": n}) for n in range(6)])
print(sum(map(int, results)), results)`,
    ],
  },
  {
    does: 'runs main with asyncio.run',
    tools: { square: ({ n }) => String(n * n) },
    cells: [
      `
import asyncio

async def main():
    values = []
    for n in range(1, 4):
        values.append(int((await square({"n": n})).strip()))
    print(values, max(values))

asyncio.run(main())
`,
    ],
  },
  {
    does: 'keeps state across cells',
    tools: { fetch_sales: () => json(SALES) },
    cells: [
      'import json\nrows = json.loads(await fetch_sales({}))\nprint(len(rows))',
      `from collections import defaultdict
by_region = defaultdict(float)
for row in rows:
    by_region[row["region"]] += row["units"] * row["price"]
print(dict(by_region))`,
      'print(sorted(by_region.items(), key=lambda item: -item[1])[0])',
    ],
  },
  {
    does: 'catches an error in parsing and goes on',
    tools: { lookup: ({ id }) => (id % 2 === 0 ? json({ id }) : 'Error: not found') },
    cells: [
      `import json
found, failed = [], []
for i in range(5):
    try:
        found.append(json.loads(await lookup({"id": i}))["id"])
    except json.JSONDecodeError as error:
        failed.append((i, error.msg, error.pos))
print(found)
print(failed)`,
    ],
  },
  {
    does: 'retries with a growing delay',
    tools: {
      flaky: ({ attempt }) => (attempt < 3 ? json({ error: 'busy' }) : json({ value: 42 })),
    },
    cells: [
      `import asyncio, json
async def fetch():
    for attempt in range(1, 6):
        answer = json.loads(await flaky({"attempt": attempt}))
        if "error" not in answer:
            return attempt, answer["value"]
        await asyncio.sleep(0.01 * 2 ** attempt)
    raise RuntimeError("gave up")
print(await fetch())`,
    ],
  },
  {
    does: 'gives up after retries, uncaught',
    tools: { flaky: () => 'busy' },
    cells: [
      `for attempt in range(3):
    answer = await flaky({"attempt": attempt})
    print(attempt, answer)
raise RuntimeError(f"still {answer} after {attempt + 1} attempts")`,
    ],
  },
  {
    does: 'reads CSV text from a tool',
    tools: { export_csv: () => 'name,score\n"Smith, J.",3\nLi,5\n' },
    cells: [
      `import csv, io, statistics
rows = list(csv.DictReader(io.StringIO(await export_csv({}))))
scores = [int(row["score"]) for row in rows]
print([row["name"] for row in rows], statistics.mean(scores), statistics.pstdev(scores))`,
    ],
  },
  {
    does: 'writes and reads a CSV file',
    cells: [
      `import csv
with open("callsheet-a.csv", "w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["n", "square"])
    writer.writerows([n, n ** 2] for n in range(1, 4))
print(open("callsheet-a.csv").read())`,
      `import os
with open("callsheet-a.csv", newline="") as file:
    print(sum(int(row["square"]) for row in csv.DictReader(file)))
os.remove("callsheet-a.csv")`,
    ],
  },
  {
    does: 'limits how many calls run together',
    tools: { work: ({ n }) => `done ${n}` },
    cells: [
      `import asyncio
limit = asyncio.Semaphore(2)
async def one(n):
    async with limit:
        return await work({"n": n})
print(await asyncio.gather(*(one(n) for n in range(5))))`,
    ],
  },
  {
    does: 'gathers with exceptions returned',
    tools: { divide: ({ a, b }) => String(b === 0 ? 'inf' : a / b) },
    cells: [
      `import asyncio
async def checked(a, b):
    text = await divide({"a": a, "b": b})
    if text == "inf":
        raise ZeroDivisionError(f"{a} / {b}")
    return float(text)
for result in await asyncio.gather(checked(6, 3), checked(1, 0), return_exceptions=True):
    print(type(result).__name__, result)`,
    ],
  },
  {
    does: 'pages through a list',
    tools: {
      list_page: ({ cursor = 0 }) =>
        json({ items: [cursor, cursor + 1], next: cursor < 4 ? cursor + 2 : null }),
    },
    cells: [
      `import json
items, cursor = [], 0
while cursor is not None:
    page = json.loads(await list_page({"cursor": cursor}))
    items += page["items"]
    cursor = page["next"]
print(items)`,
    ],
  },
  {
    does: 'defines classes and uses them later',
    cells: [
      `from dataclasses import dataclass, field
@dataclass(order=True)
class Task:
    priority: int
    name: str = field(compare=False)
tasks = [Task(3, "c"), Task(1, "a"), Task(2, "b")]`,
      'import heapq\nheapq.heapify(tasks)\nprint([heapq.heappop(tasks).name for _ in range(3)], Task(1, "x"))',
    ],
  },
  {
    does: 'misses a key',
    tools: { profile: () => json({ user: { name: 'Ada' } }) },
    cells: [
      `import json
data = json.loads(await profile({}))
print(data["user"]["name"])
print(data["user"]["email"])`,
      'print("still here:", data["user"])',
    ],
  },
  {
    does: 'slices a dict by mistake',
    cells: ['data = {"a": 1}\nprint(data[:1])'],
  },
  {
    does: 'calls a method that is not there',
    tools: { fetch: () => 'text' },
    cells: ['result = await fetch({})\nprint(result.items())'],
  },
  {
    does: 'uses regular expressions, dates and formats',
    cells: [
      `import re
from datetime import date, timedelta
text = "due 2024-02-28, then 2024-03-01"
days = [date.fromisoformat(day) for day in re.findall(r"\\d{4}-\\d\\d-\\d\\d", text)]
print((days[1] - days[0]).days, (days[0] + timedelta(days=1)).strftime("%a %d %b %Y"))
print(f"{1234567.891:,.2f} {0.1234:.1%} {'x':>5}|{42:08b}")`,
    ],
  },
  {
    does: 'prints a table with unicode',
    cells: [
      `rows = [("Zürich", 1.5), ("東京", 22.25), ("São Paulo", 300)]
for name, value in rows:
    print(f"{name:<12}|{value:>8.2f} {'✓' if value > 2 else '✗'}")
print("=" * 22)`,
    ],
  },
  {
    does: 'times out a wait on its own',
    cells: [
      `import asyncio
async def slow():
    await asyncio.sleep(5)
try:
    await asyncio.wait_for(slow(), 0.02)
except asyncio.TimeoutError as error:
    print("timed out", repr(error))`,
    ],
  },
  {
    does: 'exits early with a status',
    tools: { check: () => 'no' },
    cells: [
      'import sys\nif (await check({})) != "yes":\n    print("stopping")\n    sys.exit(3)\nprint("not reached")',
    ],
  },
  {
    does: 'sorts, groups and dumps JSON',
    tools: { fetch_sales: () => json(SALES) },
    cells: [
      `import json
from itertools import groupby
rows = sorted(json.loads(await fetch_sales({})), key=lambda row: row["region"])
summary = {region: sum(row["units"] for row in group) for region, group in groupby(rows, key=lambda row: row["region"])}
print(json.dumps({"summary": summary, "n": len(rows), "ok": True, "none": None}, indent=2))`,
    ],
  },
  {
    does: 'raises one error from another',
    cells: [
      `def load(text):
    try:
        return int(text)
    except ValueError as error:
        raise RuntimeError(f"bad input {text!r}") from error
print(load("12"))
load("x")`,
    ],
  },
  {
    does: 'shares a queue between tasks',
    tools: { fetch: ({ n }) => String(n * 10) },
    cells: [
      `import asyncio
queue = asyncio.Queue()
async def produce():
    for n in range(3):
        await queue.put(await fetch({"n": n}))
    await queue.put(None)
async def consume():
    seen = []
    while (item := await queue.get()) is not None:
        seen.append(int(item))
    return seen
_, seen = await asyncio.gather(produce(), consume())
print(seen)`,
    ],
  },
  {
    does: 'has a syntax error',
    cells: ['rows = [1, 2\nprint(rows)'],
  },
];
