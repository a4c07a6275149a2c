import { expect, test } from 'vitest';
import { cassetteJsonSchema } from './json-schema.ts';

// `vitest -u` writes the file anew.
test('the published JSON Schema is that of the format', async () => {
  const schema = `${JSON.stringify(cassetteJsonSchema(), null, 2)}\n`;
  await expect(schema).toMatchFileSnapshot('../../../schemas/cassette.schema.json');
});
