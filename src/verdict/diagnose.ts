import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { Finding, TranscriptEvent } from '../transcript/events.ts';
import type { BugClassId } from './bug-classes.ts';

/** A broken rule, as far as it says what kind of bug broke it. */
export type Broken = Pick<Finding, 'rule' | 'session' | 'path' | 'message'> & {
  readonly request?: string | undefined;
};

const Block = z.looseObject({
  type: z.string(),
  id: z.string().optional(),
  tool_use_id: z.string().optional(),
  caller: z.unknown().optional(),
  content: z.unknown().optional(),
});
type Block = z.infer<typeof Block>;
const Blocks = z.array(Block).catch([]);

/** As much of a request as tells kinds of bugs apart. */
const Body = z.object({
  stream: z.boolean().optional(),
  container: z.unknown().optional(),
  tools: z.array(z.object({ type: z.string().optional() })).catch([]),
  messages: z.array(z.object({ role: z.string(), content: z.unknown().optional() })).catch([]),
});
type Body = z.infer<typeof Body>;

const Response = z.looseObject({
  container: z.object({ id: z.string() }).optional(),
  content: Blocks.optional(),
});

/** What there is to see of a broken rule. */
interface Scene extends Broken {
  /** The request that broke it; the last one of the session when it showed only at the end. */
  readonly body: Body;
  /** The requests of the session before. */
  readonly earlier: readonly Body[];
  /** What the session was sent before; all of it when the rule was broken at the end. */
  readonly sent: readonly z.infer<typeof Response>[];
}

type Diagnosis = BugClassId | ((scene: Scene) => BugClassId | undefined);

const isStreamed = ({ body }: Scene): boolean => body.stream === true;
const blocksIn = ({ messages }: Body): Block[] =>
  messages.flatMap(({ content }) => Blocks.parse(content));
/** The id of the server tool use that a message names. */
const useIn = ({ message }: Scene): string | undefined => /srvtoolu_\w+/.exec(message)?.[0];

function withoutContainer({ body, earlier, ...scene }: Scene): BugClassId {
  if (earlier.some(({ container }) => container != null)) return 'container-on-one-path';
  if (isStreamed({ body, earlier, ...scene })) return 'container-lost-in-stream';
  const has = (kind: string) => body.tools.some(({ type }) => type?.startsWith(kind));
  const isHidden = has('web_') && !has('code_execution_');
  return isHidden ? 'hidden-code-execution' : 'container-not-forwarded';
}

function withExpiredContainer({ body, sent }: Scene): BugClassId {
  const latest = sent.findLast(({ container }) => container)?.container?.id;
  return latest === body.container ? 'expired-container-resent' : 'container-change-missed';
}

/** A use that a request lacks may be in it under another type. */
function withoutUse(scene: Scene): BugClassId {
  const isRenamed = blocksIn(scene.body).some(
    ({ type, id }) => type === 'tool_use' && id === useIn(scene),
  );
  return isRenamed ? 'server-tool-renamed' : 'pending-cell-dropped';
}

function withoutCaller(scene: Scene): BugClassId {
  return isStreamed(scene) ? 'blocks-reduced' : 'caller-dropped';
}

const KNOWN_RESULT = 'code_execution_result';

function withoutResult(scene: Scene): BugClassId {
  const { body, sent } = scene;
  const use = useIn(scene);
  const last = Blocks.parse(body.messages.at(-1)?.content);
  const results = last.filter(({ type }) => type === 'tool_result');
  if (results.length > 0 && results.length < last.length) return 'text-beside-results';
  const made = sent.flatMap(({ content = [] }) => content);
  const result = made.find(({ tool_use_id }) => tool_use_id === use);
  if (result) {
    const { type } = z.object({ type: z.string() }).catch({ type: '' }).parse(result.content);
    return type === KNOWN_RESULT ? 'result-dropped' : 'unknown-result-dropped';
  }
  const isOf = ({ caller }: Block) => JSON.stringify(caller)?.includes(String(use)) ?? false;
  const calls = new Set(made.filter(isOf).map(({ id }) => id));
  const hasLost = blocksIn(body).some((block) => calls.has(block.id) && !isOf(block));
  return hasLost ? withoutCaller(scene) : 'paused-turn-split';
}

function changed(scene: Scene): BugClassId | undefined {
  if (scene.path?.endsWith('.caller')) return withoutCaller(scene);
  if (scene.path?.endsWith('.content')) return 'result-retyped';
  if (!scene.path?.endsWith('.input') || !isStreamed(scene)) return undefined;
  return useIn(scene) ? 'input-lost-in-stream' : 'arguments-lost-in-stream';
}

function dropped(scene: Scene): BugClassId | undefined {
  if (scene.message.includes('_result`')) return withoutResult(scene);
  return useIn(scene) ? withoutUse(scene) : undefined;
}

