/**
 * One PowerShell, kept for many runs: each gets a fresh runspace with the stub modules of one Windows version, as a fresh
 * `powershell.exe` has, and what its cmdlets ask goes to the run's own model.
 *
 * In a run there is no console (a prompt is an error, as with -NonInteractive), `Start-Sleep` moves the model's clock, and
 * the two JSON cmdlets have 5.1's parameters and refuse what 5.1 would write differently.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pwshEnvironment, pwshPath } from '#test/peers/powershell/pwsh.ts';
import { buildStubs } from '../stubs/build-stubs.ts';
import type { Server } from '../stubs/contract.ts';
import type { FromPowerShell } from './messages.ts';
import { createRun, type PwshRun, type RunEnd } from './run.ts';

const runner = fileURLToPath(new URL('../stubs/runner.ps1', import.meta.url));
const readyWithinMs = 120_000;
const endWithinMs = 5000;

export interface KeptPwsh extends AsyncDisposable {
  run(run: PwshRun): Promise<RunEnd>;
}

export async function startKeptPwsh(server: Server): Promise<KeptPwsh> {
  const stubs = await buildStubs(server);
  const token = randomBytes(16).toString('hex');
  const listener = createServer();
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const child = spawn(pwshPath, ['-NoProfile', '-NonInteractive', '-File', runner], {
    env: {
      ...process.env,
      ...pwshEnvironment,
      DROVER_PORT: String(port),
      DROVER_TOKEN: token,
      DROVER_STUBS: stubs,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const noise: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => noise.push(text));
  const end = () => stop(child, listener);
  try {
    return createKept(await connect(listener, child, token), end);
  } catch (cause) {
    await end();
    throw new Error(`PowerShell did not start:\n${noise.join('')}`, { cause });
  }
}

function createKept(socket: Socket, end: () => Promise<void>): KeptPwsh {
  const running = new Map<string, ReturnType<typeof createRun>>();
  let lastId = 0;
  const send = (message: object) => socket.write(`${JSON.stringify(message)}\n`);
  createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
    const message: FromPowerShell = JSON.parse(line);
    if ('id' in message) running.get(message.id)?.take(message);
  });
  socket.on('close', () => {
    for (const run of running.values()) run.fail(new Error('PowerShell ended in the middle'));
  });
  return {
    run: async (run) => {
      lastId += 1;
      const id = String(lastId);
      const one = createRun(id, run, send);
      running.set(id, one);
      try {
        return await one.begin();
      } finally {
        running.delete(id);
      }
    },
    [Symbol.asyncDispose]: async () => {
      socket.end();
      await end();
    },
  };
}

async function connect(listener: NetServer, child: ChildProcess, token: string): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const timer = setTimeout(reject, readyWithinMs, new Error('it was not ready in time'));
  child.once('error', reject);
  child.once('close', (code) => reject(new Error(`it ended with ${code}`)));
  listener.on('connection', (socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => undefined); // its end is told by `close`
    const lines = createInterface({ input: socket });
    lines.on('line', (line) => {
      const message: FromPowerShell = JSON.parse(line);
      if (message.t === 'hello' && message.token !== token) socket.destroy();
      if (message.t !== 'ready') return;
      lines.close();
      socket.resume();
      resolve(socket);
    });
  });
  return promise.finally(() => clearTimeout(timer));
}

/** PowerShell ends by itself when its socket closes. */
async function stop(child: ChildProcess, listener: NetServer): Promise<void> {
  listener.close();
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'close');
  const timer = setTimeout(() => child.kill('SIGKILL'), endWithinMs);
  await ended;
  clearTimeout(timer);
}
