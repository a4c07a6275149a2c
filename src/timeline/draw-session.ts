import { html } from 'hono/html';
import { showDuration } from './show-duration.ts';
import { type Item, type Lane, LANES, type SessionTimeline } from './timeline.ts';

/** Markup whose values are escaped. */
export type Markup = ReturnType<typeof html>;

/** Pixels. */
const NAMES = 76;
const STEP = 20;
const ROW = 24;
/** Height of a bar. The page's style says so, too. */
const BAR = 18;
const RULER = 22;
const LANE_GAP = 10;
/** Room at the right end for the label of the last mark. */
const MARGIN = 110;
/** What time that passed adds to a step: more the more it was, so that 270 s fit beside 5 ms. */
const PER_DECADE = 28;
/** A character of a label; the page's font is narrower, never wider. */
const CHARACTER = 7;
/** Characters of a mark's label that are given room, whatever follows; and of a bar's that may stand out, if nothing does. */
const LABEL = 14;
/** Between a mark and its label, and behind that. */
const BESIDE = 4;
/** Where the label of a bar begins. The page's style says so, too. */
const LABEL_AT = 5;

interface Placed {
  readonly item: Item;
  /** Of its element in the page: the numbers of the session and of the item. */
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
          width="100%"
          height="${height + LANE_GAP}"
        />`,
    )}
    ${drawRuler(moments, xs, y)}
    ${lanes.map(
      ({ lane, top, placed }) =>
        html`<g class="lane" role="group" aria-label="${lane}">
          ${placed.map((each, i) => drawItem(each, { top, end, xs, next: nextInRow(placed, i) }))}
        </g>`,
    )}
    <g class="names" aria-hidden="true">
      <rect width="${NAMES - BESIDE}" height="${y}" />
      ${lanes.map(({ lane, top }) => html`<text x="8" y="${top + 14}">${lane}</text>`)}
    </g>
  </svg>`;
}

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
    // The label of a mark stands beside it.
    const characters = item.from === item.to ? Math.min(item.label.length, LABEL) : 0;
    const beside = characters > 0 ? characters * CHARACTER + 2 * BESIDE : 0;
    rowEnds[row] = until + beside;
    return [{ item, id: `${session}-${i}`, x, width: until - x - 2, row }];
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

/** As little markup as will do, for there may be thousands: the page's style and script add what is the same in all. */
function drawItem(
  { item, id, x, width, row }: Placed,
  { top, end, xs, next = end }: Frame,
): Markup {
  const isMark = item.from === item.to;
  // The label of a mark stands beside it, that of a short bar stands out of it, as far as the ground is free.
  const free = next - x - BESIDE;
  const space = isMark ? free - width : Math.max(width, Math.min(free, LABEL * CHARACTER));
  const room = space - LABEL_AT - BESIDE;
  const label = item.differs ? `≠ ${item.label}` : item.label;
  const look = [item.look, ...(isMark ? ['mark'] : []), ...(item.differs ? ['differs'] : [])];
  const looks = look.join(' ');
  const at = `translate(${x} ${top + row * ROW})`;
  return html`<g class="${looks}" id="${id}" transform="${at}">
    <rect width="${width}" />
    ${item.pauses.length === 0 ? '' : html`<path class="pause" d="${pausesOf(item, x, xs)}" />`}
    <text>${shorten(label, Math.max(0, Math.floor(room / CHARACTER)))}</text>
  </g>`;
}

/** The stretches in which a cell waited, as one path. */
function pausesOf({ pauses }: Item, x: number, xs: readonly number[]): string {
  return pauses
    .map(({ from, to }) => {
      const left = xs[from]! + STEP / 2;
      const width = xs[to]! - left;
      return `M${left - x} 0h${width}v${BAR}h${-width}z`;
    })
    .join('');
}

/** The virtual time, wherever it moved on and there is room to say so. */
function drawRuler(moments: readonly number[], xs: readonly number[], height: number): Markup {
  let free = 0;
  const ticks = moments.flatMap((at, i) => {
    const x = xs[i]!;
    if ((i > 0 && at === moments[i - 1]) || x < free) return [];
    const label = showDuration(at);
    free = x + label.length * CHARACTER + 12;
    return [{ x, label }];
  });
  const lines = ticks.map(({ x }) => `M${x} ${RULER - 6}V${height}`).join('');
  return html`<path class="ticks" d="${lines}" />
    <g class="times"
      >${ticks.map(({ x, label }) => html`<text x="${x}" y="12">${label}</text>`)}</g
    >`;
}

function shorten(label: string, room: number): string {
  const line = label.replaceAll(/\s+/g, ' ').trim();
  return line.length <= room ? line : `${line.slice(0, Math.max(0, room - 1))}…`;
}
