export { failClosed, type FailClosed } from './fail-closed.ts';
export { handlers, type HandlersOptions } from './handlers.ts';
export { recordingHandlers } from './recording-handlers.ts';
