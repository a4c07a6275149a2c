/**
 * Takes everything out of this worker's JavaScript realm that reaches the host, so that a JavaScript object which leaks
 * into Python is worth nothing: no `process`, `require` or `fetch`, and no way to make code from text, which would
 * bring `import()` back. Cannot be undone. The worker's own modules keep what they imported before.
 */
export function closeRealm(): void {
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!LANGUAGE.has(name)) Reflect.deleteProperty(globalThis, name);
  }
  // Emscripten sets the exit code of `process` before it throws, and Pyodide prints warnings.
  define(globalThis, 'process', Object.create(null));
  define(globalThis, 'console', silentConsole());
  refuseCodeFromText();
}

/** Globals that belong to the language, or that Emscripten needs after boot and that reach nothing. */
const LANGUAGE: ReadonlySet<string> = new Set(
  `Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date Promise RegExp
  Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError globalThis JSON
  Math Intl ArrayBuffer SharedArrayBuffer Atomics DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array
  Int32Array Uint32Array Float16Array Float32Array Float64Array BigInt64Array BigUint64Array BigInt Map Set WeakMap
  WeakSet WeakRef FinalizationRegistry Iterator Proxy Reflect decodeURI decodeURIComponent encodeURI encodeURIComponent
  escape unescape eval isFinite isNaN WebAssembly TextDecoder TextEncoder`.split(/\s+/),
);

function silentConsole(): Record<string, () => void> {
  const console: Record<string, () => void> = Object.create(null);
  for (const method of ['debug', 'error', 'info', 'log', 'trace', 'warn']) {
    console[method] = () => {};
  }
  return console;
}

function refuse(): never {
  throw new EvalError('Code cannot be made from text in the sandbox.');
}

function refuseCodeFromText(): void {
  // `x instanceof Function` must go on working.
  Object.defineProperty(refuse, 'prototype', { value: Function.prototype });
  const kinds = [function () {}, async function () {}, function* () {}, async function* () {}];
  for (const kind of kinds) define(Object.getPrototypeOf(kind), 'constructor', refuse);
  define(globalThis, 'Function', refuse);
  define(globalThis, 'eval', refuse);
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, {
    value,
    writable: false,
    enumerable: false,
    configurable: false,
  });
}
