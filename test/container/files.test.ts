import Anthropic, { toFile } from '@anthropic-ai/sdk';
import { createFakeApi, type FakeApi, scenario } from 'callsheet';
import { startServer, type Server } from 'callsheet/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const script = scenario('files', (claude) => {
  claude
    .onUser('Sum the column.')
    .runsBash('cat $INPUT_DIR/data.csv')
    .runsBash(
      `cp $INPUT_DIR/data.csv "$OUTPUT_DIR/ü b.csv"; python3 -c "open('$OUTPUT_DIR/x.xlsx', 'wb').write(bytes([0, 255]))"`,
    );
  claude.onUser('Again.').runsBash('ls $INPUT_DIR');
  claude.onUser('And elsewhere?').runsBash('ls $INPUT_DIR');
});

let api: FakeApi;
beforeEach(() => {
  api = createFakeApi({ script });
});
afterEach(() => api.dispose());

const options = { apiKey: 'test', maxRetries: 0 };
const tools = [{ type: 'code_execution_20260521' as const, name: 'code_execution' as const }];
const request = { model: 'claude-sonnet-5', max_tokens: 100, tools };
const csv = () => toFile(Buffer.from('x\n1\n2\n'), 'data.csv', { type: 'text/csv' });

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe.each(['fetch', 'server'])('by %s', (seam) => {
  let client: Anthropic;
  let server: Server | undefined;
  beforeEach(async () => {
    if (seam === 'fetch') {
      client = new Anthropic({ ...options, fetch: api.fetch });
    } else {
      server = await startServer(api);
      client = new Anthropic({ ...options, baseURL: server.url });
    }
  });
  afterEach(() => server?.close());

  test('a file is uploaded, shown, listed and deleted [file.shape] [file.deleted] [file.unknown]', async () => {
    const { beta } = client;
    const file = await beta.files.upload({ file: await csv() });
    expect(file).toMatchObject({
      type: 'file',
      id: expect.stringMatching(/^file_01[1-9A-HJ-NP-Za-km-z]{22}$/),
      filename: 'data.csv',
      mime_type: 'text/csv',
      size_bytes: 6,
      created_at: '2035-01-01T00:00:00.000000Z',
      downloadable: false,
    });
    expect(await beta.files.retrieveMetadata(file.id)).toMatchObject({ filename: 'data.csv' });
    expect(await beta.files.delete(file.id)).toMatchObject({ id: file.id, type: 'file_deleted' });
    expect(await collect(beta.files.list())).toEqual([]);
    await expect(beta.files.retrieveMetadata(file.id)).rejects.toMatchObject({
      status: 404,
      error: { error: { type: 'not_found_error', message: `File not found: ${file.id}` } },
    });
  });

  test('what was uploaded cannot be downloaded [file.not_downloadable]', async () => {
    const { id } = await client.beta.files.upload({ file: await csv() });
    await expect(client.beta.files.download(id)).rejects.toMatchObject({
      status: 400,
      errorCode: 'file_not_downloadable',
    });
  });

  test('an attached file is in $INPUT_DIR, and what code leaves can be downloaded [file.attached] [file.content]', async () => {
    const { id: file_id } = await client.beta.files.upload({ file: await csv() });
    const content = [
      { type: 'container_upload' as const, file_id },
      { type: 'text' as const, text: 'Sum the column.' },
    ];
    const messages: Anthropic.MessageParam[] = [{ role: 'user', content }];
    const first = await client.messages.create({ ...request, messages });
    const results = first.content.flatMap((block) =>
      block.type === 'bash_code_execution_tool_result' ? [block.content] : [],
    );
    expect(results[0]).toMatchObject({ stdout: 'x\n1\n2\n' });
    const made = results[1]?.type === 'bash_code_execution_result' ? results[1].content : [];
    const ids = made.map((output) => output.file_id);
    const files = await Promise.all(ids.map((id) => client.beta.files.retrieveMetadata(id)));
    expect(files).toMatchObject([
      {
        filename: 'x.xlsx',
        mime_type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        size_bytes: 2,
        downloadable: true,
      },
      { filename: 'ü b.csv', mime_type: 'text/csv', size_bytes: 6 },
    ]);
    const [binary, text] = await Promise.all(ids.map((id) => client.beta.files.download(id)));
    expect([...new Uint8Array(await binary!.arrayBuffer())]).toEqual([0, 255]);
    expect(await text!.text()).toBe('x\n1\n2\n');
    expect([text!.headers.get('content-type'), text!.headers.get('content-disposition')]).toEqual([
      'text/csv',
      "attachment; filename*=utf-8''%C3%BC%20b.csv",
    ]);

    // The block comes again with the history. The same container still has the file, a new one does not get it.
    messages.push(
      { role: 'assistant', content: first.content },
      { role: 'user', content: 'Again.' },
    );
    const container = first.container!.id;
    const second = await client.messages.create({ ...request, messages, container });
    expect(second.content[1]).toMatchObject({ content: { stdout: 'data.csv\n' } });
    messages.push(
      { role: 'assistant', content: second.content },
      { role: 'user', content: 'And elsewhere?' },
    );
    const third = await client.messages.create({ ...request, messages });
    expect(third.container?.id).not.toBe(container);
    expect(third.content[1]).toMatchObject({ content: { stdout: '' } });
  });

  test('lists are paged, the newest first [file.pages] [file.list]', async () => {
    const { files } = client.beta;
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.unshift((await files.upload({ file: await csv() })).id);
    const idsOf = (list: readonly { id: string }[]) => list.map(({ id }) => id);
    expect(idsOf(await collect(files.list({ limit: 2 })))).toEqual(ids);
    const page = await files.list({ limit: 2 });
    expect([idsOf(page.data), page.hasNextPage()]).toEqual([ids.slice(0, 2), true]);
    const chosen = await files.list({ ids: [ids[3]!, ids[1]!, 'file_01nowhere'] });
    expect([idsOf(chosen.data), chosen.hasNextPage()]).toEqual([[ids[1], ids[3]], false]);
    await expect(files.list({ ids: [ids[0]!], limit: 1 })).rejects.toMatchObject({ status: 400 });
    await expect(files.list({ limit: 1001 })).rejects.toMatchObject({ status: 400 });
  });
});

