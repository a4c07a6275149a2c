/** A way in which agents and client libraries get code execution and programmatic tool calling wrong. */
export interface BugClass {
  /** What the client does. */
  readonly title: string;
  /** `high`: turns fail, or side effects happen twice. `medium`: answers can be wrong. `low`: time or money is lost. */
  readonly severity: 'high' | 'medium' | 'low';
  /** What comes of it. */
  readonly consequence: string;
}

function bug(severity: BugClass['severity'], title: string, consequence: string): BugClass {
  return { title, severity, consequence };
}

/** The bug classes by id, as `docs/bug-classes.md` describes them. */
export const BUG_CLASSES = {
  'container-not-forwarded': bug(
    'high',
    'The container is not sent back with the answers',
    'The API refuses the answers, and every turn whose code calls a tool fails.',
  ),
  'container-on-one-path': bug(
    'high',
    'The container is sent back on one path of the loop only',
    'Conversations work until one takes the other path, such as a paused turn: then the API refuses it.',
  ),
  'container-lost-in-stream': bug(
    'high',
    'The container is not read from a stream',
    'What works without streaming is refused with it: the container comes in `message_delta`, or in a `message_start` that is whole.',
  ),
  'container-wrong-shape': bug(
    'high',
    'The container is sent back as an object',
    'The API refuses the request: without skills it takes nothing but the id.',
  ),
  'expired-container-resent': bug(
    'high',
    'An expired container is sent again',
    'The conversation never recovers: every further request is refused.',
  ),
  'container-change-missed': bug(
    'high',
    'A new container is not noticed',
    'The client goes on with one that is gone, and is refused; or code misses the variables of the other.',
  ),
  'caller-dropped': bug(
    'high',
    'The `caller` of a call is dropped from the history',
    'The API cannot tell which cell the answer is for, and refuses it.',
  ),
  'caller-not-allowed': bug(
    'high',
    'A `caller` is sent to an API that knows none',
    'An older version of the API, or another platform, refuses the request.',
  ),
  'result-dropped': bug(
    'high',
    'The result of a cell is dropped from the history, and its use kept',
    'The next turn is refused, and every turn after it: the history stays broken.',
  ),
  'server-tool-renamed': bug(
    'high',
    'The use of a server tool comes back as one of a client tool',
    'The API waits for an answer to it and refuses the request.',
  ),
  'unknown-result-dropped': bug(
    'high',
    'A result of a kind the client does not know is dropped from the history',
    'The conversation breaks when code has searched the web, or a shell command has run.',
  ),
  'result-retyped': bug(
    'medium',
    'The result of a cell comes back as another kind of result',
    'Claude goes on with something that did not happen, such as a cell that failed.',
  ),
  'response-field-echoed': bug(
    'high',
    'Blocks come back with fields that only the client knows',
    'The API refuses fields it does not know.',
  ),
  'paused-turn-split': bug(
    'high',
    'A paused turn is left behind in the history by a new user message',
    'The use that was to run stays without a result, and every further request is refused.',
  ),
  'pending-cell-dropped': bug(
    'high',
    'The cell that waits is dropped from the history',
    'The answers to its calls have no cell to go to, and are refused.',
  ),
  'text-beside-results': bug(
    'high',
    'Text stands beside the answers to a cell',
    'The text ends the turn while the cell waits: the API refuses it, or the cell is lost.',
  ),
  'non-text-result': bug(
    'high',
    'A call from code is answered with an image or a document',
    'The API refuses it: nothing but text can reach the code.',
  ),
  'call-unanswered': bug(
    'high',
    'Not every one of parallel calls is answered, or one is answered twice',
    'The API refuses the request and names the calls.',
  ),
  'server-tool-answered': bug(
    'high',
    'The client answers a server tool',
    'The API refuses the result: it runs those tools itself.',
  ),
  'result-not-as-text': bug(
    'medium',
    'The result of a tool does not reach the code as JSON text',
    'Code that parses it fails, or goes on with a wrong value.',
  ),
  'caller-unchecked': bug(
    'medium',
    'A tool is run for whoever calls it',
    '`allowed_callers` guides the model and binds nobody: a tool that only code should reach is run for Claude, or the reverse.',
  ),
  'approval-bypassed': bug(
    'high',
    'Calls from code are run without the approval that direct calls need',
    'Code does, as often as it likes, what a person was to decide.',
  ),
  'input-lost-in-stream': bug(
    'medium',
    'The input of a server tool is not read from a stream',
    'The code of the cell comes back as `{}`: Claude cannot see any more what it ran.',
  ),
  'arguments-lost-in-stream': bug(
    'high',
    'Arguments that come whole in `content_block_start` are not read',
    'Tools are run with no arguments.',
  ),
  'whole-message-ignored': bug(
    'high',
    'A message that comes whole in `message_start` is taken for an empty one',
    'The loop ends while a cell waits: the user gets no answer.',
  ),
  'blocks-reduced': bug(
    'high',
    'Blocks of a stream are reduced to the fields the client knows',
    'What it does not know, such as `caller`, is missing in the history, and the next request is refused.',
  ),
  'cut-stream-trusted': bug(
    'high',
    'A stream that broke off is taken for a whole one',
    'Half an answer is shown as the answer, and half a response goes into the history.',
  ),
  'pause-turn-ended': bug(
    'high',
    '`pause_turn` is taken for the end',
    'The rest of the turn never happens: the user gets half an answer.',
  ),
  'endless-loop': bug(
    'high',
    'The loop does not end when a server tool has failed',
    'The same request is sent until money or patience runs out.',
  ),
  'resumes-counted': bug(
    'medium',
    'The limit of iterations counts resumed cells',
    'Code that makes many calls is left behind in the middle, although the model was asked but once.',
  ),
  'usage-miscounted': bug(
    'low',
    'Usage is not summed over the responses of a turn',
    'Costs are reported too low: a resumed response says zero.',
  ),
  'thread-not-replayed': bug(
    'high',
    'A thread that was lost is not replayed',
    'A thread lives five minutes: whatever takes longer ends the conversation.',
  ),
  'late-answer': bug(
    'high',
    'A tool may take longer than code waits for it',
    'After 270 s code goes on with a `TimeoutError`, and often calls again: the late result is dropped, and a write happens twice.',
  ),
  'cell-limit-misread': bug(
    'medium',
    'A cell that was ended after 90 s is taken for a broken service',
    'The agent gives up where Claude would have gone on.',
  ),
  'write-repeated': bug(
    'high',
    'A write is repeated when the response to it is lost',
    'Orders are placed twice.',
  ),
  'calls-race': bug(
    'medium',
    'Calls that code makes at once share state',
    'Totals are wrong now and then, depending on the order in which calls end.',
  ),
  'unsupported-combination': bug(
    'high',
    'Options are combined that do not go together, such as `strict` and a caller that is code',
    'The API refuses every request.',
  ),
  'callers-not-declared': bug(
    'medium',
    '`allowed_callers` does not reach the API',
    'Code finds no such function: Claude calls the tool directly, if at all, and every result fills the context.',
  ),
  'hidden-code-execution': bug(
    'high',
    'Code execution that came with a web tool is not reckoned with',
    'Since February 2026 web tools run code: an agent that never asked for a container has to send one back.',
  ),
  'cache-lost': bug(
    'low',
    'The history is written anew in another form',
    'The prompt cache covers nothing of it: every request is paid in full.',
  ),
} satisfies Record<string, BugClass>;

/** The id of a bug class. */
export type BugClassId = keyof typeof BUG_CLASSES;
