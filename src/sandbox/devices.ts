import { CellKilled } from './cpu-meter.ts';
import type { Machine } from './host-imports.ts';
import type { FileBase } from './file-image.ts';
import type { FileNode, FileSystem, PythonModule } from './python-module.ts';
import { fillRandom } from './random-stream.ts';

const CHANNEL = '/dev/callsheet';
/** An archive under the name of the folder the real sandbox has: `driver/standard_library.py`. */
const STANDARD_LIBRARY = '/usr/local/lib/python3.11';

const EIO = 29;
const EROFS = 69;

/** Answers a blocked cell: takes what the driver wrote, returns what it is to read. */
export type Exchange = (request: string) => string;

/** Sets up `/dev` so that nothing in it leads to the host, and protects the standard library from being written to. */
export function setUpFiles(python: PythonModule, machine: Machine, exchange: Exchange): FileBase {
  const { FS } = python;
  // Emscripten's idea of a user.
  FS.rmdir('/home/web_user');
  moveStandardLibrary(FS);
  silenceTerminals(FS);
  seedRandomDevices(FS, machine);
  addChannel(FS, exchange);
  const library = FS.lookupPath(STANDARD_LIBRARY).node;
  protect(FS, library);
  return {
    standard: FS.streams.slice(0, 3).filter((stream) => stream != null),
    fixed: new Map([[STANDARD_LIBRARY, library]]),
    nodes: new Set([library]),
  };
}

function moveStandardLibrary(FS: FileSystem): void {
  FS.mkdirTree('/usr/local/lib');
  FS.rename('/lib/python314.zip', STANDARD_LIBRARY);
  for (const name of ['site-packages', 'lib-dynload', '']) FS.rmdir(`/lib/python3.14/${name}`);
}

/** `/dev/tty` would read the terminal of the host. */
function silenceTerminals(FS: FileSystem): void {
  for (const major of [5, 6]) {
    FS.registerDevice(FS.makedev(major, 0), {
      read: () => 0,
      write: (_s, _b, _o, length) => length,
    });
  }
}

/** sqlite3 and `open('/dev/urandom')` do not go through `random_get`. */
function seedRandomDevices(FS: FileSystem, machine: Machine): void {
  for (const [minor, name] of ['random', 'urandom'].entries()) {
    const device = FS.makedev(78, minor);
    FS.registerDevice(device, {
      open: (stream) => {
        stream.seekable = false;
      },
      read: (_stream, buffer, offset, length) => {
        fillRandom(machine.random, buffer.subarray(offset, offset + length));
        return length;
      },
      write: (_stream, _buffer, _offset, length) => length,
    });
    FS.unlink(`/dev/${name}`);
    FS.mkdev(`/dev/${name}`, 0o666, device);
  }
}

/** The blocking way to the host (`driver/channel.py`): write the request, read the answer to its end. */
function addChannel(FS: FileSystem, exchange: Exchange): void {
  let request = '';
  let answer: Uint8Array | undefined;
  const device = FS.makedev(77, 0);
  FS.registerDevice(device, {
    open: () => {
      request = '';
      answer = undefined;
    },
    write: (_stream, buffer, offset, length) => {
      request += new TextDecoder().decode(buffer.slice(offset, offset + length));
      return length;
    },
    read: (_stream, buffer, offset, length) => {
      if (!answer) {
        try {
          answer = new TextEncoder().encode(exchange(request));
        } catch (error) {
          if (error instanceof CellKilled) throw error;
          // A cell that plays with the device itself, not the driver.
          throw new FS.ErrnoError(EIO);
        }
      }
      const chunk = answer.subarray(0, length);
      buffer.set(chunk, offset);
      answer = answer.subarray(chunk.length);
      return chunk.length;
    },
  });
  FS.mkdev(CHANNEL, 0o666, device);
}

/** Every container of the worker reads this one file. */
function protect(FS: FileSystem, node: FileNode): void {
  const refuse = (): never => {
    throw new FS.ErrnoError(EROFS);
  };
  node.node_ops = { ...node.node_ops, setattr: refuse };
  node.stream_ops = { ...node.stream_ops, write: refuse, msync: refuse };
}
