import type { SandboxContainer } from '../protocol/sandbox.ts';
import type { ServerToolStep } from '../protocol/step.ts';
import type { ResponseDraft } from './response-draft.ts';

/** A use of the container that has its `server_tool_use` block. */
export interface StartedUse<Step extends ServerToolStep = ServerToolStep> {
  readonly id: string;
  /** The script's step that it belongs to. */
  readonly step: number;
  readonly use: Step;
}

/** The container of a response, made when there is none yet. */
export type OpenContainer = (draft: ResponseDraft) => Promise<SandboxContainer>;
