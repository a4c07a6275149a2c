import { closeSync, fstatSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Exchange } from './exchange.ts';
import { createCassetteEncoder } from './format/encode.ts';
import { toYaml } from './format/yaml.ts';
import { readDocuments } from './read-cassette.ts';
import type { RedactionOptions } from './redaction/redact-text.ts';
import { createRedactor } from './redaction/redactor.ts';

/** Stands between documents. A writer that was killed may have left a line without its end. */
const BETWEEN = '\n';

/** A cassette's text. Nothing is redacted. */
export function writeCassette(exchanges: Iterable<Exchange>): string {
  const encoder = createCassetteEncoder();
  return Array.from(exchanges, (exchange) => toYaml(encoder.encode(exchange))).join(BETWEEN);
}

export interface OpenCassetteOptions {
  /** What is kept out of the file. Default: what the built-in patterns find, and credentials in headers. */
  readonly redaction?: RedactionOptions | undefined;
}

/** Adds exchanges to a cassette on disk. */
export interface CassetteWriter {
  /** Writes one exchange, redacted, whole or not at all: when this returns it is in the file. */
  append(exchange: Exchange): void;
  close(): void;
}

/** Opens a cassette to add to it; the file is made at the first exchange. Fails when it is there and no cassette. */
export function openCassette(file: string, options: OpenCassetteOptions = {}): CassetteWriter {
  const redactor = createRedactor(options.redaction);
  const encoder = createCassetteEncoder();
  const existing = readExisting(file);
  redactor.reserve(existing.text);
  for (const { exchange, document } of existing.exchanges) encoder.adopt(exchange, document);
  let descriptor: number | undefined;
  return {
    append(exchange) {
      const document = toYaml(encoder.encode(redactor.exchange(exchange)));
      descriptor ??= openSync(file, 'a');
      const isFirst = fstatSync(descriptor).size === 0;
      // One write in append mode: documents of several writers stand one after the other, never in each other.
      writeWhole(descriptor, Buffer.from(isFirst ? document : BETWEEN + document));
    },
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}

function readExisting(
  file: string,
): Pick<ReturnType<typeof readDocuments>, 'exchanges'> & { readonly text: string } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { text: '', exchanges: [] };
    }
    throw error;
  }
  const isEmpty = text.trim() === '';
  return {
    text,
    exchanges: isEmpty ? [] : readDocuments(text, { file, cut: 'leave out' }).exchanges,
  };
}

/** A write may take less than all only when the disk is full; then the next one says so. */
function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) {
    written += writeSync(descriptor, bytes, written);
  }
}
