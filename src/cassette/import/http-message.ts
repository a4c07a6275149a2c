import type { AnsweredExchange } from '../exchange.ts';
import { readHeaders, responseBody } from './body.ts';

const HEAD = /^HTTP\/[\d.]+ (\d{3})[^\n]*\n((?:[\w-]+:[^\n]*\n)*)\r?\n/;

/** Reads a response with its head, as `curl -i` prints it; undefined for any other text. */
export function readHttpMessage(text: string): AnsweredExchange[] | undefined {
  const [head, status, fields = ''] = HEAD.exec(text) ?? [];
  if (head === undefined) return undefined;
  const headers = readHeaders(
    fields
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const [, name, value] = /^([\w-]+):\s*(.*?)\s*$/.exec(line) ?? [];
        return { name, value };
      }),
  );
  const body = responseBody(text.slice(head.length), headers);
  return [{ response: { status: Number(status), headers, ...body } }];
}
