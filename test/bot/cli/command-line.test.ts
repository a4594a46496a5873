import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCommandLine } from '#bot/cli/command-line.ts';

const read = (line: string) => readCommandLine(line.split(' '));
const faultOf = (line: string) => (read(line) as { fault?: string }).fault;

describe('the command line', () => {
  it('says who speaks only where somebody is named; else a token does', () => {
    const chat = { command: 'chat', dataFolder: './data' } as const;

    assert.deepEqual(read('vm list --as ann'), { ...chat, as: 'ann', texts: ['vm list'] });
    assert.deepEqual(read('vm list'), { ...chat, as: undefined, texts: ['vm list'] });
    assert.deepEqual(read('chat'), { ...chat, as: undefined, texts: [] });
  });

  it('takes no option of its own without a value: an empty port is not port 0', () => {
    for (const option of ['data', 'config', 'port', 'as'])
      for (const words of [[`--${option}`, ''], [`--${option}=`], [`--${option}`]])
        assert.deepEqual(
          readCommandLine(['start', ...words]),
          { command: 'usage', fault: `--${option} needs a value` },
          words.join(' '),
        );
    for (const port of [' ', '0x50', '1e3', '-1', '65536', '99999999999999999999'])
      assert.match(
        (readCommandLine(['start', '--port', port]) as { fault?: string }).fault ?? '',
        /--port is a number up to 65535/,
        port,
      );
    assert.match(faultOf('start ') ?? '', /does not know an empty word/);
    assert.equal((read('start --port 0') as { port?: number }).port, 0);
  });

  it('lets doctor record into a folder, and nothing else', () => {
    const doctor = { command: 'doctor', dataFolder: './data' } as const;

    assert.deepEqual(read('doctor'), doctor);
    assert.deepEqual(read('doctor --record out'), { ...doctor, recordFolder: 'out' });
    assert.deepEqual(read('doctor --record=out'), { ...doctor, recordFolder: 'out' });
    assert.match(faultOf('doctor --record') ?? '', /--record needs a folder/);
    assert.match(faultOf('doctor --record out more') ?? '', /does not know more/);
    assert.match(faultOf('doctor --fix') ?? '', /does not know --fix/);
  });

  it('gives the manifest of Slack the word that people type', () => {
    const manifest = {
      command: 'manifest',
      chat: 'slack',
      mode: 'socket',
      url: undefined,
    } as const;

    assert.deepEqual(read('manifest slack'), { ...manifest, slash: '/drover' });
    assert.deepEqual(read('manifest slack --command /vm-bot'), { ...manifest, slash: '/vm-bot' });
    for (const word of ['drover', '/Drover', '/two/words', `/${'a'.repeat(32)}`])
      assert.match(faultOf(`manifest slack --command ${word}`) ?? '', /a slash and small letters/);
  });
});
