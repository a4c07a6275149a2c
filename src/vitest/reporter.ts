import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Reporter, TestCase, Vitest } from 'vitest/node';
import { attachedTranscripts } from './attachment.ts';

export interface TranscriptReporterOptions {
  /** Folder for the files, below Vitest's root. Default: `.callsheet/transcripts`. */
  readonly outputDir?: string | undefined;
}

/**
 * Writes the transcripts of each failed test into a JSON file, and says where. The file goes when the test passes again.
 * In Vitest's configuration: `reporters: ['default', 'callsheet/vitest/reporter']`.
 */
export default class TranscriptReporter implements Reporter {
  readonly #outputDir: string;
  #vitest: Vitest | undefined;
  #written: string[] = [];

  constructor({ outputDir = '.callsheet/transcripts' }: TranscriptReporterOptions = {}) {
    this.#outputDir = outputDir;
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunStart(): void {
    this.#written = [];
  }

  async onTestCaseResult(test: TestCase): Promise<void> {
    const root = this.#vitest?.config.root ?? '.';
    const module = relative(root, test.module.moduleId);
    const folder = join(root, this.#outputDir);
    const file = join(
      folder,
      `${fileName(`${test.project.name} ${module} ${test.fullName}`)}.json`,
    );
    const transcripts = attachedTranscripts(test.meta());
    if (transcripts.length === 0) {
      await rm(file, { force: true });
      return;
    }
    await mkdir(folder, { recursive: true });
    const content = { module, test: test.fullName, transcripts };
    await writeFile(file, `${JSON.stringify(content, null, 2)}\n`);
    this.#written.push(`${test.fullName}: ${relative(root, file)}`);
  }

  onTestRunEnd(): void {
    if (this.#written.length === 0) return;
    this.#vitest?.logger.log(['Transcripts of failed tests', ...this.#written].join('\n  '));
  }
}

function fileName(text: string): string {
  return text.trim().replaceAll(/[^\p{L}\p{N}.]+/gu, '-');
}
