// Runs attempts to escape on stock Pyodide, in a process of their own: the control of the escape tests.
// Reads `{ name: code }` from the file that is its argument; writes `{ name: what was printed }` to stdout.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadPyodide } from 'pyodide';

const { attempts, touch, result } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
let printed = '';
let python;
const results = {};
for (const [name, code] of Object.entries(attempts)) {
  python ??= await loadPyodide({ stdout: (text) => (printed += text), stderr: () => {} });
  printed = '';
  const umask = process.umask();
  try {
    await python.runPythonAsync(code, { globals: python.toPy({ __name__: '__main__' }) });
  } catch (error) {
    printed += ` (${String(error.message).trim().split('\n').at(-1)})`;
    if (error.name !== 'PythonError') python = undefined;
  }
  if (existsSync(touch)) printed += 'ESCAPED a file was made';
  rmSync(touch, { force: true });
  if (process.umask(umask) !== umask) printed += 'ESCAPED the umask was changed';
  results[name] = printed;
}
writeFileSync(result, JSON.stringify(results));
process.exit();
