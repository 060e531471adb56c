import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';

/** What a WebSocket, and the socket under it, tell of themselves. */
export interface SocketListener {
  /** Raw bytes, before `ws` reads them. */
  onChunk(chunk: Buffer): void;
  onMessage(message: RawData, isBinary: boolean): void;
  onPing(): void;
  onError(error: Error): void;
  onClose(code: number, reason: Buffer): void;
}

const LISTENER = Symbol('listener');

type Told<Emitter> = Emitter & { [LISTENER]?: SocketListener };

/** The same few functions for all sockets, each of which knows its listener: functions of its own would cost a kilobyte. */
export function listenTo(socket: Told<WebSocket>, raw: Told<Duplex>, listener: SocketListener): void {
  socket[LISTENER] = listener;
  raw[LISTENER] = listener;
  raw.prependListener('data', chunk);
  socket.on('message', message);
  socket.on('ping', ping);
  socket.on('error', error);
  socket.on('close', close);
}

function chunk(this: Told<Duplex>, bytes: Buffer): void {
  this[LISTENER]?.onChunk(bytes);
}

function message(this: Told<WebSocket>, content: RawData, isBinary: boolean): void {
  this[LISTENER]?.onMessage(content, isBinary);
}

function ping(this: Told<WebSocket>): void {
  this[LISTENER]?.onPing();
}

function error(this: Told<WebSocket>, cause: Error): void {
  this[LISTENER]?.onError(cause);
}

function close(this: Told<WebSocket>, code: number, reason: Buffer): void {
  this[LISTENER]?.onClose(code, reason);
}
