/** What a secret looks like. The name stands in the placeholders. */
export type Patterns = Readonly<Record<string, RegExp>>;

/** Secrets that are told by their looks. All but e-mail addresses have a shape that nothing else has. */
export const BUILT_IN_PATTERNS: Patterns = {
  'anthropic-key': /\bsk-ant-[\w-]{8,}/g,
  'openai-key': /\bsk-(?!ant-)[\w-]{20,}/g,
  'aws-key': /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  'github-token': /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})/g,
  'gitlab-token': /\bglpat-[\w-]{16,}/g,
  'slack-token': /\bxox[abeoprs]-[\w-]{10,}/g,
  'google-key': /\bAIza[\w-]{30,}/g,
  'stripe-key': /\b[rsp]k_(?:live|test)_\w{10,}/g,
  'npm-token': /\bnpm_[A-Za-z0-9]{30,}/g,
  'hugging-face-token': /\bhf_[A-Za-z0-9]{20,}/g,
  jwt: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/g,
  'private-key':
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  bearer: /(?<=\bbearer )[\w.~+/-]{16,}=*/gi,
  'url-password': /(?<=:\/\/[^\s/:@]+:)[^\s/:@]+(?=@)/g,
  // Not the product of matrices that Python writes `a@b.sum()`.
  email:
    /(?<![\w.+-])[A-Za-z0-9][\w.+-]*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,24}(?![\w(]|\.\w|-\w)/g,
};

const PLACEHOLDER = /\[redacted:[a-z0-9-]+#\d+\]/g;

/** What stands in a secret's place. */
export function placeholder(name: string, number: number): string {
  return `[redacted:${name}#${number}]`;
}

/** A text whose placeholders are all the same: who is replayed may come upon secrets in another order. */
export function withEqualPlaceholders(text: string): string {
  return text.includes('[redacted:') ? text.replaceAll(PLACEHOLDER, '[redacted]') : text;
}

/** Where placeholders stand in a text. */
export function placeholdersIn(text: string): readonly (readonly [start: number, end: number])[] {
  if (!text.includes('[redacted:')) return [];
  return [...text.matchAll(PLACEHOLDER)].map(({ 0: { length }, index }) => [index, index + length]);
}
