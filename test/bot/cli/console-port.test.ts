/** A port that was given is kept to; another is used only in place of Drover's own, and never in silence. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { toOtherPortWords } from '#bot/words/en/system-words.ts';
import { labConfig } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { runDrover } from './run-drover.ts';

const START = fileURLToPath(new URL('../../../bot/start.mjs', import.meta.url));

describe('the port of the console', () => {
  it('is told as another only where it is, also where its address leaves it out', () => {
    assert.equal(toOtherPortWords(80, 'http://127.0.0.1/?key=1'), undefined);
    assert.equal(toOtherPortWords(0, 'http://127.0.0.1:7078/'), undefined);
    assert.match(toOtherPortWords(7077, 'http://127.0.0.1:7078/') ?? '', /listens on 7078/);
  });

  it('is refused with its remedy when it was given and is taken', async () => {
    using folder = createTemporaryFolder('port');
    await using other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const [config, plain] = [join(folder.path, 'drover.yaml'), join(folder.path, 'plain.yaml')];
    writeFileSync(config, `${labConfig()}\nconsole: { port: ${port} }\n`);
    writeFileSync(plain, labConfig());
    const start = (...more: string[]) =>
      runDrover(['start', '--quiet', '--data', join(folder.path, 'data'), ...more]);
    const words = `Drover cannot listen on 127.0.0.1:${port}: another program listens there. End it, or give another port in drover.yaml, or that of the console with --port.\n`;

    for (const given of [
      ['--config', config],
      ['--config', plain, '--port', String(port)],
    ]) {
      const { code, output } = await start(...given);

      assert.ok(output.endsWith(words), output);
      assert.equal(code, 2);
    }
  });

  it('is another one, and said so, where nobody gave it', async () => {
    using folder = createTemporaryFolder('port');
    await using other = createServer();
    // Whoever has it already does as well.
    await new Promise<unknown>((resolve) => {
      other.once('error', resolve).once('listening', () => resolve(undefined));
      other.listen(7077, '127.0.0.1');
    });
    const config = join(folder.path, 'drover.yaml');
    writeFileSync(config, labConfig());
    const args = ['start', '--quiet', '--config', config, '--data', join(folder.path, 'data')];
    const drover = spawn(process.execPath, [START, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(drover, 'exit');

    const lines: string[] = [];
    for await (const text of drover.stdout.setEncoding('utf8')) {
      lines.push(...String(text).split('\n').filter(Boolean));
      if (lines.length > 1) break;
    }
    drover.kill('SIGTERM');
    const [code] = await exited;

    const used = Number(/^Drover runs: http:\/\/127\.0\.0\.1:(\d+)\//.exec(lines[0] ?? '')?.[1]);
    assert.ok(used > 7077, lines[0]);
    assert.equal(
      lines[1],
      `Port 7077 is taken by another program, so the console listens on ${used}. A port that is given, as console.port or with --port, is kept to.`,
    );
    assert.equal(code, 0);
  });
});
