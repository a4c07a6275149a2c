import { MessageRequest } from '../../protocol/request.ts';
import { isJsonObject, isWireError } from '../../protocol/wire-message.ts';
import type { RecordedRequest } from '../exchange.ts';
import type { AskFake } from './check-error.ts';
import type { Disagreement } from './disagreement.ts';

/** Fields that name things of which a fake knows nothing: it may refuse what the API accepted. */
const FOREIGN = new Set(['container', 'file_id', 'skill_id', 'previous_message_id']);

/** The API accepted the request: so must our schema and, when it names nothing that exists elsewhere only, the fake. */
export async function checkRequest(
  request: RecordedRequest,
  models: readonly string[],
  ask: AskFake,
): Promise<Disagreement[]> {
  const issues = MessageRequest.safeParse(request.body).error?.issues ?? [];
  if (issues.length > 0) {
    return issues.map(({ path, message }) =>
      refused(path.join('.'), `callsheet does not: ${message}`),
    );
  }
  if (namesForeignThings(request.body)) return [];
  const { status, body } = await ask(request, { key: 'valid', models });
  if (status === 200) return [];
  const reason = isWireError(body) ? String(body.error['message']) : 'no reason';
  return [refused('', `the fake does not: ${status}, ${reason}`)];
}

function refused(path: string, what: string): Disagreement {
  return { check: 'request', path, message: `the API accepted it, ${what}` };
}

function namesForeignThings(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(namesForeignThings);
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(
    ([key, field]) => (FOREIGN.has(key) && field !== null) || namesForeignThings(field),
  );
}
