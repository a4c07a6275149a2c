import { schemaError } from '../api/request-errors.ts';
import type { RecordedRequest } from '../cassette/exchange.ts';
import { checkRequest } from '../machine/checks/check-request.ts';
import { blocksOf } from '../machine/checks/history.ts';
import type { Note } from '../machine/note.ts';
import { ReplayCheck } from '../machine/replay-check.ts';
import { checkWaitingCell, containerRequired } from '../machine/replies.ts';
import { ContentBlock } from '../protocol/blocks.ts';
import { ApiError } from '../protocol/errors.ts';
import { DEFAULT_FIDELITY, type Fidelity } from '../protocol/fidelity.ts';
import { containerId, MessageRequest } from '../protocol/request.ts';
import { isApiVersion } from '../protocol/revisions/api-version.ts';
import type { WireMessage } from '../protocol/wire-message.ts';

/** What a request breaks. */
export interface Judgement {
  /** What the API would answer instead. */
  readonly refused?: ApiError | undefined;
  readonly notes: readonly Note[];
}

/** Holds the requests of a replay to the rules of the API. */
export interface RequestChecks {
  /** Takes note of a message that was given to the client. */
  remember(message: WireMessage): void;
  /**
   * What a request breaks that the recorded one did not: the API accepted that, so a rule which both break says nothing
   * about the client.
   */
  judge(sent: RecordedRequest, recorded: RecordedRequest): Judgement;
}

export function createRequestChecks(fidelity: Fidelity = DEFAULT_FIDELITY): RequestChecks {
  const [live, accepted] = [createJudge(fidelity), createJudge(fidelity)];
  return {
    remember(message) {
      live.remember(message);
      accepted.remember(message);
    },
    judge(sent, recorded) {
      const { refused, notes } = live.judge(sent);
      const known = accepted.judge(recorded);
      const rules = new Set<string>(known.notes.map(({ rule }) => rule));
      if (known.refused) rules.add(ruleOf(known.refused));
      return {
        ...(refused && !rules.has(ruleOf(refused)) && { refused }),
        notes: notes.filter(({ rule }) => !rules.has(rule)),
      };
    },
  };
}

function ruleOf({ broken, message }: ApiError): string {
  return broken?.rule ?? message;
}

interface Judge {
  remember(message: WireMessage): void;
  judge(request: RecordedRequest): Judgement;
}

function createJudge(fidelity: Fidelity): Judge {
  const history = new ReplayCheck();
  /** The cells whose code made calls, by the calls' ids. */
  const cells = new Map<string, string>();

  /** Answers to the calls of a cell come with the cell, and with its container. */
  function checkReplies(body: MessageRequest): ApiError | undefined {
    const last = body.messages.at(-1);
    const pending = new Map<string, { cell: string }>();
    for (const block of last ? blocksOf(last) : []) {
      if (block.type !== 'tool_result') continue;
      const cell = cells.get(block.tool_use_id);
      if (cell !== undefined) pending.set(block.tool_use_id, { cell });
    }
    const [waiting] = pending.values();
    if (!waiting) return undefined;
    const missing = containerId(body) === undefined ? containerRequired() : undefined;
    return checkWaitingCell(body, waiting.cell, pending) ?? missing;
  }

  return {
    remember({ content }) {
      const known = content.flatMap((block) => ContentBlock.safeParse(block).data ?? []);
      history.remember({ content: known });
      for (const block of known) {
        if (block.type !== 'tool_use' || !block.caller || block.caller.type === 'direct') continue;
        cells.set(block.id, block.caller.tool_id);
      }
    },
    judge({ headers, body }) {
      const parsed = MessageRequest.safeParse(body);
      if (!parsed.success) return { refused: schemaError(body, parsed.error), notes: [] };
      const version = headers['anthropic-version'] ?? '';
      const apiVersion = isApiVersion(version) ? version : '2023-06-01';
      const { changedThinking, notes } = history.compare(parsed.data);
      const refused =
        checkRequest(parsed.data, { fidelity, apiVersion }) ??
        changedThinking ??
        checkReplies(parsed.data);
      return { ...(refused && { refused }), notes };
    },
  };
}
