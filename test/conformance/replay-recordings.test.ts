/** The script that plays recordings: `npm run replay:recordings -- DIR`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { messageIn } from '../../src/cassette/body.ts';
import { writeCassette } from '../../src/cassette/write-cassette.ts';
import { recordSales } from '../contract/sales-session.ts';
import { scriptHere } from '../support/script-here.ts';

const play = await scriptHere('replay-recordings');

test('a session is played whole and its cell runs again; a changed one is a difference', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'callsheet-recordings-'));
  try {
    const { exchanges } = await recordSales();
    writeFileSync(join(folder, 'sales.yaml'), writeCassette(exchanges));
    writeFileSync(join(folder, 'notes.txt'), 'nothing');
    const [body] = exchanges
      .slice(-1)
      .map(({ request }) => request!.body as { messages: object[] });
    const { content } = messageIn(exchanges.at(-1)!.response!)!;
    const messages = [
      ...body!.messages,
      { role: 'assistant', content },
      { role: 'user', content: 'Bye' },
    ];
    writeFileSync(join(folder, 'history.json'), JSON.stringify({ ...body, messages }));
    const same = await play(folder);
    expect(same.lines.join('\n')).toBe(
      'replayed: 1 sessions and 0 files of responses, 4 exchanges (1 files of requests, 1 files are no recording); ' +
        'cells with calls: 2 equal, 0 not whole, 0 cells without calls; 0 differences',
    );
    expect(same.code).toBe(0);
    const changed = writeCassette(exchanges).replaceAll('left 13', 'left 14');
    writeFileSync(join(folder, 'sales.yaml'), changed);
    const other = await play(folder);
    expect(other.lines.join('\n')).toContain(
      'output.stdout  line 2: recorded "left 14", now "left 13"',
    );
    expect(other.code).toBe(1);
    expect((await play(join(folder, 'nowhere'))).code).toBe(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
