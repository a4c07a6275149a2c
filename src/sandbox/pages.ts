import { Buffer } from 'node:buffer';

/** Memory is kept and compared in pages of so many bytes. */
export const PAGE = 4096;

/** Some pages of a memory. */
export interface Pages {
  /** Their numbers, ascending. */
  readonly pages: Uint32Array;
  /** Their contents, one after the other. Of a memory that ends within its last page, that is cut short. */
  readonly bytes: Uint8Array;
}

/** Puts pages in their places, those that stand in a row at once. */
export function putPages(memory: Uint8Array, { pages, bytes }: Pages): void {
  const target = view(memory);
  for (let first = 0, next = 1; first < pages.length; first = next++) {
    while (pages[next] === pages[first]! + next - first) next++;
    const row = bytes.subarray(first * PAGE, next * PAGE);
    const start = pages[first]! * PAGE;
    // Not `set`, which copies to and from shared memory word by word.
    target.fill(row, start, start + row.length);
  }
}

/** The same bytes, with what Node can do with them. */
export function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
