/** What the documents, the words and the cards show can be typed (B08). */
import assert from 'node:assert/strict';
import { globSync, readFileSync, statSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readCommandLine } from '#bot/cli/command-line.ts';
import { COMMANDS } from '#bot/commands/registry.ts';
import { loadConfig } from '#bot/config.ts';
import { parseCommand } from '#bot/grammar/parse-command.ts';
import { ERROR_WORDS } from '#bot/words/en/error-words.ts';
import { PLAN_WORDS } from '#bot/words/en/plan-words.ts';
import { VOTE_WORDS } from '#bot/words/en/rights-words.ts';
import { openTestApp } from '#test/helpers/open-test-app.ts';
import { toCommandsPage, toNounTable } from './commands-page.ts';
import { listNamedLines, listShownLines } from './shown-lines.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(`${root}${file}`, 'utf8');
const documents = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'].concat(
  globSync('docs/**/*.md', { cwd: root }),
);

/** As shown, and as a phone writes it: curly quotes, a dash of two hyphens, a capital letter. */
const hands: readonly ((line: string) => string)[] = [
  (line) => line,
  (line) => line.replaceAll(/"([^"]*)"/g, '“$1”'),
  (line) => line.replaceAll('--', '—'),
  (line) => `${line.charAt(0).toUpperCase()}${line.slice(1)}`,
];

function assertTypable(line: string, where: string): void {
  const straight = parseCommand(line, COMMANDS);
  for (const write of hands) {
    const parsed = parseCommand(write(line), COMMANDS);
    assert.ok(parsed.ok, `${where} shows what cannot be typed: ${write(line)}`);
    assert.ok(straight.ok);
    assert.deepEqual(parsed.command.options, straight.command.options, write(line));
  }
  const { rest } = straight.ok ? straight.command : {};
  if (line.startsWith('explain ') && rest !== undefined) assertTypable(rest, where);
}

describe('documents', () => {
  for (const file of documents) {
    it(`${file}: every command in it can be typed, straight and on a phone (B08)`, () => {
      for (const line of listShownLines(read(file), COMMANDS)) assertTypable(line, file);
    });

    it(`${file}: what it links to is there`, () => {
      const links = [...read(file).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)];
      const folder = file.replace(/[^/]*$/, '');
      for (const [, link] of links) assert.ok(statSync(`${root}${folder}${link}`), `${link}`);
    });
  }

  it('say of the commands what their definitions say (npm run docs)', () => {
    assert.equal(read('docs/commands.md'), toCommandsPage(COMMANDS));
    assert.ok(read('README.md').includes(toNounTable(COMMANDS)));
  });

  it('README.md: its configurations are good ones, and each npm script that it names is there', () => {
    const readme = read('README.md');
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const secrets = { env: { VCENTER_PASSWORD: 'secret' }, readFile: () => 'secret' };

    for (const [, text = ''] of readme.matchAll(/^```yaml\n(.*?)^```/gms))
      assert.ok(loadConfig({ name: 'drover.yaml', text }, secrets).config.connections.length > 0);
    for (const [, name = ''] of readme.matchAll(/npm run ([a-z]+)/g))
      assert.ok(name in scripts, `npm run ${name}`);
  });

  it('README.md: what stands behind drover is understood by it', () => {
    const readme = read('README.md').matchAll(
      /^ *(?:.*\| )?npm (start|run drover)(?: -- (.*))?$/gm,
    );
    const lines = [...readme];
    assert.ok(lines.length > 2);
    for (const [whole, script, line = ''] of lines) {
      const words = line.trim().split(' ');
      const parsed = readCommandLine(script === 'start' ? ['start', ...words] : words);
      assert.ok(parsed.command !== 'usage', whole);
    }
  });
});

describe('words of cards', () => {
  // Any fact is there, sizes and counts as numbers.
  const facts = new Proxy(
    {},
    {
      get: (_, key) => (/Bytes$|^count$/.test(String(key)) ? 2 ** 30 : 'R-1'),
    },
  ) as never;
  const tables: Readonly<Record<string, Record<string, (facts: never) => string>>> = {
    error: ERROR_WORDS,
    plan: PLAN_WORDS,
    vote: VOTE_WORDS,
  };

  for (const [name, table] of Object.entries(tables)) {
    it(`of a ${name} name only commands that there are (B08)`, () => {
      for (const [code, toWords] of Object.entries(table)) {
        const { typed, named } = listNamedLines(toWords(facts), COMMANDS);
        if (typed !== undefined) assertTypable(typed, code);
        for (const words of named)
          assert.ok(
            COMMANDS.some((one) => one.words.join(' ') === words),
            `${code}: ${words}`,
          );
      }
    });
  }
});

describe('buttons of cards', { timeout: 60_000 }, () => {
  it('type only what can be typed (B08)', async () => {
    await using app = await openTestApp();
    const lines = [
      'help',
      ...COMMANDS.map(({ words }) => `help ${words.join(' ')}`),
      'vm create web-07 --template ubuntu-24 --plan',
      'vm create web-07 --template ubuntu-42',
      'vm create web-07 --template ubuntu-24 --memroy 4GiB',
      'vm show web-01',
      'vm show wbe-01',
      'vm stop db-01',
      'vm lst',
      'job list --opne',
      'connection accept lab-vc',
      'vm list --owner anna',
    ];

    for (const line of lines) await app.say('ann', line);

    const buttons = (await app.messages('ann')).flatMap(({ card }) => card.actions);
    const labels = new Set(buttons.map(({ label }) => label));
    const nouns = new Set(COMMANDS.map(({ words }) => words[0]));
    const typed = [...labels].filter((label) => nouns.has(label.split(' ')[0] ?? ''));
    assert.ok(typed.length > 10, typed.join('\n'));
    for (const line of typed) assertTypable(line, 'a button');
  });
});
