/** What Slack did not give is named before the start and at it, and all else goes on. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startCompanyPeers } from '#test/helpers/chat-company.ts';
import { labConfig } from '#test/helpers/open-test-app.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { startOwnProcess } from '#test/helpers/peers/own-process.ts';
import { eventually } from '#test/helpers/peers/slack.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

const START = fileURLToPath(new URL('../../../bot/start.mjs', import.meta.url));

/** Not at once: the peers answer from this process. */
function ask(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const options = { env: { ...process.env, ...env } };
  execFile(process.execPath, [START, ...args], options, (_ended, stdout) => resolve(stdout));
  return promise;
}

describe('a right that the app was not given', needsPeer('samba'), () => {
  it('H12 B16 is named by doctor and at the start, and all else goes on', async () => {
    using folder = createTemporaryFolder('scopes');
    await using peers = await startCompanyPeers('socket');
    const { slack, env } = peers;
    const file = join(folder.path, 'drover.yaml');
    writeFileSync(file, `${labConfig()}\n${peers.config}`);
    slack.front.scopes.delete('groups:history');

    const found = await ask(['doctor', '--config', file], env);

    assert.match(found, /✗ Slack: .*lacks groups:history/);
    const where = ['--config', file, '--data', join(folder.path, 'data'), '--port', '0'];
    await using server = await startOwnProcess({
      ...{ command: process.execPath, args: [START, 'start', ...where], env },
      ready: /"scope":"groups:history".*Slack did not give this scope/,
    });
    assert.ok(server.pid > 0);
    await eventually('a connection', async () => (await slack.say('ann', 'vm list')).acked);
    const direct = await slack.directChannel('ann');
    await eventually('an answer', async () =>
      (await slack.read(direct)).some(({ text }) => /does not know yet who you are/.test(text)),
    );
  });
});
