import { call } from '../../scenario/expectations.ts';
import type { CallData } from '../../scenario/data/call-data.ts';
import type { ClaudeScript } from '../../scenario/claude-script.ts';
import { scenario, type ScenarioOptions } from '../../scenario/scenario.ts';
import type { ProbeConversation } from '../conversation.ts';

const country = { type: 'string', description: 'Code of a country, two letters.' };
const region = { type: 'string', description: 'Name of a sales region.' };
const week = { type: 'integer', description: 'Number of a week, from 1.' };

/** The tools of most conversations. */
export const tools = {
  fetch_currency: {
    description: 'Says in which currency a country pays. Returns its code.',
    input_schema: { type: 'object', properties: { country }, required: ['country'] },
    answers: [
      { with: { country: 'DE' }, returns: 'EUR' },
      { with: { country: 'DK' }, returns: 'DKK' },
    ],
  },
  fetch_sales: {
    description: 'Fetches the sales of a region. Returns a JSON array of units, one number a day.',
    input_schema: { type: 'object', properties: { region, week }, required: ['region', 'week'] },
    answers: [
      { with: { region: 'north', week: 1 }, returns: [3, 4] },
      { with: { region: 'south', week: 1 }, returns: [5] },
      { with: { region: 'west', week: 1 }, returns: [1, 2] },
      { with: { region: 'south', week: 2 }, returns: [9] },
      { with: { region: 'east', week: 1 }, throws: 'No such region.' },
    ],
  },
} satisfies ScenarioOptions['tools'];

export function currency(country: string): CallData {
  return call('fetch_currency', { country });
}

export function sales(region: string, week = 1): CallData {
  return call('fetch_sales', { region, week });
}

/** A conversation with these tools, of which exactly these calls are expected. */
export function conversation(
  name: string,
  calls: readonly CallData[],
  write: (claude: ClaudeScript) => void,
  options: Omit<ScenarioOptions, 'expect'> = {},
): ProbeConversation {
  return { scenario: scenario(name, write, { tools, ...options, expect: { calls } }) };
}
