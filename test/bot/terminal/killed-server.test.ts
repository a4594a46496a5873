import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runChat } from '#bot/cli/chat.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { createFakeTerminal } from './fake-terminal.ts';

const program = fileURLToPath(new URL('server-process.ts', import.meta.url));

interface ServerProcess {
  readonly child: ChildProcessWithoutNullStreams;
  nextLine(): Promise<string>;
  kill(): Promise<void>;
}

async function startServer(dataFolder: string, mode: 'mute' | 'answer'): Promise<ServerProcess> {
  const child = spawn(process.execPath, [program, dataFolder, mode]);
  child.stderr.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => String((await lines.next()).value);
  assert.equal(await nextLine(), 'up');
  return {
    child,
    nextLine,
    async kill() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

it('H34 sends a message again to the Drover that follows one that was killed', async () => {
  using folder = createTemporaryFolder('killed');
  const first = await startServer(folder.path, 'mute');
  const terminal = createFakeTerminal({ isTTY: false });
  const { stdin, stdout, stderr } = terminal;
  const patience = { everyMs: 5, forMs: 20_000 };
  const code = runChat({
    dataFolder: folder.path,
    speaker: { as: 'ann' },
    stdin,
    stdout,
    stderr,
    patience,
    commands: ['vm list'],
  });

  const got = await first.nextLine();
  await first.kill();
  await terminal.shows('broke off');
  const second = await startServer(folder.path, 'answer');

  assert.equal(await second.nextLine(), got);
  assert.equal(await code, 0);
  assert.equal(terminal.written(), 'Four VMs\n');
  await second.kill();
});
