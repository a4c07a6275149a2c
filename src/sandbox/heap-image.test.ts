import { expect, test } from 'vitest';
import { PristineHeap } from './heap-image.ts';

const PAGE = 4096;
const BLOCK = 16 * PAGE;
const SNAPSHOT = new Uint8Array(2 * BLOCK).fill(7);
/** What booting changes: a page of the first block, and one of a block that is added. */
const BOOTED = { [5 * PAGE]: 5, [2 * BLOCK + PAGE]: 6 };
const SIZE = 3 * BLOCK;

function heapWith(bytes: Record<number, number>, size = SIZE): Uint8Array {
  const heap = new Uint8Array(size);
  heap.set(SNAPSHOT);
  const all = { ...BOOTED, ...bytes };
  for (const [address, byte] of Object.entries(all)) heap[Number(address)] = byte;
  return heap;
}
const pristine = new PristineHeap(heapWith({}), SNAPSHOT);

function expectSame(heap: Uint8Array, expected: Uint8Array): void {
  expect(Buffer.compare(heap, expected)).toBe(0);
}

test('an image holds the pages that differ', () => {
  const image = pristine.capture(heapWith({ 1: 9, [2 * PAGE]: 9, [BLOCK + PAGE - 1]: 9 }));
  expect([...image.pages]).toEqual([0, 2, 16]);
  expect(image.bytes).toHaveLength(3 * PAGE);
});

test('of pages that booting changed, an image holds those that changed again, if only back', () => {
  const image = pristine.capture(heapWith({ [5 * PAGE]: 7, [2 * BLOCK + PAGE]: 0 }));
  expect([...image.pages]).toEqual([5, 33]);
  expect([...pristine.capture(heapWith({})).pages]).toEqual([]);
});

test('a page that was added counts when it is not zero', () => {
  const image = pristine.capture(heapWith({ [3 * BLOCK + PAGE]: 1 }, 5 * BLOCK));
  expect([...image.pages]).toEqual([49]);
  expect(image.size).toBe(5 * BLOCK);
});

test('a restored heap has the same bytes, whatever was in it', () => {
  const heap = heapWith({ 3: 1, [5 * PAGE]: 8, [3 * BLOCK]: 2 }, 4 * BLOCK);
  const image = pristine.capture(heap);
  const other = heapWith({ 3: 8, [PAGE]: 8, [2 * BLOCK + PAGE]: 8, [4 * BLOCK]: 8 }, 5 * BLOCK);
  pristine.restore(other, image);
  expectSame(other.subarray(0, heap.length), heap);
  expect(other.subarray(heap.length).every((byte) => byte === 0)).toBe(true);
});

test('exchanging containers restores the pages of both', () => {
  const first = heapWith({ 3: 1, [5 * PAGE]: 8, [2 * BLOCK]: 2, [3 * BLOCK]: 2 }, 4 * BLOCK);
  const second = pristine.capture(heapWith({ [PAGE]: 4 }, 4 * BLOCK));
  pristine.exchange(first, pristine.capture(first).pages, second);
  expectSame(first, heapWith({ [PAGE]: 4 }, 4 * BLOCK));
});

test('the pristine image puts the pristine heap back', () => {
  const heap = heapWith({ 3: 1, [5 * PAGE]: 1 });
  pristine.restore(heap, pristine.image);
  expectSame(heap, heapWith({}));
});
