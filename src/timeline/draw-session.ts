import { html } from 'hono/html';
import { showDuration } from './show-duration.ts';
import { type Item, type Lane, LANES, type SessionTimeline } from './timeline.ts';

/** Markup whose values are escaped. */
export type Markup = ReturnType<typeof html>;

/** Pixels. */
const NAMES = 76;
const STEP = 20;
const ROW = 24;
const BAR = 18;
const RULER = 22;
const LANE_GAP = 10;
/** Room at the right end for the label of the last mark. */
const MARGIN = 110;
/** What time that passed adds to a step: more the more it was, so that 270 s fit beside 5 ms. */
const PER_DECADE = 28;
/** A character of a label; the page's font is narrower, never wider. */
const CHARACTER = 7;

interface Placed {
  readonly item: Item;
  readonly id: string;
  readonly x: number;
  readonly width: number;
  readonly row: number;
}

/** Draws one session: a lane for each who took part, from left to right in the order things happened. */
export function drawSession({ key, moments, items }: SessionTimeline, session: number): Markup {
  const xs = positions(moments);
  const end = (xs.at(-1) ?? NAMES) + STEP + MARGIN;
  let y = RULER;
  const lanes = LANES.flatMap((lane) => {
    const placed = place(items, lane, xs, session);
    if (placed.length === 0) return [];
    const top = y;
    const height = ROW * (1 + Math.max(...placed.map(({ row }) => row)));
    y += height + LANE_GAP;
    return [{ lane, top, height, placed }];
  });
  return html`<svg
    width="${end}"
    height="${y}"
    role="group"
    aria-label="Timeline of session ${key}"
  >
    ${lanes.map(
      ({ top, height }) =>
        html`<rect
          class="ground"
          y="${top - LANE_GAP / 2}"
          width="${end}"
          height="${height + LANE_GAP}"
        />`,
    )}
    ${drawRuler(moments, xs, y)}
    ${lanes.map(
      ({ lane, top, placed }) =>
        html`<g class="lane" role="group" aria-label="${lane}">
          <text class="lane-name" x="8" y="${top + 14}">${lane}</text>
          ${placed.map((each, i) => drawItem(each, { top, end, xs, next: nextInRow(placed, i) }))}
        </g>`,
    )}
  </svg>`;
}

/** Id of an item's element in the page. */
export const itemId = (session: number, item: number): string => `s${session}-${item}`;

/** Where each moment stands. */
function positions(moments: readonly number[]): number[] {
  let x = NAMES;
  return moments.map((at, i) => {
    const passed = i === 0 ? 0 : at - moments[i - 1]!;
    x += (i === 0 ? 0 : STEP) + Math.round(PER_DECADE * Math.log10(1 + passed));
    return x;
  });
}

/** The items of a lane, each in the first row that is free when it begins. */
function place(
  items: readonly Item[],
  lane: Lane,
  xs: readonly number[],
  session: number,
): Placed[] {
  const rowEnds: number[] = [];
  return items.flatMap((item, i) => {
    if (item.lane !== lane) return [];
    const x = xs[item.from]!;
    const until = xs[item.to]! + STEP;
    const free = rowEnds.findIndex((rowEnd) => rowEnd <= x);
    const row = free === -1 ? rowEnds.length : free;
    rowEnds[row] = until;
    return [{ item, id: itemId(session, i), x, width: until - x - 2, row }];
  });
}

function nextInRow(placed: readonly Placed[], index: number): number | undefined {
  const { row } = placed[index]!;
  return placed.find((other, i) => i > index && other.row === row)?.x;
}

interface Frame {
  readonly top: number;
  readonly end: number;
  readonly xs: readonly number[];
  /** Where the next item of its row begins. */
  readonly next: number | undefined;
}

function drawItem(
  { item, id, x, width, row }: Placed,
  { top, end, xs, next = end }: Frame,
): Markup {
  const y = top + row * ROW;
  // The label of a mark stands beside it, as far as the ground is free.
  const isMark = item.from === item.to;
  const labelAt = isMark ? x + width + 4 : x + 5;
  const labelEnd = isMark ? next : x + width;
  const room = Math.max(0, Math.floor((labelEnd - labelAt - 4) / CHARACTER));
  return html`<g class="item ${item.look}" id="${id}" role="button" tabindex="-1">
    <title>${item.label}</title>
    <rect class="bar" x="${x}" y="${y}" width="${width}" height="${BAR}" rx="3" />
    ${item.pauses.map(({ from, to }) => {
      const left = xs[from]! + STEP / 2;
      return html`<rect
        class="pause"
        x="${left}"
        y="${y}"
        width="${xs[to]! - left}"
        height="${BAR}"
      />`;
    })}
    <text x="${labelAt}" y="${y + 13}">${shorten(item.label, room)}</text>
  </g>`;
}

/** The virtual time, wherever it moved on and there is room to say so. */
function drawRuler(moments: readonly number[], xs: readonly number[], height: number): Markup[] {
  let free = 0;
  return moments.flatMap((at, i) => {
    const x = xs[i]!;
    if ((i > 0 && at === moments[i - 1]) || x < free) return [];
    const label = showDuration(at);
    free = x + label.length * CHARACTER + 12;
    return [
      html`<line class="tick" x1="${x}" x2="${x}" y1="${RULER - 6}" y2="${height}" />
        <text class="time" x="${x}" y="12">${label}</text>`,
    ];
  });
}

function shorten(label: string, room: number): string {
  const line = label.replaceAll(/\s+/g, ' ').trim();
  return line.length <= room ? line : `${line.slice(0, Math.max(0, room - 1))}…`;
}