const URL_OF_FILES = 'https://api.anthropic.com/v1/files';

async function get(path: string): Promise<any> {
  const headers = { 'anthropic-beta': 'other-2025-01-01,files-api-2025-04-14' };
  return (await api.fetch(`${URL_OF_FILES}${path}`, { headers })).json();
}

test('clients of the beta page as they did [file.pages]', async () => {
  const client = new Anthropic({ ...options, fetch: api.fetch });
  const ids: string[] = [];
  for (let i = 0; i < 3; i++)
    ids.unshift((await client.beta.files.upload({ file: await csv() })).id);
  const first = await get('?limit=2');
  expect(first).toMatchObject({ has_more: true, first_id: ids[0], last_id: ids[1] });
  const second = await get(`?limit=2&after_id=${ids[1]}`);
  expect(second).toMatchObject({ has_more: false, first_id: ids[2], data: [{ id: ids[2] }] });
  expect(await get(`?limit=1&before_id=${ids[2]}`)).toMatchObject({ first_id: ids[1] });
  expect(await get('?limit=1&before_id=file_01nowhere')).toMatchObject({
    data: [],
    first_id: null,
  });
});

async function upload(form: FormData): Promise<any> {
  return (await api.fetch(URL_OF_FILES, { method: 'POST', body: form })).json();
}

test('an upload says what is wrong with it [file.upload]', async () => {
  const wrong = new FormData();
  wrong.set('document', 'x');
  expect(await upload(wrong)).toMatchObject({
    error: { type: 'invalid_request_error', message: 'file: Field required' },
  });
  const json = await api.fetch(URL_OF_FILES, { method: 'POST', body: '{}' });
  expect([json.status, await json.json()]).toMatchObject([400, { type: 'error' }]);
  for (const [seconds, status] of [
    ['3599', 'error'],
    ['3600', 'file'],
    ['soon', 'error'],
  ] as const) {
    const form = new FormData();
    form.set('file', new File(['x'], 'a.txt'));
    form.set('expires_in_seconds', seconds);
    const answer = await upload(form);
    expect(answer.type).toBe(status);
    if (status === 'file') expect(answer.expires_at).toBe('2035-01-01T01:00:00.000000Z');
  }
});

test('of a path the last part is kept, and a name gives the type that none was sent for', async () => {
  const form = new FormData();
  form.set('file', new File(['x'], 'C:\\docs\\report.pdf'));
  expect(await upload(form)).toMatchObject({
    filename: 'report.pdf',
    mime_type: 'application/pdf',
  });
});

async function attached(file_id: string, tools: object[]): Promise<any> {
  const content = [
    { type: 'container_upload', file_id },
    { type: 'text', text: 'Sum the column.' },
  ];
  const body = JSON.stringify({ ...request, tools, messages: [{ role: 'user', content }] });
  const url = 'https://api.anthropic.com/v1/messages';
  return (await api.fetch(url, { method: 'POST', body })).json();
}

test('a file is attached to code execution alone, and has to exist [file.no_container] [file.unknown]', async () => {
  expect((await attached('file_01nowhere', [])).error.message).toContain(
    '`container_upload` blocks require a code execution tool.',
  );
  expect((await attached('file_01nowhere', tools)).error).toMatchObject({
    type: 'not_found_error',
    message: 'File not found: file_01nowhere',
  });
  // The session is as it was: the turn can still begin.
  const { id } = await new Anthropic({ ...options, fetch: api.fetch }).beta.files.upload({
    file: await csv(),
  });
  expect((await attached(id, tools)).stop_reason).toBe('end_turn');
});
