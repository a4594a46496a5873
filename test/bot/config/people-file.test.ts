/** What is wrong in the file of the lab's people is told together with what is wrong in drover.yaml. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { linesOf } from './lines-of.ts';

const noFile = () => assert.fail('no other file is named');

describe('the file of the lab’s people', () => {
  it('is told along with the faults of drover.yaml, each of its own', () => {
    using folder = createTemporaryFolder('people');
    const write = (name: string, text: string) => {
      writeFileSync(join(folder.path, name), text);
      return join(folder.path, name);
    };
    const bad = write('bad.json', '[{ "login": "ann" }, { "login": 5, "name": "Bob" }]');
    const text = write('text.json', 'hunter2');
    const none = join(folder.path, 'none.json');
    const good = write('good.json', '[]');
    const ofPeople = (file: string, more = 'log: { level: debg }') =>
      linesOf(`${more}\nlab: { peopel: ${file} }\n`, noFile)
        .filter((line) => !line.includes('log.level') && !line.includes('did you mean'))
        .map((line) => line.replaceAll(folder.path, '').replace(/: Invalid.*/, ''));

    const lines = ofPeople(bad);
    assert.deepEqual(lines, [
      '  line 2, lab.peopel: /bad.json, [0].name',
      '  line 2, lab.peopel: /bad.json, [1].login',
    ]);
    assert.deepEqual(ofPeople(text), ['  line 2, lab.peopel: /text.json is not JSON']);
    assert.deepEqual(ofPeople(none), [
      '  line 2, lab.peopel: /none.json cannot be read: there is no such file or folder',
    ]);
    assert.deepEqual(ofPeople(good), []);
  });

  it('is not looked at where people come from a directory, or files are not looked at', () => {
    const directory = 'directory: { servers: [dc1] }\n';

    assert.doesNotMatch(
      linesOf(`${directory}lab: { people: none.json }\n`, noFile).join(),
      /cannot be read/,
    );
    assert.doesNotMatch(linesOf('log: 5\nlab: { people: none.json }\n').join(), /none\.json/);
  });
});
