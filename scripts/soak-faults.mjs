/** What goes wrong in the conversations of soak-server.mjs: each kind is a fake of its own. */

const on = (...faults) => ({ faults });

/** `recovers`: a correct agent ends all the same, and Claude's last words come. */
export const KINDS = {
  nothing: { schedule: {}, recovers: true },
  'slow tools': { schedule: on({ on: 'call', takes: 20_000 }), recovers: true },
  'an answer too late': { schedule: on({ on: 'call', nth: 2, takes: 300_000 }), recovers: true },
  'a cell out of time': {
    schedule: on({ on: 'cell', nth: 1, ends: 'execution_time_exceeded' }),
    recovers: true,
  },
  'a cell that is killed': { schedule: on({ on: 'cell', nth: 2, ends: 'killed' }), recovers: true },
  'errors of the service': {
    schedule: on(
      { on: 'request', nth: 1, error: 'overloaded_error' },
      { on: 'request', nth: 3, error: 'api_error', retry_after: 1000 },
    ),
    recovers: true,
  },
  'lost responses': {
    schedule: on(
      { on: 'request', nth: 2, response: 'lost' },
      { on: 'request', nth: 4, response: 'lost' },
    ),
    recovers: true,
  },
  'a response cut off': {
    schedule: on({ on: 'request', nth: 2, response: 'cut' }),
    recovers: false,
  },
  'a broken event': {
    schedule: on({ on: 'request', nth: 2, response: 'malformed' }),
    recovers: false,
  },
  'a byte at a time': { schedule: on({ on: 'request', response: 'dribbled' }), recovers: true },
  'a container that expires': {
    schedule: on({ on: 'request', nth: 3, container: 'expired' }),
    recovers: false,
  },
  'requests that come twice': {
    schedule: on({ on: 'request', delivered: 'twice' }),
    recovers: true,
  },
  'paused turns': { schedule: on({ on: 'step', nth: 2, pauses: true }), recovers: true },
};
