import { expect, test } from 'vitest';
import { captureHeap, exchangeHeap, pristineImage, restoreHeap } from './heap-image.ts';

const PAGE = 4096;
const PRISTINE = new Uint8Array(4 * PAGE).fill(7);

function heapWith(bytes: Record<number, number>, size = PRISTINE.length): Uint8Array {
  const heap = new Uint8Array(size);
  heap.set(PRISTINE);
  for (const [address, byte] of Object.entries(bytes)) heap[Number(address)] = byte;
  return heap;
}

test('an image holds the pages that differ', () => {
  const image = captureHeap(heapWith({ 1: 9, [2 * PAGE]: 9 }), PRISTINE);
  expect([...image.pages]).toEqual([0, 2]);
  expect(image.bytes).toHaveLength(2 * PAGE);
});

test('a page that was added counts when it is not zero', () => {
  const image = captureHeap(heapWith({ [5 * PAGE + 1]: 1 }, 7 * PAGE), PRISTINE);
  expect([...image.pages]).toEqual([5]);
  expect(image.size).toBe(7 * PAGE);
});

test('a restored heap has the same bytes, whatever was in it', () => {
  const heap = heapWith({ 3: 1, [5 * PAGE]: 2 }, 6 * PAGE);
  const image = captureHeap(heap, PRISTINE);
  const other = heapWith({ 3: 8, [PAGE]: 8, [6 * PAGE]: 8 }, 7 * PAGE);
  restoreHeap(other, PRISTINE, image);
  expect(other.subarray(0, heap.length)).toEqual(heap);
  expect(other.subarray(heap.length).every((byte) => byte === 0)).toBe(true);
});

test('exchanging containers restores the pages of both', () => {
  const first = heapWith({ 3: 1, [5 * PAGE]: 2 }, 6 * PAGE);
  const second = captureHeap(heapWith({ [PAGE]: 4 }, 6 * PAGE), PRISTINE);
  exchangeHeap(first, PRISTINE, captureHeap(first, PRISTINE).pages, second);
  expect(first).toEqual(heapWith({ [PAGE]: 4 }, 6 * PAGE));
});

test('the pristine image puts the pristine heap back', () => {
  const heap = heapWith({ 3: 1 });
  restoreHeap(heap, PRISTINE, pristineImage(PRISTINE.length));
  expect(heap).toEqual(PRISTINE);
});
