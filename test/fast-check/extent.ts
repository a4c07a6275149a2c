/** How far properties look: not far in `npm test`, and with ten seeds, each for long, in `npm run verify`. */
const first = Number(process.env['FC_SEED'] ?? 1);
const count = Number(process.env['PROPERTY_SEEDS'] ?? 1);

export const IS_THOROUGH = count > 1;
export const SEEDS: readonly number[] = Array.from({ length: count }, (_, n) => first + n);

/** How many runs. */
export function runs(few: number, many: number): number {
  return IS_THOROUGH ? many : few;
}
