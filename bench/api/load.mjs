import { connect } from 'node:net';

/**
 * Sends requests over keep-alive connections, each the next one as soon as its last is answered, for a while or a
 * number of times. Plain sockets: a client library would cost more than the servers it is to compare. A response that
 * is not `200` fails the run.
 */
export async function load({ url, requestOf, connections, requests }) {
  const { hostname, port } = new URL(url);
  let started = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: connections }, () =>
      converse({
        socket: connect(Number(port), hostname).setNoDelay(),
        next: () => (started < requests ? requestOf(started++) : undefined),
      }),
    ),
  );
  return requests / ((performance.now() - began) / 1000);
}

/** The bytes of one request. */
export function post(url, path, body) {
  const { host } = new URL(url);
  return `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\nx-api-key: key\r\nanthropic-version: 2023-06-01\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function converse({ socket, next }) {
  return new Promise((resolve, reject) => {
    let received = '';
    const send = () => {
      const request = next();
      if (request === undefined) {
        socket.end();
        resolve();
      } else socket.write(request);
    };
    socket
      .setEncoding('latin1')
      .on('connect', send)
      .on('error', reject)
      .on('close', () => reject(new Error('The server hung up.')))
      .on('data', (text) => {
        received += text;
        if (!isWhole(received)) return;
        if (!received.startsWith('HTTP/1.1 200')) {
          reject(new Error(`Not a 200: ${received.slice(0, 400)}`));
          socket.destroy();
          return;
        }
        received = '';
        send();
      });
  });
}

/** Whether a response has come to its end, by its length or by its last chunk. */
function isWhole(response) {
  const end = response.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(response.slice(0, end));
  if (length) return response.length - end - 4 >= Number(length[1]);
  return response.endsWith('\r\n0\r\n\r\n');
}
