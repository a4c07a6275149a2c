import { ApiError } from '../protocol/errors.ts';
import type { ApiRequest } from './exchange.ts';

/** What a client uploads. */
export interface Upload {
  readonly name: string;
  readonly mimeType: string | undefined;
  readonly bytes: Uint8Array;
  /** Seconds. */
  readonly expiresIn: number | undefined;
}

const HOUR = 3600;
const NINETY_DAYS = 90 * 24 * HOUR;

/** Reads the `multipart/form-data` of an upload. Throws an `ApiError` when it is none, or a part is missing or wrong. */
export async function readUpload(request: ApiRequest): Promise<Upload> {
  const form = await readForm(request);
  const file = form.get('file');
  if (!(file instanceof File)) {
    throw badUpload('file', 'Field required', 'Send the file as the form field `file`.');
  }
  return {
    // Only the last part of a path is kept.
    name: file.name.split(/[/\\]/).at(-1) || 'unnamed',
    // What `fetch` writes for a part without a type says nothing.
    mimeType: /^application\/octet-stream\b/.test(file.type) ? undefined : file.type || undefined,
    bytes: new Uint8Array(await file.arrayBuffer()),
    expiresIn: readExpiry(form.get('expires_in_seconds')),
  };
}

async function readForm(request: ApiRequest): Promise<FormData> {
  const type = request.header('content-type') ?? '';
  try {
    return await new Response(await request.bytes(), {
      headers: { 'content-type': type },
    }).formData();
  } catch {
    throw badUpload(
      'file',
      'Field required',
      `Send multipart/form-data with a boundary; the body came as ${type || 'no content type'} and could not be read as such.`,
    );
  }
}

function readExpiry(value: ReturnType<FormData['get']>): number | undefined {
  if (value === null) return undefined;
  const seconds = Number(value);
  if (Number.isInteger(seconds) && seconds >= HOUR && seconds <= NINETY_DAYS) return seconds;
  throw badUpload(
    'expires_in_seconds',
    `Input should be a valid integer from ${HOUR} to ${NINETY_DAYS}`,
    'Let a file live for an hour at least, for ninety days at most.',
  );
}

function badUpload(path: string, reason: string, fix: string): ApiError {
  return new ApiError('invalid_request_error', `${path}: ${reason}`, {
    rule: 'file.upload',
    path,
    fix,
  });
}
