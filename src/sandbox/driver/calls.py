"""Calls of client tools: made by the code, reported to the host, answered by the client."""

from heapq import heappop
from json import JSONDecoder, JSONEncoder
from json.encoder import c_make_encoder, encode_basestring_ascii

from . import clock, limits

# Private copies: a cell may break the json module.
_encode_input = JSONEncoder(allow_nan=False).encode
_encode = c_make_encoder(None, None, encode_basestring_ascii, None, ': ', ', ', False, False, False)
_decode = JSONDecoder().scan_once


def encode(message):
    """The same as JSONEncoder().encode, without making an encoder for each message."""
    return ''.join(_encode(message, 0))


def decode(text):
    return _decode(text, 0)[0]


# How deep arguments may be nested: what the encoder of Python 3.11 can do, within its own recursion limit.
_MAX_DEPTH = 990


def encode_input(input):
    text = _encode_input(input)
    if text.count('{') + text.count('[') > _MAX_DEPTH and _depth(input) > _MAX_DEPTH:
        raise RecursionError('maximum recursion depth exceeded while encoding a JSON object')
    return text


def _depth(value):
    depth, level = 0, [value]
    while level := [item for it in level if isinstance(it, (dict, list, tuple)) for item in _items(it)]:
        depth += 1
    return depth


def _items(container):
    return container.values() if isinstance(container, dict) else container


class Call:
    __slots__ = ('key', 'name', 'input', 'line', 'future')

    def __init__(self, key, name, input, line, future):
        self.key = key
        self.name = name
        self.input = input
        self.line = line
        self.future = future

    def report(self):
        return {'key': self.key, 'name': self.name, 'input': self.input, 'line': self.line}


class Arrival:
    """Answers on their way: they reach the code when the clock gets to `at`."""

    __slots__ = ('answers', 'at', 'expiry')

    def __init__(self, answers, at):
        self.answers = answers
        self.at = at
        # When the calls will have waited too long without an answer: known once the code waits for nothing else.
        self.expiry = None


class CallTimeout(TimeoutError):
    """Nobody answered in time. Looks like any other TimeoutError."""


CallTimeout.__module__ = 'builtins'
CallTimeout.__name__ = CallTimeout.__qualname__ = 'TimeoutError'


waiting = {}
_unreported = []
_late = []
_arrival = None
_count = 0


def make(name, input, line, future):
    global _count
    _count += 1
    call = Call(f'call_{_count}', name, input, line, future)
    waiting[call.key] = call
    _unreported.append(call)
    # A call given up (wait_for, cancel) is no longer waited for, whatever the client answers.
    future.add_done_callback(lambda _: waiting.pop(call.key, None))


def any_waiting():
    for call in list(waiting.values()):
        # Its loop was closed with the call still open: nobody can receive the answer.
        if call.future.get_loop().is_closed():
            del waiting[call.key]
    return bool(waiting)


def take_unreported():
    reports = [call.report() for call in _unreported if call.key in waiting]
    _unreported.clear()
    return reports


def arrive(answers, at):
    global _arrival
    _arrival = Arrival(answers, at)


def arriving():
    return _arrival is not None


def forget_arrival():
    global _arrival
    _arrival = None


def give_up():
    """The cell ends. Calls the client was told of and whose answers never reached the code will not be answered."""
    if _arrival is None:
        return
    keys = [answer['key'] for answer in _arrival.answers]
    forget_arrival()
    for key in keys:
        call = waiting.pop(key, None)
        if call is not None and not call.future.get_loop().is_closed():
            _late.append(key)
            call.future.cancel()


def abandon():
    """Cancels the calls that the client was told of."""
    for call in [call for call in waiting.values() if call not in _unreported]:
        waiting.pop(call.key, None)
        if not call.future.get_loop().is_closed():
            call.future.cancel()


def take_late():
    late = list(_late)
    _late.clear()
    return late


def pass_time(loop):
    """Moves the clock to whatever comes first: the next timer of `loop`, the end of the calls' time, or the answers."""
    arrival = _arrival
    if arrival.expiry is None:
        arrival.expiry = clock.now() + limits.call_time * clock.MILLISECOND
    then = min(arrival.at, arrival.expiry)
    timer = next_timer(loop)
    if timer is not None and timer * clock.SECOND <= then:
        clock.wait(clock.milliseconds_up(timer - loop.time()))
        return
    if then > clock.now():
        clock.wait(then - clock.now())
    if arrival.at > arrival.expiry:
        _expire(arrival)
    else:
        forget_arrival()
        _deliver(arrival)


def _deliver(arrival):
    for answer in arrival.answers:
        call = waiting.pop(answer['key'], None)
        if call is None or call.future.done() or call.future.get_loop().is_closed():
            continue
        if answer['raise']:
            call.future.set_exception(RuntimeError(answer['content']))
        else:
            call.future.set_result(answer['content'])


def _expire(arrival):
    """All calls that wait fail together. The answers are too late for them, and dropped when they come.

    What the code calls from now on has its own time to wait, and may use it up before the client comes and hears of it.
    """
    text = f'Calling tool {[call.name for call in waiting.values()]} timed out (no response after {limits.call_time / 1000:g}s).'
    _late.extend(answer['key'] for answer in arrival.answers if answer['key'] in waiting)
    arrival.answers = []
    arrival.expiry = None
    for call in list(waiting.values()):
        waiting.pop(call.key, None)
        if not call.future.done() and not call.future.get_loop().is_closed():
            call.future.set_exception(CallTimeout(text))


def next_timer(loop):
    """When the next timer of `loop` is due, in the loop's seconds. Drops cancelled ones, as the loop itself would."""
    scheduled = loop._scheduled
    while scheduled and scheduled[0]._cancelled:
        loop._timer_cancelled_count -= 1
        heappop(scheduled)._scheduled = False
    return scheduled[0]._when if scheduled else None
