/**
 * Our protocol types against the SDK's, checked by the compiler alone.
 *
 * The SDK declares nullable keys as always present. The wire leaves most of them out, so its types are compared after
 * making every key optional, at any depth.
 */
import type Anthropic from '@anthropic-ai/sdk';
import { expectTypeOf, test } from 'vitest';
import type { CodeExecutionResult, ContentBlock } from '../../src/protocol/blocks.ts';
import type { Message, StopReason, Usage } from '../../src/protocol/message.ts';
import type { ToolVersion } from '../../src/protocol/revisions/code-execution.ts';
import type { StreamEvent } from '../../src/protocol/stream.ts';
import type { Step } from '../../src/protocol/step.ts';
import type * as z from 'zod';
import type { MessageRequest } from '../../src/protocol/request.ts';

type OnTheWire<T> = T extends readonly (infer Item)[]
  ? OnTheWire<Item>[]
  : T extends object
    ? { [Key in keyof T]?: OnTheWire<T[Key]> | undefined }
    : T;

test('what the fake sends is what the SDK expects', () => {
  expectTypeOf<Message>().toExtend<OnTheWire<Anthropic.Message>>();
  expectTypeOf<ContentBlock>().toExtend<OnTheWire<Anthropic.ContentBlock>>();
  expectTypeOf<CodeExecutionResult>().toExtend<OnTheWire<Anthropic.CodeExecutionResultBlock>>();
  expectTypeOf<Usage>().toExtend<OnTheWire<Anthropic.Usage>>();
  expectTypeOf<StopReason>().toEqualTypeOf<Anthropic.StopReason>();
  type Sent = Exclude<StreamEvent, { type: 'ping' }>;
  expectTypeOf<Sent>().toExtend<OnTheWire<Anthropic.RawMessageStreamEvent>>();
});

test('every step becomes blocks and stop reasons the SDK knows', () => {
  type Stops = Extract<Step, { type: 'stop' }>['stop_reason'];
  expectTypeOf<Stops>().toExtend<Anthropic.StopReason>();
});

test('what the SDK may send is accepted', () => {
  type Accepted = z.input<typeof MessageRequest>;
  type Sent = Anthropic.MessageCreateParamsNonStreaming;
  expectTypeOf<Pick<Sent, 'model' | 'max_tokens' | 'stream'>>().toExtend<
    Pick<Accepted, 'model' | 'max_tokens' | 'stream'>
  >();
  expectTypeOf<Sent['messages'][number]['role']>().toExtend<Accepted['messages'][number]['role']>();
  expectTypeOf<NonNullable<Anthropic.Tool['allowed_callers']>[number]>().toEqualTypeOf<
    'direct' | ToolVersion
  >();
});
