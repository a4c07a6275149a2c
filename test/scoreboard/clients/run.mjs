// Runs a client of this folder in a process of its own, as `callsheet probe` starts it: node run.mjs PROGRAM WAY
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

const [program, way] = process.argv.slice(2);
const conversation = JSON.parse(readFileSync(process.env.CALLSHEET_CONVERSATION, 'utf8'));
const client = await import(`./${program}`);

await client[way]({
  ...conversation,
  baseURL: process.env.ANTHROPIC_BASE_URL,
  apiKey: process.env.ANTHROPIC_API_KEY,
  answer(name, input) {
    const fits = (answer) => !answer.input || isDeepStrictEqual(answer.input, input);
    const missing = `No answer is for these arguments: ${name}(${JSON.stringify(input)})`;
    return conversation.answers[name]?.find(fits) ?? { content: missing, is_error: true };
  },
});
