/** The configurations that the operator's documents show are good ones, and their tables name every key. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse, stringify } from 'yaml';
import type { z } from 'zod';
import { ActiveDirectoryConfig } from '#adapters/active-directory/config.ts';
import { HypervConfig } from '#adapters/hyperv/config.ts';
import { readCommandLine } from '#bot/cli/command-line.ts';
import { COMMANDS } from '#bot/commands/registry.ts';
import { PolicyConfig, RoleConfig } from '#bot/config/rules-config.ts';
import { Config, loadConfig } from '#bot/config.ts';
import { SlackConfig } from '#bot/slack/config.ts';
import { botScopes } from '#bot/slack/scopes.ts';
import { TeamsConfig } from '#bot/teams/config.ts';
import { ESTATE_WIDE } from '#core/rights/role.ts';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const documents = [
  ...['active-directory', 'slack', 'teams', 'rights', 'approvals', 'connections', 'noticed'],
  'adapters/hyperv',
].map((name) => `docs/${name}.md`);

/** A secret of each kind, by what its name says that it is. */
function toFakeSecret(name: string): string {
  if (/bot.token/i.test(name)) return 'xoxb-fake';
  return /app.token/i.test(name) ? 'xapp-fake' : 'a-fake-secret-of-32-letters-long';
}
const secrets = {
  env: new Proxy({}, { get: (_, name) => toFakeSecret(String(name)) }),
  readFile: toFakeSecret,
};

interface Shown {
  readonly text: string;
  /** Part of a file: marked as one, since a reader would else take it for a whole. */
  readonly isFragment: boolean;
}

function listConfigs(file: string): Shown[] {
  const blocks = read(file).matchAll(/^( *)```yaml( fragment)?\n(.*?)^\1```/gms);
  return [...blocks].map(([, , mark, text = '']) => ({ text, isFragment: mark !== undefined }));
}

/** The one configuration that is shown whole; fragments take the place of its sections. */
const [whole] = documents.flatMap(listConfigs).filter(({ isFragment }) => !isFragment);

function load({ text, isFragment }: Shown) {
  const merged = isFragment ? stringify({ ...parse(whole?.text ?? ''), ...parse(text) }) : text;
  return loadConfig({ name: 'drover.yaml', text: merged }, secrets).config;
}

/** Of the tables of a document, what stands in code in their first column. */
function listNamed(file: string): ReadonlySet<string> {
  const rows = read(file).matchAll(/^\| (`[^|]*`) \|/gm);
  const named = [...rows].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)]);
  return new Set(named.map(([, name = '']) => name));
}

function assertNamed(file: string, names: readonly string[]): void {
  const named = listNamed(file);
  const missing = names.filter((name) => !named.has(name));
  assert.deepEqual(missing, [], `${file} says nothing of them`);
}

const keysOf = (schema: { readonly shape: object }) => Object.keys(schema.shape);

describe('configurations of the documents', () => {
  for (const file of documents) {
    const configs = listConfigs(file);

    it(`${file}: has some`, () => assert.ok(configs.length > 0));

    for (const [at, shown] of configs.entries()) {
      it(`${file}: the ${shown.isFragment ? 'fragment' : 'file'} no. ${at + 1} loads`, () => {
        const config = load(shown);

        for (const section of Object.keys(parse(shown.text)))
          assert.ok(config[section as keyof typeof config] !== undefined, section);
      });
    }

    it(`${file}: the lines for a shell are understood`, () => {
      const lines = read(file).matchAll(/(?:node bot\/start\.mjs|npm run drover --) ([^>\n]*)/g);
      for (const [whole, line = ''] of lines) {
        const words = [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
        assert.notEqual(readCommandLine(words).command, 'usage', whole);
      }
    });
  }
});

describe('tables of the documents', () => {
  it('docs/active-directory.md names every key', () => {
    assertNamed('docs/active-directory.md', keysOf(ActiveDirectoryConfig));
  });

  it('docs/slack.md names every key and scope', () => {
    const modes = SlackConfig.options.flatMap(keysOf);
    assertNamed('docs/slack.md', [...modes, ...botScopes]);
  });

  it('docs/teams.md names every key', () => {
    assertNamed('docs/teams.md', keysOf(TeamsConfig));
  });

  it('docs/adapters/hyperv.md names every key, and every key of a template', () => {
    const { in: connection } = HypervConfig;
    const template = connection.shape.templates.unwrap().element;
    assertNamed('docs/adapters/hyperv.md', [...keysOf(connection), ...keysOf(template)]);
  });

  it('docs/connections.md names every key of a VM that Drover needs', () => {
    const { element } = Config.shape.ownVms.unwrap();
    assertNamed('docs/connections.md', ['ownVms', ...keysOf(element)]);
  });

  it('docs/noticed.md names every key', () => {
    assertNamed('docs/noticed.md', keysOf(Config.shape.noticed.unwrap()));
  });

  it('docs/approvals.md names every key of jobs', () => {
    assertNamed('docs/approvals.md', keysOf(Config.shape.jobs.unwrap()));
  });

  it('docs/rights.md names every right', () => {
    const rights = COMMANDS.flatMap(({ right }) => right ?? []);
    assertNamed('docs/rights.md', [...rights, 'job.cancel', 'job.answer', 'job.retry']);
  });

  it('docs/rights.md and docs/approvals.md name every key', () => {
    const { in: policy } = PolicyConfig;
    const roleKeys = keysOf(RoleConfig).filter((key) => key !== 'quota');
    assertNamed('docs/rights.md', [...roleKeys, 'quota.role', 'quota.member', ...ESTATE_WIDE]);
    assertNamed('docs/approvals.md', keysOf(policy as z.ZodObject));
  });
});
