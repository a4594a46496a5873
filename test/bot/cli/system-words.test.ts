/** What the operating system refuses is told by its thing and its remedy, never by a stack. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { toSystemWords } from '#bot/words/en/system-words.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

const START = fileURLToPath(new URL('../../../bot/start.mjs', import.meta.url));

function tell(args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const { status, stderr } = spawnSync(process.execPath, [START, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  assert.equal(status, 2);
  return stderr;
}

describe('what the system refuses', () => {
  it('is a file that is not there, by its name', () => {
    using folder = createTemporaryFolder('system');
    const file = join(folder.path, 'nowhere', 'drover.zip');
    const app = ['--app-id', 'aaaaaaaa-1111-4111-8111-aaaaaaaaaaaa', '--url', 'https://d.example'];
    const words = `${file} cannot be opened: there is no such file or folder.\n`;

    assert.equal(tell(['manifest', 'teams', ...app, '--out', file]), words);
    assert.equal(tell(['doctor', '--config', file]), words);
  });

  it('is an address on which another program listens', async () => {
    await using other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const second = createServer().listen(port, '127.0.0.1');
    const [error] = await once(second, 'error');

    assert.equal(
      toSystemWords(error),
      `Drover cannot listen on 127.0.0.1:${port}: another program listens there. End it, or give another port in drover.yaml, or that of the console with --port.`,
    );
  });

  it('is a data folder where the kernel takes none', { skip: process.platform !== 'linux' }, () => {
    for (const folder of ['/proc/drover-data', '/proc/drover-data/below', '/sys/drover-data'])
      assert.match(
        tell(['start', '--data', folder]),
        /^The data folder \S+ cannot be used: nothing can be written there\./,
      );
  });

  it('is a database that does not answer, by its address and without its password', () => {
    using folder = createTemporaryFolder('system');
    const config = join(folder.path, 'drover.yaml');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how it is written in the file.
    writeFileSync(config, 'database: { url: "${env:DBURL}" }\nlab: {}\n');
    const url = 'postgres://drover:geheim@127.0.0.1:1/house';

    const told = tell(['start', '--data', join(folder.path, 'data'), '--config', config], {
      DBURL: url,
    });

    assert.equal(
      told,
      'The database house on 127.0.0.1:1 cannot be used: no PostgreSQL listens there. Start it, or correct database.url in drover.yaml.\n',
    );
  });

  it('is an estate file that is not there or has faults: each of them with its path', () => {
    using folder = createTemporaryFolder('system');
    const start = (config: object, estate?: object): string => {
      const [yaml, json] = [join(folder.path, 'drover.yaml'), join(folder.path, 'estate.json')];
      writeFileSync(yaml, JSON.stringify({ lab: config }));
      if (estate) writeFileSync(json, JSON.stringify(estate));
      return tell(['start', '--data', join(folder.path, 'data'), '--config', yaml]);
    };
    const connection = { id: 'one', kind: 'vcenter' };
    const estate = {
      connections: [
        { ...connection, hosts: [{ name: 'h', cluster: 'none' }], folders: [{ path: 'web' }] },
      ],
    };
    const wrongReference = {
      connections: [{ ...connection, hosts: [{ name: 'h', cluster: 'none' }] }],
    };

    assert.equal(
      start({ estate: './nope.json' }),
      `The file ${join(folder.path, 'nope.json')}, which lab.estate names, cannot be read: there is no such file or folder.\n`,
    );
    const file = `The file ${join(folder.path, 'estate.json')}, which lab.estate names,`;
    assert.equal(
      start({ estate: './estate.json' }, wrongReference),
      `${file} cannot be used:\n  connections[0].hosts[0].cluster: none is not in clusters.\n`,
    );
    assert.match(start({ estate: './estate.json' }, estate), /\n {2}connections\[0\]\.folders/);
  });

  it('is a people file that is not there or has faults', () => {
    using folder = createTemporaryFolder('system');
    const [config, file] = [join(folder.path, 'drover.yaml'), join(folder.path, 'people.json')];
    const start = () => tell(['start', '--data', join(folder.path, 'data'), '--config', config]);
    writeFileSync(config, 'lab: { people: ./people.json }\n');
    const named = `The file ${file}, which lab.people names,`;

    assert.equal(start(), `${named} cannot be read: there is no such file or folder.\n`);
    writeFileSync(file, JSON.stringify([{ login: 'ann', name: 'Ann Berg', state: 'away' }]));
    assert.match(start(), /which lab\.people names, cannot be used:\n {2}\[0\]\.state: /);
    // Perhaps the wrong file: nothing of it is shown.
    writeFileSync(file, 'hunter2');
    assert.equal(start(), `${named} is not JSON.\n`);
    writeFileSync(file, '[\n  { "login": "ann" hunter2 }\n]');
    assert.equal(start(), `${named} is not JSON: look at line 2, column 20.\n`);
  });

  it('is nothing else: a fault of Drover keeps its own words', () => {
    let refused: unknown;
    try {
      readFileSync('.');
    } catch (error) {
      refused = error;
    }
    assert.match(toSystemWords(refused) ?? '', /^A file that was named cannot be opened/);
    const query = Object.assign(new Error('no'), { code: 'ENOENT', syscall: 'getaddrinfo' });
    for (const other of [query, new Error('no'), 'no']) {
      assert.equal(toSystemWords(other), undefined);
    }
  });
});
