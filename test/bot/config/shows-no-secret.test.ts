/** What a refusal of `drover.yaml` shows of it: never a secret, wherever it stands, and nothing that moves a cursor. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defOf, type Schema } from '#bot/config/schema-at.ts';
import { isShownKey } from '#bot/config/shown-key.ts';
import { Config } from '#bot/config.ts';
import { linesOf } from './lines-of.ts';

function* listKeys(schema: Schema): Iterable<string> {
  const def = defOf(schema);
  if ('shape' in def)
    for (const [key, field] of Object.entries(def.shape)) {
      yield key;
      yield* listKeys(field);
    }
  if ('innerType' in def) yield* listKeys(def.innerType);
  if ('element' in def) yield* listKeys(def.element);
  if (def.type === 'pipe') yield* listKeys(def.in);
  if (def.type === 'union') for (const option of def.options) yield* listKeys(option);
}

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
      'lab: {}\nhunter2: x\n',
      'lab: {}\nhunter2Secret!: x\n',
      'lab: {}\nhunter2: 1\nhunter2: 2\n',
      'lab: {}\nhunter2: *x\n',
      'lab: { people: { hunter2: [] }, hunter2: { speed: 1 } }\n',
      'lab: {}\nownVms: [{ connection: "https://u:hunter2@h", vm: a }]\n',
      'lab: {}\nhunter2:\n  speed: 10\n    seed: 4\n',
      'lab: {}\ndatabase: { url: "postgres://u:%zzhunter2@h/db" }\n',
    ];

    for (const text of broken) {
      const lines = linesOf(text);
      assert.ok(lines.length > 0, text);
      assert.doesNotMatch(lines.join(), /hunter2/, text);
    }
  });

  it('shows a key that is none only where it is a few words, and its line in any case', () => {
    const what = 'is no key that Drover knows here';
    for (const key of [
      'xoxb-123456789012-abcdefghijkl',
      'AKIAIOSFODNN7EXAMPLE',
      'ghp_abcdefghijklmnopqrstuvwxyz',
      'eyJhbGciOiJIUzI1NiJ9.e30.x',
      'abcdefghijklmnop',
      'KqzVbnMwLpRtYs',
      'correct horse',
    ]) {
      const lines = linesOf(`lab: { ${key}: 3 }\n`);
      const words = '(not shown: it may be a secret); take it out, or write one of speed, ';
      assert.ok(lines[0]?.startsWith(`  line 1, lab.…: ${what} ${words}`), lines.join('\n'));
      assert.equal(lines.length, 1);
    }
    for (const key of ['memory', 'hostDown', 'time-zone', 'CAFile', 'DB_URL'])
      assert.match(linesOf(`lab: { ${key}: 3 }\n`)[0] ?? '', new RegExp(`lab\\.${key}: ${what}; `));
    assert.match(linesOf('console: { p0rt: 3 }\n')[0] ?? '', /console\.…: .* did you mean `port`/);
  });

  it('shows each key that it knows', () => {
    const keys = [...listKeys(Config)];

    assert.ok(keys.length > 100);
    assert.deepEqual(
      keys.filter((key) => !isShownKey(key)),
      [],
    );
    assert.ok(isShownKey('hv01.corp.example:5986', 'thumbprints'));
  });

  it('shows no address of a database whose escapes cannot be read, and says how they are written', () => {
    const remedy =
      'a % in it begins no escape that can be read; write each % of the user, the password or the name as %25';
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how it is written in the file.
    const text = 'lab: {}\ndatabase:\n  url: ${env:THERE}\n';

    for (const url of ['postgres://u:%zz@h/db', 'postgres://u%ff@h/db', 'postgres://h/100%'])
      assert.deepEqual(linesOf(text, undefined, url), [`  line 3, database.url: ${remedy}`], url);
    assert.deepEqual(linesOf(text, undefined, 'postgres://u:%25zz%40@h/d%20b'), []);
    assert.deepEqual(linesOf('lab: {}\ndatabase: { url: "postgres://u:%zz@h/db" }\n'), [
      `  line 2, database.url: ${remedy}`,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as above.
      '  line 2, database.url: a secret stands here only as ${env:NAME} or ${file:path}',
    ]);
  });

  it('moves no cursor: what is no letter of a key is shown as such', () => {
    const lines = linesOf('lab: {}\n"a\\nline 1, lab: forged\\e[31m": 1\n');

    assert.equal(lines.length, 1);
    assert.doesNotMatch(lines.join(), /\p{Cc}/u);
  });
});