function leftBehind(scene: Scene): BugClassId {
  const last = scene.sent.at(-1);
  if (JSON.stringify(last?.content)?.includes('detection_timeout')) return 'cell-limit-misread';
  return isStreamed(scene) ? 'whole-message-ignored' : 'resumes-counted';
}

/** Another answer than before: the tool has run again. The same one comes too late for its cell. */
function answeredAnew({ body, earlier }: Scene): BugClassId | undefined {
  const before = new Map(earlier.flatMap(blocksIn).map((block) => [block.tool_use_id, block]));
  const isAnother = blocksIn(body).some(({ type, tool_use_id, content }) => {
    const given = type === 'tool_result' ? before.get(tool_use_id) : undefined;
    return given !== undefined && !isDeepStrictEqual(given.content, content);
  });
  return isAnother ? 'write-repeated' : undefined;
}

/** The bug classes by the rules they break. */
const CLASSES: Readonly<Record<string, Diagnosis>> = {
  'container.required': withoutContainer,
  'container.form': 'container-wrong-shape',
  'container.expired': withExpiredContainer,
  'container.unknown': 'container-change-missed',
  'session.conflict': 'container-change-missed',
  'history.result_missing': withoutResult,
  'history.use_missing': 'result-dropped',
  'history.caller_not_found': withoutUse,
  'history.cell_dropped': withoutUse,
  'history.caller_unknown': 'caller-not-allowed',
  'history.block_changed': changed,
  'history.block_dropped': dropped,
  'request.schema': ({ path, message }) =>
    path?.startsWith('messages.') && message.includes('Extra inputs')
      ? 'response-field-echoed'
      : undefined,
  'reply.missing': (scene) => (useIn(scene) ? 'server-tool-renamed' : 'call-unanswered'),
  'reply.unexpected': (scene) => (useIn(scene) ? 'server-tool-answered' : 'call-unanswered'),
  'reply.duplicate': 'call-unanswered',
  'reply.stale': answeredAnew,
  'reply.text_only': 'non-text-result',
  'reply.different': (scene) =>
    isStreamed(scene) ? 'arguments-lost-in-stream' : 'result-not-as-text',
  'answer.late': 'late-answer',
  'turn.abandoned': 'pause-turn-ended',
  'cell.abandoned': leftBehind,
  'tool.strict_from_code': 'unsupported-combination',
  'tool.mcp_callers': 'unsupported-combination',
  'tool.toolset_callers': 'unsupported-combination',
  'tool.code_execution_missing': 'unsupported-combination',
  'tool_choice.code_only': 'unsupported-combination',
  'tool_choice.parallel': 'unsupported-combination',
  'model.programmatic': 'unsupported-combination',
  'tool.not_callable': 'callers-not-declared',
  'tool.caller_version': 'callers-not-declared',
  'thread.not_found': 'thread-not-replayed',
  'thread.already_continued': 'thread-not-replayed',
  'thread.fingerprint_mismatch': 'thread-not-replayed',
  'invariant.allowed_callers': 'caller-unchecked',
  'invariant.answered_once': 'call-unanswered',
  'invariant.approved_first': 'approval-bypassed',
  'invariant.container_forwarded': withoutContainer,
  'invariant.ends_within': 'endless-loop',
  'invariant.usage_summed_once': 'usage-miscounted',
  'invariant.whole_responses_only': 'cut-stream-trusted',
  'invariant.writes_once': 'write-repeated',
};

/** The bug class that a broken rule shows, judged by the requests and responses around it; undefined when none fits. */
export function diagnose(
  broken: Broken,
  events: readonly TranscriptEvent[],
): BugClassId | undefined {
  const diagnosis = CLASSES[broken.rule];
  return typeof diagnosis === 'function' ? diagnosis(sceneOf(broken, events)) : diagnosis;
}

function sceneOf(broken: Broken, events: readonly TranscriptEvent[]): Scene {
  const own = events.filter(({ session }) => session === broken.session);
  const requests = own.filter((event) => event.type === 'request.received');
  const found = requests.findIndex(({ request }) => request === broken.request);
  const bodies = requests.map(({ body }) => Body.catch(NO_BODY).parse(body));
  const at = found === -1 ? bodies.length - 1 : found;
  const before = requests[found] ? own.indexOf(requests[found]) : own.length;
  const sent = own
    .slice(0, before)
    .filter((event) => event.type === 'response.sent')
    .map(({ body }) => Response.catch({}).parse(body));
  return {
    ...broken,
    body: bodies[at] ?? NO_BODY,
    earlier: bodies.slice(0, Math.max(0, at)),
    sent,
  };
}

const NO_BODY: Body = { tools: [], messages: [] };
