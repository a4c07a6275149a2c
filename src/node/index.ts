export type { Server, ServerOptions } from './listen.ts';
export {
  startRecordingProxy,
  startReplayServer,
  type RecordingProxyOptions,
} from './serve-fetch.ts';
export { startServer } from './server.ts';
