export { handlers, type HandlersOptions } from './handlers.ts';
export { recordingHandlers } from './recording-handlers.ts';
