import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { renderTimeline, type TranscriptEvent } from 'callsheet';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findChromium } from '../support/chromium.ts';
import { orSkip } from '../support/or-skip.ts';

const executablePath = orSkip('the timeline in Chromium', findChromium);

const HOSTILE =
  '</pre><img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';
const at = (ms: number) => ({ session: 's-1', at: ms });
const caller = { type: 'code_execution_20260120', tool_id: 'cell-1' } as const;
const code = `rows = await fetch_rows({"sku": "A"})\nprint(${JSON.stringify(HOSTILE)})`;
const transcript: TranscriptEvent[] = [
  { type: 'session.started', seed: 'seed', epoch: 0, ...at(0) },
  { type: 'turn.started', turn: 0, scripted: 'turn 1', user: HOSTILE, ...at(0) },
  { type: 'cell.started', step: 0, cell: 'cell-1', container: 'c', code, ...at(0) },
  {
    type: 'call.made',
    call: 'call-1',
    name: 'fetch_rows',
    input: { sku: 'A' },
    caller,
    line: 1,
    ...at(5),
  },
  { type: 'cell.paused', cell: 'cell-1', ...at(5) },
  { type: 'call.answered', call: 'call-1', content: HOSTILE, is_error: false, ...at(2005) },
  {
    type: 'cell.finished',
    cell: 'cell-1',
    result: {
      type: 'code_execution_result',
      stdout: HOSTILE,
      stderr: '',
      return_code: 0,
      content: [],
    },
    ...at(2010),
  },
  { type: 'turn.finished', turn: 0, stop_reason: 'end_turn', ...at(2010) },
];
const failures = [
  {
    message: `Tool calls: call 1 has other arguments than expected.\n\n${HOSTILE}`,
    deviations: [
      {
        kind: 'different',
        call: { session: 's-1', id: 'call-1' },
        differences: [{ path: '$.sku', expected: HOSTILE, actual: 'A' }],
      },
    ],
  },
];

describe.skipIf(!executablePath)('the timeline in Chromium', () => {
  let browser: Browser;
  let folder: string;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'callsheet-timeline-'));
    const html = renderTimeline(transcript, { title: HOSTILE, failures });
    await writeFile(join(folder, 'page.html'), html);
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    complaints.length = 0;
    page = await browser.newPage();
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) complaints.push(request.url());
    });
    await page.goto(pathToFileURL(join(folder, 'page.html')).href);
  });
  afterEach(async () => {
    await page.close();
    expect(complaints).toEqual([]);
  });

  const details = () => page.locator('#details');
  const item = (name: string) => page.getByRole('button', { name });

  it('shows nothing of an item before it is chosen', async () => {
    expect(await details().isVisible()).toBe(false);
  });

  it('a click on a call shows its line, arguments and result', async () => {
    await item('fetch_rows').click();
    expect(await details().locator('mark').textContent()).toBe(
      'rows = await fetch_rows({"sku": "A"})',
    );
    const text = await details().textContent();
    expect(text).toContain('"sku": "A"');
    expect(text).toContain('result after 2 s');
    expect(text).toContain(HOSTILE);
  });

  it('a click on a cell shows its code and what it printed', async () => {
    await item('cell 1').click();
    expect(await details().locator('pre').allTextContents()).toEqual([code, HOSTILE]);
    expect(await details().locator('code').allTextContents()).toEqual(['0']);
  });

  it('a call that is not as expected says so, and how it differs', async () => {
    const call = item('fetch_rows {"sku":"A"} (not as expected)');
    expect(await call.locator('text').textContent()).toMatch(/^≠ fetch_rows/);
    await call.click();
    expect(await details().locator('pre').first().textContent()).toBe(
      `other than the expected call\n$.sku   expected ${JSON.stringify(HOSTILE)}   actual "A"`,
    );
  });

  it('why a scenario failed stands at the top, folded up', async () => {
    const failure = page.locator('.failures details');
    expect(await failure.locator('pre').isVisible()).toBe(false);
    await failure.locator('summary').click();
    expect(await failure.locator('pre').textContent()).toBe(HOSTILE);
  });

  it('arrow keys move along a lane and between lanes, Enter shows, Escape closes', async () => {
    await page.keyboard.press('Tab');
    expect(await page.locator('.failures summary:focus').count()).toBe(1);
    await page.keyboard.press('Tab');
    expect(await focusedLane()).toBe('user');
    await page.keyboard.press('ArrowDown');
    expect(await focusedLane()).toBe('cells');
    await page.keyboard.press('Enter');
    expect(await details().locator('h2').textContent()).toBe('cell 1');
    await page.keyboard.press('ArrowDown');
    expect(await details().locator('h2').textContent()).toBe('fetch_rows {"sku":"A"}');
    await page.keyboard.press('ArrowRight');
    expect(await focusedLane()).toBe('tools');
    await page.keyboard.press('Escape');
    expect(await details().isVisible()).toBe(false);
  });

  it('what is said of an item does not hide it', async () => {
    await page.setViewportSize({ width: 800, height: 420 });
    await item('fetch_rows').focus();
    await page.keyboard.press('Enter');
    const [chosen, panel] = [await item('fetch_rows').boundingBox(), await details().boundingBox()];
    expect(chosen!.y + chosen!.height).toBeLessThanOrEqual(panel!.y);
  });

  it('names of lanes stay in sight', async () => {
    await page.setViewportSize({ width: 300, height: 800 });
    const name = page.locator('.names text').first();
    const before = await name.boundingBox();
    await page.evaluate('document.querySelector(".scroll").scrollTo(150, 0)');
    await expect.poll(async () => (await name.boundingBox())?.x).toBe(before!.x);
    expect(await page.evaluate('document.querySelector(".scroll").scrollLeft')).toBe(150);
  });

  it('hostile text stays text', async () => {
    for (const each of await page.locator('.item').all()) {
      await each.click();
      expect(await page.locator('img').count()).toBe(0);
    }
    expect(await page.title()).toBe(HOSTILE);
    expect(await page.locator('script').count()).toBe(2);
  });

  it.each(['light', 'dark'] as const)('has colours of its own for %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(ground).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(22, 24, 29)');
  });

  function focusedLane(): Promise<unknown> {
    return page.evaluate(
      'document.activeElement.closest(".lane")?.getAttribute("aria-label") ?? null',
    );
  }
});
