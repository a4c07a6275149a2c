import { expect, test } from 'vitest';
import { captureHeap, exchangeHeap, pristineImage, restoreHeap } from './heap-image.ts';

const PAGE = 4096;
const BLOCK = 16 * PAGE;
const PRISTINE = new Uint8Array(2 * BLOCK).fill(7);

function heapWith(bytes: Record<number, number>, size = PRISTINE.length): Uint8Array {
  const heap = new Uint8Array(size);
  heap.set(PRISTINE);
  for (const [address, byte] of Object.entries(bytes)) heap[Number(address)] = byte;
  return heap;
}

test('an image holds the pages that differ', () => {
  const image = captureHeap(heapWith({ 1: 9, [2 * PAGE]: 9, [BLOCK + PAGE - 1]: 9 }), PRISTINE);
  expect([...image.pages]).toEqual([0, 2, 16]);
  expect(image.bytes).toHaveLength(3 * PAGE);
});

test('a page that was added counts when it is not zero', () => {
  const image = captureHeap(heapWith({ [2 * BLOCK + PAGE]: 1 }, 4 * BLOCK), PRISTINE);
  expect([...image.pages]).toEqual([33]);
  expect(image.size).toBe(4 * BLOCK);
});

test('a restored heap has the same bytes, whatever was in it', () => {
  const heap = heapWith({ 3: 1, [2 * BLOCK]: 2 }, 3 * BLOCK);
  const image = captureHeap(heap, PRISTINE);
  const other = heapWith({ 3: 8, [PAGE]: 8, [3 * BLOCK]: 8 }, 4 * BLOCK);
  restoreHeap(other, PRISTINE, image);
  expect(Buffer.compare(other.subarray(0, heap.length), heap)).toBe(0);
  expect(other.subarray(heap.length).every((byte) => byte === 0)).toBe(true);
});

test('exchanging containers restores the pages of both', () => {
  const first = heapWith({ 3: 1, [2 * BLOCK]: 2 }, 3 * BLOCK);
  const second = captureHeap(heapWith({ [PAGE]: 4 }, 3 * BLOCK), PRISTINE);
  exchangeHeap(first, PRISTINE, captureHeap(first, PRISTINE).pages, second);
  expect(Buffer.compare(first, heapWith({ [PAGE]: 4 }, 3 * BLOCK))).toBe(0);
});

test('the pristine image puts the pristine heap back', () => {
  const heap = heapWith({ 3: 1 });
  restoreHeap(heap, PRISTINE, pristineImage(PRISTINE.length));
  expect(Buffer.compare(heap, PRISTINE)).toBe(0);
});
