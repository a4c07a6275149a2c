// A fresh process to the end of its first cell. Prints how long the process has been alive.
import { pyodideSandbox } from '../dist/sandbox/pyodide.js';

const sandbox = pyodideSandbox({ workers: 1 });
const container = await sandbox.createContainer({ id: 'bench', seed: '', epoch: 0 });
await container.run({ id: 'cell', code: 'x = 1', tools: [], at: 0 });
console.log(JSON.stringify({ uptime: performance.now() }));
process.exit();
