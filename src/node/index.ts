export type { Server, ServerOptions } from './listen.ts';
export { startRecordingProxy, type RecordingProxyOptions } from './recording-proxy.ts';
export { startServer } from './server.ts';
