import type { MessageRequest } from '../protocol/request.ts';
import type { SandboxContainer } from '../protocol/sandbox.ts';
import { refusal } from './checks/check.ts';
import { blocksOf } from './checks/history.ts';
import type { FileStore, StoredFile } from './files.ts';

/**
 * The files that a request attaches: those of `container_upload` blocks behind the last assistant message. Earlier ones
 * were put into the container of their time, and into no later one. Throws an `ApiError` when a file does not exist.
 */
export function attachedFiles({ messages }: MessageRequest, store: FileStore): StoredFile[] {
  const since = messages.findLastIndex(({ role }) => role === 'assistant') + 1;
  return messages.slice(since).flatMap((message, i) =>
    blocksOf(message).flatMap((block, j) => {
      if (block.type !== 'container_upload') return [];
      const file = store.get(block.file_id);
      if (file) return [file];
      throw refusal(
        'file.unknown',
        {
          path: `messages.${since + i}.content.${j}`,
          namesPath: false,
          reason: `File not found: ${block.file_id}`,
          fix: 'Attach the `id` of a file that was uploaded to this fake and not deleted.',
        },
        'not_found_error',
      );
    }),
  );
}

/** Puts files into a container's `$INPUT_DIR`. */
export async function attach(
  container: SandboxContainer,
  files: readonly StoredFile[],
  at: number,
): Promise<void> {
  for (const { name, bytes } of files) {
    if (!container.writeFile) {
      throw new Error('The request attaches files, and this sandbox cannot take any.');
    }
    await container.writeFile(name, bytes, at);
  }
}
