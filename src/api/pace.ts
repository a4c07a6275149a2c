import type { MasterClock } from '../transcript/master-clock.ts';
import type { ApiResponse, Handle } from './exchange.ts';

/** Clocks are asked no oftener than that, in milliseconds: a response has thousands of bytes. */
const STEP = 1000;

/** Answers as `handle` does; the chunks of a response that dribbles come evenly until it is due. */
export function atItsPace(handle: Handle, master: MasterClock): Handle {
  return async (request) => paced(await handle(request), master);
}

function paced(response: ApiResponse, master: MasterClock): ApiResponse {
  const { begins, due, body } = response;
  if (begins === undefined || due === undefined) return response;
  const whole = due - begins;
  const pace = async (chunk: number): Promise<void> => {
    const after = whole * Math.min(1, (chunk + 1) / body.length);
    await master.reaches(begins + (after < whole ? STEP * Math.floor(after / STEP) : whole));
  };
  return { ...response, pace };
}
