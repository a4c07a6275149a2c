import { isJsonObject } from '../../protocol/wire-message.ts';
import type { Exchange } from '../exchange.ts';
import { messageIn } from '../body.ts';

/** Short names for the ids of a cassette, by id. They count from 1 in the order in which things came up. */
export type Symbols = ReadonlyMap<string, string>;

/** Names ids as exchanges bring them up. */
export interface SymbolSource {
  /** Names for the ids of one exchange, known ones and new ones. */
  nameIds(exchange: Exchange): Symbols;
  /** Takes over names that are in use already. */
  adopt(ids: Readonly<Record<string, string>>): void;
}

/** Ids worth a name look like this; anything else may be a word. */
const ID = /^[a-zA-Z]+_[\w-]{6,}$/;
/** Where an id ends and what surrounds it begins. */
const ID_IN_TEXT = /(?<![a-zA-Z])[a-zA-Z]+_[\w-]{6,}/g;
const SYMBOL_IN_TEXT = /(?<![a-z_])[a-z_]+#\d+(?:\.\d+)*/g;

/** What server tools are called in short. */
const SERVER_TOOLS: Record<string, string> = {
  code_execution: 'cell',
  bash_code_execution: 'bash',
  text_editor_code_execution: 'edit',
};

function kindOfTool(name: string): string {
  return SERVER_TOOLS[name] ?? (/^[a-z_]+$/.test(name) ? name : 'use');
}

export function createSymbolSource(): SymbolSource {
  const symbols = new Map<string, string>();
  const counts = new Map<string, number>();

  function name(id: unknown, kind: string): void {
    if (typeof id !== 'string' || !ID.test(id) || symbols.has(id)) return;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    symbols.set(id, kind.endsWith('.') ? `${kind}${count}` : `${kind}#${count}`);
  }

  /** A tool use is named after what uses it: `call#3` by Claude itself, `call#2.1` by the code of `cell#2`. */
  function nameToolUse({ id, caller }: Record<string, unknown>, kind: string): void {
    const owner = isJsonObject(caller) ? symbols.get(String(caller['tool_id'])) : undefined;
    const number = owner?.split('#')[1];
    name(id, number === undefined ? kind : `${kind}#${number}.`);
  }

  function visit(value: unknown): void {
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
      return;
    }
    if (!isJsonObject(value)) return;
    const { type, file_id } = value;
    if (type === 'tool_use') nameToolUse(value, 'call');
    if (type === 'server_tool_use') nameToolUse(value, kindOfTool(String(value['name'])));
    name(file_id, 'file');
    for (const field of Object.values(value)) visit(field);
  }

  function visitBody(body: unknown): void {
    if (!isJsonObject(body)) return;
    const { type, id, container } = body;
    if (type === 'message') name(id, 'message');
    name(isJsonObject(container) ? container['id'] : container, 'container');
    visit(body);
  }

  return {
    nameIds(exchange) {
      const { request, response } = exchange;
      visitBody(request?.body);
      if (response) {
        name(response.headers['request-id'], 'request');
        visitBody(messageIn(response) ?? response.body);
      }
      return symbols;
    },
    adopt(ids) {
      for (const [symbol, id] of Object.entries(ids)) {
        symbols.set(id, symbol);
        const [, kind = '', dotted, number] = /^(.*?)(\.|#)(\d+)$/.exec(symbol) ?? [];
        const counter = dotted === '.' ? `${kind}.` : kind;
        counts.set(counter, Math.max(counts.get(counter) ?? 0, Number(number ?? 0)));
      }
    },
  };
}

/** A text with names in place of ids; those that were used are added to `used`, by name. */
export function withSymbols(text: string, symbols: Symbols, used: Map<string, string>): string {
  return text.replaceAll(ID_IN_TEXT, (id) => {
    const symbol = symbols.get(id);
    if (symbol === undefined) return id;
    used.set(symbol, id);
    return symbol;
  });
}

/** A text with ids in place of the names of a document. */
export function withIds(text: string, ids: Readonly<Record<string, string>>): string {
  return text.replaceAll(SYMBOL_IN_TEXT, (symbol) =>
    Object.hasOwn(ids, symbol) ? ids[symbol]! : symbol,
  );
}
