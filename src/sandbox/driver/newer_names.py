"""Names of the standard library that Python 3.11 does not have, by the version that brought them."""

_3_12 = '''
    asyncio.eager_task_factory asyncio.create_eager_task_factory asyncio.EventLoop calendar.Month calendar.Day
    collections.abc.Buffer csv.QUOTE_STRINGS csv.QUOTE_NOTNULL inspect.BufferFlags inspect.markcoroutinefunction
    inspect.getasyncgenstate inspect.getasyncgenlocals itertools.batched logging.getHandlerByName
    logging.getHandlerNames math.sumprod os.path.isjunction os.path.splitroot pathlib.Path.walk
    random.binomialvariate sqlite3.LEGACY_TRANSACTION_CONTROL sys.monitoring sys.activate_stack_trampoline
    threading.setprofile_all_threads threading.settrace_all_threads types.get_original_bases typing.override
    typing.TypeAliasType
'''
_3_13 = '''
    ast.compare asyncio.QueueShutDown base64.z85encode base64.z85decode builtins.PythonFinalizationError
    configparser.UNNAMED_SECTION copy.replace dbm.sqlite3 enum.EnumDict glob.translate math.fma
    mimetypes.guess_file_type os.process_cpu_count os.path.isreserved pathlib.UnsupportedOperation
    queue.ShutDown re.PatternError statistics.kde statistics.kde_random types.CapsuleType typing.NoDefault
    typing.ReadOnly typing.TypeIs typing.get_protocol_members typing.is_protocol warnings.deprecated
'''
_3_14 = '''
    annotationlib compression concurrent.interpreters concurrent.futures.InterpreterPoolExecutor string.templatelib
    asyncio.capture_call_graph asyncio.format_call_graph asyncio.print_call_graph ctypes.memoryview_at
    decimal.IEEEContext functools.Placeholder heapq.heapify_max heapq.heappop_max heapq.heappush_max
    heapq.heappushpop_max heapq.heapreplace_max io.Reader io.Writer operator.is_none operator.is_not_none
    os.readinto os.reload_environ pathlib.types typing.evaluate_forward_ref uuid.uuid6 uuid.uuid7 uuid.uuid8
    uuid.NIL uuid.MAX zipfile.ZIP_ZSTANDARD
'''

SINCE = {
    name: version
    for version, names in (('3.12', _3_12), ('3.13', _3_13), ('3.14', _3_14))
    for name in names.split()
}
