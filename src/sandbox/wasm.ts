/** The little of WebAssembly that is used here, typed; the ES libs have no types for it. */

/** A compiled module. Opaque; crosses threads without being compiled again. */
export interface WasmModule {
  readonly kind?: 'WebAssembly.Module';
}
export interface WasmInstance {
  readonly exports: Record<string, unknown>;
}

interface WasmNamespace {
  compile(bytes: Uint8Array): Promise<WasmModule>;
  instantiate(module: WasmModule, imports: object): Promise<WasmInstance>;
}

declare const WebAssembly: WasmNamespace;

/** From now on this realm cannot switch stacks of WebAssembly, whatever the engine can. */
export function withoutStackSwitching(): void {
  Reflect.deleteProperty(WebAssembly, 'Suspending');
}

export function compileWasm(bytes: Uint8Array): Promise<WasmModule> {
  return WebAssembly.compile(bytes);
}

export function instantiateWasm(module: WasmModule, imports: object): Promise<WasmInstance> {
  return WebAssembly.instantiate(module, imports);
}
