/** Standard modules that are imported once and for all, so that cells import them in no time. */
export const PRELOADED =
  `argparse ast asyncio base64 bisect collections concurrent.futures contextlib copy csv ctypes dataclasses datetime
  decimal difflib enum fractions functools glob gzip hashlib heapq html inspect io itertools json logging math operator
  os pathlib platform pprint queue random re secrets shutil sqlite3 statistics string struct subprocess sys tempfile
  textwrap threading time traceback typing urllib.parse uuid warnings zipfile`.split(/\s+/);

/** The driver's modules as text, by module name. */
export type DriverSources = Readonly<Record<string, string>>;
