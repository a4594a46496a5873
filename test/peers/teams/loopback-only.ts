/**
 * Keeps every server of a process on 127.0.0.1: the Agents Playground has no option for its address and listens on all.
 *
 *     node --import ./loopback-only.ts …/m365agentsplayground/cli.js
 */
import { Server } from 'node:net';

type Listen = (this: Server, ...args: readonly unknown[]) => Server;

const listen = Server.prototype.listen as Listen;
const host = '127.0.0.1';

const listenHere: Listen = function (port, ...rest) {
  if (typeof port !== 'number' && typeof port !== 'string') {
    return listen.call(this, { host, ...(port as object) }, ...rest);
  }
  const callbacks = rest.filter((one) => typeof one === 'function');
  return listen.call(this, { port: Number(port), host }, ...callbacks);
};
Server.prototype.listen = listenHere as Server['listen'];
