/** What a refusal of `drover.yaml` shows of it: never a secret, wherever it stands, and nothing that moves a cursor. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { linesOf } from './lines-of.ts';

describe('a refused drover.yaml', () => {
  it('is quoted in no refusal where a secret may stand', () => {
    const broken = [
      'lab: {}\ndatabase: postgres://u:hunter2@h/db\n',
      'lab: {}\ndatabse: postgres://u:hunter2@h/db\n',
      'lab: {}\nslack: hunter2\n',
      'lab: {}\nconnections: ["https://u:hunter2@h", hunter2]\n',
      'lab: {}\ndatabase: { url: "postgres://h/db?password=hunter2" }\n',
      'lab: {}\ndirectory:\n  password: |hunter2\n',
      'lab: {}\ndirectory:\n  password: ]hunter2\n',
      'lab: {}\ndirectory:\n  password: *hunter2\n',
      'lab: { speed: "https://u:hunter2@h" }\n',
      'hunter2\n',
    ];

    for (const text of broken) {
      const lines = linesOf(text);
      assert.ok(lines.length > 0, text);
      assert.doesNotMatch(lines.join(), /hunter2/, text);
    }
  });

  it('moves no cursor: what is no letter of a key is shown as such', () => {
    const lines = linesOf('lab: {}\n"a\\nline 1, lab: forged\\e[31m": 1\n');

    assert.equal(lines.length, 1);
    assert.doesNotMatch(lines.join(), /\p{Cc}/u);
  });
});
