"""The part of the sandbox that runs inside the interpreter.

It is imported once, when the memory snapshot is built, and lives in the heap of every container since. Only strings
cross between it and the host (`entry.py`), so nothing in the heap ever refers to a JavaScript object and a heap can be
saved, copied and put back freely.

clock       virtual time, shared with the host through linear memory
calls       calls of client tools: waiting, reported, answered
loop        the asyncio event loop, which runs on virtual time and can be left while calls wait
channel     the blocking way to the host, for code that cannot be left
tools       the functions the model's code calls
rewrite     makes `asyncio.run` at module level leavable
cells       the life of one cell
cell_files  names and line numbers of cells in tracebacks
tracebacks  what an uncaught exception prints
threads     threads, run to completion where they start
process     what the process looks like: platform, environment
seclusion   takes the bridge to JavaScript away
entry       what the host calls
"""
