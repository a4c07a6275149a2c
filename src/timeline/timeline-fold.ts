import type { EventOf, TranscriptEvent } from '../transcript/events.ts';
import * as details from './details.ts';
import type { Detail } from './details.ts';
import type { Item, Lane, Look, SessionTimeline } from './timeline.ts';

/** Draws up the timeline of one session, event by event. */
export interface TimelineFold {
  apply(event: TranscriptEvent): void;
  /** A call, a cell or a command is other than expected. */
  differ(id: string, about: readonly Detail[]): void;
  finish(): SessionTimeline;
}

/** An item whose end is not known yet. */
interface OpenItem {
  readonly lane: Lane;
  label: string;
  look: Look;
  differs: boolean;
  readonly from: number;
  to?: number;
  readonly pauses: { from: number; to?: number }[];
  details: Detail[];
}

interface OpenCell {
  readonly item: OpenItem;
  readonly number: number;
  readonly code: string;
}

interface OpenCall {
  readonly item: OpenItem;
  /** The cell whose code made it; absent for a direct call. */
  readonly cell: OpenCell | undefined;
  readonly at: number;
}

export function createTimelineFold(key: string): TimelineFold {
  const moments: number[] = [];
  const items: OpenItem[] = [];
  const cells = new Map<string, OpenCell>();
  const calls = new Map<string, OpenCall>();
  const commands = new Map<string, OpenItem>();
  let turn: OpenItem | undefined;
  let container: OpenItem | undefined;
  let requests = 0;
  /** How many messages the session had seen before the request at hand: what comes after is new. */
  let seen = 0;

  /** The moment of an event: each has its own, so that what happens at one time still has an order. */
  function moment({ at }: TranscriptEvent): number {
    return moments.push(at) - 1;
  }

  function begin(event: TranscriptEvent, lane: Lane, label: string, ...about: Detail[]): OpenItem {
    const item: OpenItem = {
      lane,
      label,
      look: 'waiting',
      differs: false,
      from: moment(event),
      pauses: [],
      details: about,
    };
    items.push(item);
    return item;
  }

  function mark(
    event: TranscriptEvent,
    lane: Lane,
    look: Look,
    label: string,
    ...about: Detail[]
  ): void {
    const item = begin(event, lane, label, ...about);
    end(item, item.from, look);
  }

  function end(item: OpenItem, to: number, look: Look): void {
    item.to = to;
    item.look = look;
  }

  function receive(event: EventOf<'request.received'>): void {
    requests++;
    const { about, messages } = details.ofRequest(event, seen);
    mark(event, 'user', 'plain', `#${requests}`, ...about);
    seen = messages;
  }

  function startCell(event: EventOf<'cell.started'>): void {
    const number = cells.size + 1;
    const item = begin(event, 'cells', `cell ${number}`, details.code(event.code));
    cells.set(event.cell, { item, number, code: event.code });
  }

  function finishCell(event: EventOf<'cell.finished'>): void {
    const cell = cells.get(event.cell);
    if (!cell) return;
    const { result } = event;
    const ok = result.type === 'code_execution_result' && result.return_code === 0;
    end(cell.item, moment(event), ok ? 'ok' : 'failed');
    if (!ok) cell.item.label += `: ${details.howItFailed(result)}`;
    cell.item.details.push(...details.ofResult(result));
  }

  function startCommand(event: EventOf<'command.started'>): void {
    const { label, about } = details.ofCommand(event);
    commands.set(event.command, begin(event, 'cells', label, ...about));
  }

  function finishCommand(event: EventOf<'command.finished'>): void {
    const item = commands.get(event.command);
    if (!item) return;
    const { failed, about } = details.ofCommandResult(event);
    end(item, moment(event), failed ? 'failed' : 'ok');
    item.details.push(...about);
  }

  function makeCall(event: EventOf<'call.made'>): void {
    const { caller } = event;
    const cell = caller.type === 'direct' ? undefined : cells.get(caller.tool_id);
    const item = begin(event, 'tools', details.labelOfCall(event), ...details.ofCall(event, cell));
    calls.set(event.call, { item, cell, at: event.at });
  }

  function answerCall(event: EventOf<'call.answered'>): void {
    const call = calls.get(event.call);
    if (!call) return;
    const at = moment(event);
    end(call.item, at, event.is_error ? 'failed' : 'ok');
    call.item.details.push(...details.ofAnswer(event, call.at));
    const pause = call.cell?.item.pauses.at(-1);
    if (pause) pause.to ??= at;
  }

  function find(event: EventOf<'finding'>): void {
    const call = event.call === undefined ? undefined : calls.get(event.call)?.item;
    if (call) {
      call.look = 'failed';
      call.label += ` (${event.rule})`;
    }
    mark(event, 'findings', 'finding', event.rule, ...details.ofFinding(event));
  }

  function createContainer(event: EventOf<'container.created'>): void {
    if (container) end(container, moments.length - 1, 'plain');
    container = begin(event, 'container', event.container);
  }

  function send(event: EventOf<'response.sent'>): void {
    const { label, refused, about } = details.ofResponse(event);
    mark(event, 'Claude', refused ? 'failed' : 'plain', label, ...about);
  }

  function apply(event: TranscriptEvent): void {
    switch (event.type) {
      case 'request.received':
        return receive(event);
      case 'turn.started':
        turn = begin(event, 'user', event.user, details.text('user', event.user));
        return;
      case 'turn.finished':
        if (turn) end(turn, moment(event), 'plain');
        return;
      case 'text.written':
        return mark(event, 'Claude', 'plain', event.text, details.text('text', event.text));
      case 'thinking.written':
        return mark(
          event,
          'Claude',
          'thinking',
          'thinking',
          details.text('thinking', event.thinking),
        );
      case 'container.created':
        return createContainer(event);
      case 'cell.started':
        return startCell(event);
      case 'command.started':
        return startCommand(event);
      case 'command.finished':
        return finishCommand(event);
      case 'cell.paused':
        cells.get(event.cell)?.item.pauses.push({ from: moment(event) });
        return;
      case 'cell.finished':
        return finishCell(event);
      case 'call.made':
        return makeCall(event);
      case 'call.answered':
        return answerCall(event);
      case 'tool.failed':
        return mark(event, 'tools', 'failed', `${event.name}: ${event.error}`);
      case 'agent.failed':
        return mark(
          event,
          'user',
          'failed',
          event.error,
          details.text('the agent failed', event.error),
        );
      case 'response.sent':
        return send(event);
      case 'fault.injected':
        return mark(
          event,
          'faults',
          'fault',
          details.labelOfFault(event),
          ...details.ofFault(event),
        );
      case 'finding':
        return find(event);
    }
  }

  return {
    apply,
    differ(id, about) {
      const item = calls.get(id)?.item ?? cells.get(id)?.item ?? commands.get(id);
      if (!item) return;
      item.differs = true;
      item.details = [...about, ...item.details];
    },
    finish() {
      const last = Math.max(0, moments.length - 1);
      if (container) end(container, last, 'plain');
      const closed = items.map((item): Item => ({
        ...item,
        to: item.to ?? last,
        pauses: item.pauses.map(({ from, to }) => ({ from, to: to ?? last })),
      }));
      return { key, moments, items: closed };
    },
  };
}
