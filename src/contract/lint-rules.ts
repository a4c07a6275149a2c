import type { ClientTool } from '../protocol/tool-params.ts';

/** Something about a tool that the API refuses, or that makes calls from code go wrong. */
export interface LintFinding {
  readonly rule: string;
  /** Where in the request, such as `tools.0.custom`. */
  readonly path: string;
  /** The name of the tool; absent for what is wrong with the request, or with tools together. */
  readonly tool?: string | undefined;
  readonly message: string;
  readonly fix: string;
  /** The API refuses the request. Otherwise it takes it, and this is advice. */
  readonly refused: boolean;
}

/** Something the API takes in a tool that code may call, and that leads to trouble. */
interface Advice {
  readonly rule: string;
  readonly fix: string;
  /** Says what is wrong with a tool, as words that follow its name. */
  readonly look: (tool: ClientTool) => string | undefined;
}

const RETURNS = /\b(?:returns?|returned|results?|outputs?|yields?|responds?|gives?|json)\b|->|→/i;
const OBJECT = /\b(?:objects?|dict(?:ionar(?:y|ies))?s?|lists?|arrays?|records?)\b|[[{]/i;
const TEXT = /\b(?:json|strings?|texts?|str)\b/i;

// `json.loads` is written where results are known to be text; the words are all Claude has to know it by.
export const ADVICE_ON_TOOLS: readonly Advice[] = [
  {
    rule: 'lint.name_no_identifier',
    fix: 'Use letters, digits and underscores, no digit first, and no keyword of Python.',
    look: ({ name }) =>
      isIdentifier(name)
        ? undefined
        : 'is no name that Python code can call; what becomes of it is not documented.',
  },
  {
    rule: 'lint.results_undescribed',
    fix: 'Say in the description what it returns, in which format, with which fields.',
    look: ({ description = '' }) =>
      RETURNS.test(description)
        ? undefined
        : 'does not say what it returns: the code that reads it is a guess.',
  },
  {
    rule: 'lint.object_described',
    fix: 'Say that it returns JSON text, or whatever else the text is.',
    look: ({ description = '' }) =>
      RETURNS.test(description) && returnsObject(description)
        ? 'says that it returns an object, but code is given the text of the result.'
        : undefined,
  },
];

function returnsObject(description: string): boolean {
  const told = description.slice(description.search(RETURNS));
  return OBJECT.test(told) && !TEXT.test(description);
}

const KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global ' +
    'if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

function isIdentifier(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && !KEYWORDS.has(name);
}

/** What these turned on needs no header since; the API still takes them (release notes, February and August 2026). */
const STALE_BETAS: readonly string[] = [
  'advanced-tool-use-2025-11-20',
  'code-execution-2025-05-22',
  'code-execution-2025-08-25',
];

export function staleBetas(headers: Readonly<Record<string, string>>): LintFinding[] {
  const sent = Object.entries(headers).find(([name]) => name.toLowerCase() === 'anthropic-beta');
  const betas = (sent?.[1] ?? '').split(',').map((beta) => beta.trim());
  return betas
    .filter((beta) => STALE_BETAS.includes(beta))
    .map((beta) => ({
      rule: 'lint.stale_beta',
      path: 'anthropic-beta',
      message: `\`${beta}\` is no longer needed.`,
      fix: 'Leave it out.',
      refused: false,
    }));
}
