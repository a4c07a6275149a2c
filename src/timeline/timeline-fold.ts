import type { EventOf, TranscriptEvent } from '../transcript/events.ts';
import * as details from './details.ts';
import type { Detail } from './details.ts';
import type { Item, Lane, Look, SessionTimeline } from './timeline.ts';

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

/** Draws up the timeline of one session, event by event. */
export class TimelineFold {
  readonly #key: string;
  readonly #moments: number[] = [];
  readonly #items: OpenItem[] = [];
  readonly #cells = new Map<string, OpenCell>();
  readonly #calls = new Map<string, OpenCall>();
  readonly #commands = new Map<string, OpenItem>();
  #turn: OpenItem | undefined;
  #container: OpenItem | undefined;
  #requests = 0;
  /** How many messages the session had seen before the request at hand: what comes after is new. */
  #seen = 0;

  constructor(key: string) {
    this.#key = key;
  }

  apply(event: TranscriptEvent): void {
    switch (event.type) {
      case 'request.received':
        return this.#receive(event);
      case 'turn.started':
        this.#turn = this.#begin(event, 'user', event.user, details.text('user', event.user));
        return;
      case 'turn.finished':
        if (this.#turn) end(this.#turn, this.#moment(event), 'plain');
        return;
      case 'text.written':
        return this.#mark(event, 'Claude', 'plain', event.text, details.text('text', event.text));
      case 'thinking.written': {
        const { thinking } = event;
        const about = details.text('thinking', thinking);
        return this.#mark(event, 'Claude', 'thinking', 'thinking', about);
      }
      case 'container.created':
        return this.#createContainer(event);
      case 'cell.started':
        return this.#startCell(event);
      case 'command.started':
        return this.#startCommand(event);
      case 'command.finished':
        return this.#finishCommand(event);
      case 'cell.paused':
        this.#cells.get(event.cell)?.item.pauses.push({ from: this.#moment(event) });
        return;
      case 'cell.finished':
        return this.#finishCell(event);
      case 'call.made':
        return this.#makeCall(event);
      case 'call.answered':
        return this.#answerCall(event);
      case 'tool.failed':
        return this.#mark(event, 'tools', 'failed', `${event.name}: ${event.error}`);
      case 'agent.failed': {
        const about = details.text('the agent failed', event.error);
        return this.#mark(event, 'user', 'failed', event.error, about);
      }
      case 'response.sent':
        return this.#send(event);
      case 'fault.injected': {
        const label = details.labelOfFault(event);
        return this.#mark(event, 'faults', 'fault', label, ...details.ofFault(event));
      }
      case 'finding':
        return this.#find(event);
    }
  }

  /** A call, a cell or a command is other than expected. */
  differ(id: string, about: readonly Detail[]): void {
    const item = this.#calls.get(id)?.item ?? this.#cells.get(id)?.item ?? this.#commands.get(id);
    if (!item) return;
    item.differs = true;
    item.details = [...about, ...item.details];
  }

  finish(): SessionTimeline {
    const last = Math.max(0, this.#moments.length - 1);
    if (this.#container) end(this.#container, last, 'plain');
    const items = this.#items.map((item): Item => ({
      ...item,
      to: item.to ?? last,
      pauses: item.pauses.map(({ from, to }) => ({ from, to: to ?? last })),
    }));
    return { key: this.#key, moments: this.#moments, items };
  }

  /** The moment of an event: each has its own, so that what happens at one time still has an order. */
  #moment({ at }: TranscriptEvent): number {
    return this.#moments.push(at) - 1;
  }

  #begin(event: TranscriptEvent, lane: Lane, label: string, ...about: Detail[]): OpenItem {
    const item: OpenItem = {
      lane,
      label,
      look: 'waiting',
      differs: false,
      from: this.#moment(event),
      pauses: [],
      details: about,
    };
    this.#items.push(item);
    return item;
  }

  #mark(event: TranscriptEvent, lane: Lane, look: Look, label: string, ...about: Detail[]): void {
    const item = this.#begin(event, lane, label, ...about);
    end(item, item.from, look);
  }

  #receive(event: EventOf<'request.received'>): void {
    this.#requests++;
    const { about, messages } = details.ofRequest(event, this.#seen);
    this.#mark(event, 'user', 'plain', `#${this.#requests}`, ...about);
    this.#seen = messages;
  }

  #startCell(event: EventOf<'cell.started'>): void {
    const number = this.#cells.size + 1;
    const item = this.#begin(event, 'cells', `cell ${number}`, details.code(event.code));
    this.#cells.set(event.cell, { item, number, code: event.code });
  }

  #finishCell(event: EventOf<'cell.finished'>): void {
    const cell = this.#cells.get(event.cell);
    if (!cell) return;
    const { result } = event;
    const ok = result.type === 'code_execution_result' && result.return_code === 0;
    end(cell.item, this.#moment(event), ok ? 'ok' : 'failed');
    if (!ok) cell.item.label += `: ${details.howItFailed(result)}`;
    cell.item.details.push(...details.ofResult(result));
  }

  #startCommand(event: EventOf<'command.started'>): void {
    const { label, about } = details.ofCommand(event);
    this.#commands.set(event.command, this.#begin(event, 'cells', label, ...about));
  }

  #finishCommand(event: EventOf<'command.finished'>): void {
    const item = this.#commands.get(event.command);
    if (!item) return;
    const { failed, about } = details.ofCommandResult(event);
    end(item, this.#moment(event), failed ? 'failed' : 'ok');
    item.details.push(...about);
  }

  #makeCall(event: EventOf<'call.made'>): void {
    const { caller } = event;
    const cell = caller.type === 'direct' ? undefined : this.#cells.get(caller.tool_id);
    const about = details.ofCall(event, cell);
    const item = this.#begin(event, 'tools', details.labelOfCall(event), ...about);
    this.#calls.set(event.call, { item, cell, at: event.at });
  }

  #answerCall(event: EventOf<'call.answered'>): void {
    const call = this.#calls.get(event.call);
    if (!call) return;
    const at = this.#moment(event);
    end(call.item, at, event.is_error ? 'failed' : 'ok');
    call.item.details.push(...details.ofAnswer(event, call.at));
    const pause = call.cell?.item.pauses.at(-1);
    if (pause) pause.to ??= at;
  }

  #find(event: EventOf<'finding'>): void {
    const call = event.call === undefined ? undefined : this.#calls.get(event.call)?.item;
    if (call) {
      call.look = 'failed';
      call.label += ` (${event.rule})`;
    }
    this.#mark(event, 'findings', 'finding', event.rule, ...details.ofFinding(event));
  }

  #createContainer(event: EventOf<'container.created'>): void {
    if (this.#container) end(this.#container, this.#moments.length - 1, 'plain');
    this.#container = this.#begin(event, 'container', event.container);
  }

  #send(event: EventOf<'response.sent'>): void {
    const { label, refused, about } = details.ofResponse(event);
    this.#mark(event, 'Claude', refused ? 'failed' : 'plain', label, ...about);
  }
}

function end(item: OpenItem, to: number, look: Look): void {
  item.to = to;
  item.look = look;
}
