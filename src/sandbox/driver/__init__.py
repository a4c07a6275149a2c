"""The part of the sandbox that runs inside the interpreter.

It is imported once, when the memory snapshot is built, and lives in the heap of every container since. Only strings
cross between it and the host (`entry.py`), so nothing in the heap ever refers to a JavaScript object and a heap can be
saved, copied and put back freely.

clock       virtual time, shared with the host through linear memory
limits      what bounds a cell
calls       calls of client tools: waiting, reported, answered
loop        the asyncio event loop, which runs on virtual time and can be left while calls wait
channel     the blocking way to the host, for code that cannot be left
tools       the functions the model's code calls
rewrite     makes `asyncio.run` at module level leavable
language    what Python 3.11 cannot parse or does not have
cells       the life of one cell
cell_files  names and line numbers of cells in tracebacks
tracebacks  what an uncaught exception prints
errors      numbers and texts of Linux, from linux_errors
hashing     what can be a key
standard_library  where the standard library seems to be
threads     threads, run to completion where they start
process     what the process looks like: platform, environment
packages    wheels, loaded once
scripts     Python as a process of its own: what the shell's `python3` runs
self_test   what the driver needs of Python's insides
seclusion   takes the bridge to JavaScript away
entry       what the host calls
"""
