import { Buffer } from 'node:buffer';
import type { FileStore, StoredFile } from '../machine/files.ts';
import { ApiError } from '../protocol/errors.ts';
import type { IdSource } from '../transcript/ids.ts';
import type { Transcript } from '../transcript/transcript.ts';
import type { ApiResponse } from './exchange.ts';
import type { HeaderSource } from './headers.ts';
import { listFiles } from './list-files.ts';
import { readUpload } from './read-upload.ts';
import type { Refuse } from './refusals.ts';
import { jsonResponse } from './responses.ts';
import type { Route, RoutedRequest } from './routes.ts';

export interface FilesRoutesOptions {
  readonly files: FileStore;
  /** Wall-clock time of uploads, in milliseconds since 1970: outside sessions no time passes. */
  readonly epoch: number;
  readonly ids: IdSource;
  readonly headers: HeaderSource;
  readonly transcript: Transcript;
  readonly refuse: Refuse;
}

/** The Files API: `/v1/files`, `/v1/files/ID` and `/v1/files/ID/content`. */
export function filesRoutes(options: FilesRoutesOptions): Route[] {
  const { files, epoch, ids, headers, transcript, refuse } = options;
  const outside = { session: '', at: 0 };

  /** Answers with JSON, or refuses with the `ApiError` that is thrown. */
  const json =
    (find: (request: RoutedRequest) => object | Promise<object>): Route['answer'] =>
    async (request) => {
      try {
        return jsonResponse(await find(request), headers.always(ids.next('request')));
      } catch (error) {
        if (error instanceof ApiError) return refuse(error, request.target);
        throw error;
      }
    };

  function stored({ id }: RoutedRequest): StoredFile {
    const file = files.get(id);
    if (file) return file;
    throw new ApiError('not_found_error', `File not found: ${id}`, {
      rule: 'file.unknown',
      fix: 'Ask for the `id` of a file that was uploaded or captured, and not deleted.',
    });
  }

  async function upload(request: RoutedRequest): Promise<object> {
    const { name, mimeType, bytes, expiresIn } = await readUpload(request);
    const id = ids.next('file');
    const file: StoredFile = {
      id,
      name,
      mimeType,
      bytes,
      createdAt: timestamp(epoch),
      expiresAt: expiresIn === undefined ? undefined : timestamp(epoch + expiresIn * 1000),
      downloadable: false,
    };
    files.set(id, file);
    const data = Buffer.from(bytes).toString('base64');
    transcript.append({ ...outside, type: 'file.uploaded', file: id, name, data });
    return describe(file);
  }

  function remove(request: RoutedRequest): object {
    const { id } = stored(request);
    files.delete(id);
    transcript.append({ ...outside, type: 'file.deleted', file: id });
    return { id, type: 'file_deleted' };
  }

  async function content(request: RoutedRequest): Promise<ApiResponse> {
    const file = stored(request);
    if (!file.downloadable) throw notDownloadable(file);
    return {
      status: 200,
      headers: {
        ...headers.always(ids.next('request')),
        'content-type': await mimeTypeOf(file),
        'content-disposition': `attachment; filename*=utf-8''${encodeURIComponent(file.name)}`,
        'content-length': String(file.bytes.length),
      },
      body: [file.bytes],
    };
  }

  return [
    { method: 'POST', path: '/files', answer: json(upload) },
    {
      method: 'GET',
      path: '/files',
      answer: json(async (request) => {
        const { data, ...rest } = listFiles([...files.values()], request);
        return { data: await Promise.all(data.map(describe)), ...rest };
      }),
    },
    { method: 'GET', path: '/files/:id', answer: json((request) => describe(stored(request))) },
    { method: 'DELETE', path: '/files/:id', answer: json(remove) },
    {
      method: 'GET',
      path: '/files/:id/content',
      answer: (request) =>
        content(request).catch((error: unknown) => {
          if (error instanceof ApiError) return refuse(error, request.target);
          throw error;
        }),
    },
  ];
}

/** A file as the API shows it. */
async function describe(file: StoredFile): Promise<object> {
  const { id, name, bytes, createdAt, expiresAt, downloadable } = file;
  return {
    type: 'file',
    id,
    filename: name,
    mime_type: await mimeTypeOf(file),
    size_bytes: bytes.length,
    created_at: createdAt,
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
    downloadable,
  };
}

async function mimeTypeOf({ mimeType, name }: StoredFile): Promise<string> {
  if (mimeType) return mimeType;
  const { default: mime } = await import('mime');
  return mime.getType(name) ?? 'application/octet-stream';
}

function timestamp(time: number): string {
  return new Date(time).toISOString().replace('Z', '000Z');
}

function notDownloadable({ id }: StoredFile): ApiError {
  return new ApiError(
    'invalid_request_error',
    `File ${id} is not downloadable. Only files created by a tool can be downloaded.`,
    {
      rule: 'file.not_downloadable',
      fix: 'Download files whose `downloadable` is true: those that code left in its `$OUTPUT_DIR`.',
    },
    { error_code: 'file_not_downloadable' },
  );
}
