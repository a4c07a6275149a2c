import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Every module Node loads when it imports a file, as a resolve hook sees them. */
async function loadedBy(file: string): Promise<string[]> {
  const hooks = `
    import { writeSync } from 'node:fs';
    export async function resolve(specifier, context, next) {
      const resolved = await next(specifier, context);
      writeSync(1, resolved.url + '\\n');
      return resolved;
    }`;
  const program = `
    import { register } from 'node:module';
    register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)});
    await import(${JSON.stringify(file)});`;
  const options = ['--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, options);
  return stdout.trim().split('\n');
}

test('importing callsheet loads none of Pyodide, msw, vitest, fast-check and the server', async () => {
  const modules = await loadedBy(new URL('../../dist/index.js', import.meta.url).href);
  expect(modules.some((url) => url.endsWith('/dist/api/create-fake-api.js'))).toBe(true);
  const heavy = /node_modules\/(pyodide|msw|vitest|fast-check|@anthropic-ai|commander)\//;
  expect(modules.filter((url) => heavy.test(url) || url === 'node:worker_threads')).toEqual([]);
});
