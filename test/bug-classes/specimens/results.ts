import { python, scenario } from 'callsheet';
import { allowedCallers, approvedFirst } from 'callsheet/fast-check';
import * as usual from '../../../src/probe/conversations/usual.ts';
import { CORRECT } from '../agent.ts';
import type { Specimen } from '../specimen.ts';

const twoAtOnce = scenario(
  'two calls at once',
  (claude) => {
    claude
      .onUser('How many are there?')
      .runs(python`
        import asyncio
        print(*await asyncio.gather(count({"item": "lamp"}), count({"item": "chair"})))
      `)
      .says('Five in all.');
  },
  { tools: { count: { returns: '2' } } },
);

const rows = scenario(
  'rows of data',
  (claude) => {
    claude
      .onUser('How many rows are there?')
      .runs(python`
        import json
        print(len(json.loads(await fetch_rows({}))))
      `)
      .says('Two.');
  },
  { tools: { fetch_rows: { returns: [{ units: 3 }, { units: 4 }] } } },
);

const codeOnly = scenario(
  'a call that is for code',
  (claude) => {
    claude.onUser('Delete the old rows.').calls('delete_rows', {}).says('I cannot.');
  },
  { tools: { delete_rows: {} } },
);

const order = scenario(
  'an order',
  (claude) => {
    claude.onUser('Order a lamp.').runs('await place_order({"item": "lamp"})').says('Done.');
  },
  {
    tools: {
      place_order: { returns: 'order 1', allowed_callers: ['direct', 'code_execution_20260120'] },
    },
  },
);

const isDirect = (caller: unknown) => Object(caller).type === 'direct';

export const results = {
  // #region text-beside-results
  'text-beside-results': {
    conversation: usual.oneCall,
    wrong: { answers: (results) => [...results, { type: 'text', text: 'Remember to be brief.' }] },
    caughtBy: ['history.result_missing'],
  },
  // #endregion
  // #region non-text-result
  'non-text-result': {
    conversation: usual.oneCall,
    wrong: {
      wording: (result) => [
        { type: 'text', text: CORRECT.wording(result) },
        { type: 'image', source: { type: 'url', url: 'https://charts.test/1.png' } },
      ],
    },
    caughtBy: ['reply.text_only'],
  },
  // #endregion
  // #region call-unanswered
  'call-unanswered': {
    conversation: { scenario: twoAtOnce },
    wrong: { answers: (results) => results.slice(0, 1) },
    caughtBy: ['reply.missing', 'reply.different'],
  },
  // #endregion
  // #region server-tool-answered
  'server-tool-answered': {
    conversation: usual.oneCall,
    wrong: {
      answers: (results, { content }) => [
        ...results,
        ...content
          .filter(({ type }) => type === 'server_tool_use')
          .map(({ id }) => ({
            type: 'tool_result',
            tool_use_id: id,
            content: 'There is no tool code_execution.',
            is_error: true,
          })),
      ],
    },
    caughtBy: ['reply.unexpected'],
  },
  // #endregion
  // #region result-not-as-text
  'result-not-as-text': {
    conversation: { scenario: rows },
    wrong: { wording: String },
    caughtBy: ['reply.different', 'cell.ended'],
  },
  // #endregion
  // #region caller-unchecked
  'caller-unchecked': {
    conversation: { scenario: codeOnly },
    invariants: [allowedCallers],
    tools: { delete_rows: async () => 'deleted' },
    wrong: {},
    right: {
      runs: async (call, known) => {
        if (isDirect(call['caller'])) throw new Error('This tool is for code only.');
        return CORRECT.runs(call, known);
      },
    },
    caughtBy: ['invariant.allowed_callers'],
  },
  // #endregion
  // #region approval-bypassed
  'approval-bypassed': {
    conversation: { scenario: order },
    invariants: [approvedFirst({ tools: ['place_order'], approval: 'approve' })],
    wrong: {
      runs: async (call, known) => {
        if (isDirect(call['caller'])) await known.task.approve(String(call['name']));
        return CORRECT.runs(call, known);
      },
    },
    right: {
      runs: async (call, known) => {
        await known.task.approve(String(call['name']));
        return CORRECT.runs(call, known);
      },
    },
    caughtBy: ['invariant.approved_first'],
  },
  // #endregion
} satisfies Record<string, Specimen>;
