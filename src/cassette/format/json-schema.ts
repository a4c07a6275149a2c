import * as z from 'zod';
import { CassetteDocument } from './document.ts';

/** The JSON Schema of one document of a cassette: what editors complete and check by. */
export function cassetteJsonSchema(): object {
  return z.toJSONSchema(CassetteDocument, { io: 'input' });
}
