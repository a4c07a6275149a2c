import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { html, raw } from 'hono/html';
import type { TranscriptEvent } from '../transcript/events.ts';
import { drawSession, type Markup } from './draw-session.ts';
import { showDuration } from './show-duration.ts';
import { type Item, type Lane, type SessionTimeline, sessionTimelines } from './timeline.ts';
import type { ShownFailure } from './unmet.ts';

export interface RenderTimelineOptions {
  /** Heading of the page. Default: `callsheet timeline`. */
  readonly title?: string | undefined;
  /**
   * Why a scenario failed, as `checkScenario` and `runScenario` say it: listed at the top, and shown at the calls and
   * cells that are not as expected. Default: none.
   */
  readonly failures?: readonly ShownFailure[] | undefined;
}

/**
 * Draws a transcript as one HTML page that needs nothing else: a lane each for the user, Claude, cells, tools, the
 * container and findings, over virtual time. A click or Enter on an item shows its code, arguments and results; arrow
 * keys go from item to item. Text of the session is never markup: it is escaped, and the page's content security policy
 * lets no script run but the page's own.
 */
export function renderTimeline(
  transcript: Iterable<TranscriptEvent>,
  { title = 'callsheet timeline', failures = [] }: RenderTimelineOptions = {},
): string {
  const sessions = sessionTimelines(transcript, failures);
  const style = pageFile('page.css');
  const script = pageFile('page.js');
  const policy = `default-src 'none'; style-src ${hashSource(style)}; script-src ${hashSource(script)}; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p class="keys">
            Click an item, or <kbd>Tab</kbd> to it and move with the arrow keys.
            <kbd>Esc</kbd> closes what is shown.
          </p>
          <ul class="legend" aria-label="Legend">
            ${LEGEND.map(([look, meaning]) => html`<li class="${look}">${meaning}</li>`)}
          </ul>
        </header>
        <main>
          ${failures.length === 0 ? '' : listFailures(failures)}
          ${sessions.map(
            (session, i) =>
              html`<section>
                <h2>${session.key}</h2>
                <p>${summary(session)}</p>
                <div class="scroll">${raw(compact(drawSession(session, i)))}</div>
              </section>`,
          )}
        </main>
        <aside id="details" aria-live="polite" hidden></aside>
        ${raw(`<script type="application/json" id="data">${pageData(sessions)}</script>`)}
        ${raw(`<script>${script}</script>`)}
      </body>
    </html> `;
  return written(page);
}

/**
 * What the page's script shows of each item of each session, as JSON. What is shown stands once, however many items show
 * it: texts as strings, objects and lists as they are, for the page to indent.
 */
function pageData(sessions: readonly SessionTimeline[]): string {
  const literals = new Map<string, number>();
  function indexOf(text: string, isJson = false): number {
    // A string of JSON would be taken for a text: it is shown with its quotes.
    const literal = isJson && !text.startsWith('"') ? text : JSON.stringify(text);
    const index = literals.get(literal) ?? literals.size;
    literals.set(literal, index);
    return index;
  }
  const items = sessions.map(({ moments, items }) =>
    items.map(({ label, from, to, details }) => {
      const [at, until] = [moments[from]!, moments[to]!].map((ms) => indexOf(showDuration(ms)));
      const about = details.map(({ title, text, line, isJson }) => [
        indexOf(title),
        indexOf(text, isJson),
        ...(line === undefined ? [] : [line]),
      ]);
      return [indexOf(label), at, until, ...about];
    }),
  );
  const data = `{"texts":[${[...literals.keys()].join()}],"items":${JSON.stringify(items)}}`;
  // No `<` of a value can end the script element that the data stands in.
  return data.replaceAll('<', '\\u003c');
}

/** What colours and signs mean. */
const LEGEND = [
  ['ok', 'ended well'],
  ['failed', 'failed'],
  ['waiting', 'never ended'],
  ['pausing', 'waits for the client'],
  ['differs', 'not as expected'],
  ['fault', 'fault'],
  ['finding', 'broken rule'],
] as const;

function listFailures(failures: readonly ShownFailure[]): Markup {
  const count = failures.length === 1 ? '1 failure' : `${failures.length} failures`;
  return html`<section class="failures">
    <h2>${count}</h2>
    ${failures.map(({ message }) => {
      const [heading, ...rest] = message.split('\n');
      return html`<details>
        <summary>${heading}</summary>
        ${raw('<pre>')}${rest.join('\n').replace(/^\n+/, '')}${raw('</pre>')}
      </details>`;
    })}
  </section>`;
}

function summary({ items, moments }: SessionTimeline): string {
  const count = (lane: Lane, what: (item: Item) => boolean = () => true) =>
    items.filter((item) => item.lane === lane && what(item)).length;
  const parts = [
    `cells and commands: ${count('cells')}`,
    // A mark among them is a tool that failed.
    `tool calls: ${count('tools', ({ from, to }) => from < to)}`,
    `findings: ${count('findings')}`,
    `virtual time: ${showDuration(moments.at(-1) ?? 0)}`,
  ];
  return parts.join(' · ');
}

/** Markup without the blanks between its tags. A `>` or `<` of a value is escaped, so that values stay whole. */
function compact(markup: Markup): string {
  return written(markup).replaceAll(/>\s+</g, '><');
}

function written(markup: Markup): string {
  // A template is a promise only when one of its values is.
  if (markup instanceof Promise) throw new TypeError('A value of the page is a promise.');
  return markup.toString();
}

/** The page's own files. Reached from `src` and from `dist` alike: the package ships its sources. */
function pageFile(name: string): string {
  const file = new URL(`../../src/timeline/page/${name}`, import.meta.url);
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
}

function hashSource(text: string): string {
  return `'sha256-${hash('sha256', text, 'base64')}'`;
}
