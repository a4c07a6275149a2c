"""Calls of client tools: made by the code, reported to the host, answered by the client."""

from heapq import heappop
from json import JSONDecoder, JSONEncoder

from . import clock, limits

# Private copies: a cell may break the json module.
encode = JSONEncoder(allow_nan=False).encode
decode = JSONDecoder().decode


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

    def __init__(self, answers, at, expiry):
        self.answers = answers
        self.at = at
        # When the calls will have waited too long without an answer.
        self.expiry = expiry


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
    _arrival = Arrival(answers, at, clock.now() + limits.call_time * clock.MILLISECOND)


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
    """Moves the clock to whatever comes first: the next timer of `loop`, or the answers, which are then delivered."""
    timer = next_timer(loop)
    if timer is not None and timer * clock.SECOND <= min(_arrival.at, _arrival.expiry):
        clock.wait(clock.milliseconds_up(timer - loop.time()))
        return
    arrival = _arrival
    then = min(arrival.at, arrival.expiry)
    if then > clock.now():
        clock.wait(then - clock.now())
    forget_arrival()
    if arrival.at > arrival.expiry:
        _expire(arrival)
        return
    for answer in arrival.answers:
        call = waiting.pop(answer['key'], None)
        if call is None or call.future.done() or call.future.get_loop().is_closed():
            continue
        if answer['raise']:
            call.future.set_exception(RuntimeError(answer['content']))
        else:
            call.future.set_result(answer['content'])


def _expire(arrival):
    """All calls that wait fail together; the answers are too late for them."""
    names = [call.name for call in waiting.values()]
    text = f'Calling tool {names} timed out (no response after {limits.call_time / 1000:g}s).'
    for answer in arrival.answers:
        call = waiting.pop(answer['key'], None)
        if call is None or call.future.done() or call.future.get_loop().is_closed():
            continue
        _late.append(call.key)
        call.future.set_exception(CallTimeout(text))


def next_timer(loop):
    """When the next timer of `loop` is due, in the loop's seconds. Drops cancelled ones, as the loop itself would."""
    scheduled = loop._scheduled
    while scheduled and scheduled[0]._cancelled:
        loop._timer_cancelled_count -= 1
        heappop(scheduled)._scheduled = False
    return scheduled[0]._when if scheduled else None
