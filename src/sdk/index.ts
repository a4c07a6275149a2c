export { recordingMiddleware } from './recording-middleware.ts';
