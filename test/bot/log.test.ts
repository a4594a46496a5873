/** The log says what a fault is in words, and no secret that a foreign error carries. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

it('tells a fault by its words, and a secret that comes with it not at all', () => {
  const script = `
    import { createLog } from '#bot/log.ts';
    import { OperationError } from '#core/errors.ts';
    const cause = Object.assign(new Error('401'), { request: { headers: 'Bearer s3cret' } });
    const facts = { connection: 'Teams', words: 'AADSTS7000222' };
    const error = new OperationError('login_refused', 'refused', facts, { cause });
    createLog('warn').error({ error, password: 's3cret' }, 'a fault');`;
  const args = ['--input-type=module', '--eval', script];
  const { stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });

  const { error } = JSON.parse(stderr) as { error: { words: string; cause: string } };
  assert.match(error.words, /^Teams refused the login of Drover's account: AADSTS7000222\. Check/);
  assert.equal(error.cause, '401');
  assert.doesNotMatch(stderr, /s3cret/);
});
