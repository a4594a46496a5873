import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectFolder } from '../helpers/peers/vcenter-build.ts';
import { findImportFault } from './import-homes.ts';
import { lintPlanted } from './lint-planted.ts';
import { readImports } from './read-imports.ts';

type Plants = Readonly<Record<string, readonly string[]>>;

/** Both spellings of a file two folders away from `folder/part/planted.ts`. */
const both = (target: string) => [`#${target}`, `../../${target}`];

const adapter = both('adapters/simulator/simulator.ts');
const approval = both('approvals/decide.ts');
const bot = both('bot/cards/card.ts');
const test = both('test/helpers/planted.ts');
const sdks = [
  ...['@mikro-orm/core', '@mikro-orm/postgresql', '@mikro-orm/sql', 'kysely', 'pg-boss'],
  ...['kysely/helpers/postgres', 'soap', 'soap/lib/client.js', 'saxes', 'express'],
  ...['@slack/bolt', 'botbuilder', '@microsoft/teams.apps', 'adaptivecards'],
];
const without = (...names: readonly string[]) =>
  sdks.filter((sdk) => !names.some((name) => sdk.startsWith(name)));

const forbidden: Plants = {
  'core/jobs/planted.ts': [
    ...approval,
    ...adapter,
    ...bot,
    ...test,
    ...sdks,
    'node:fs',
    'node:fs/promises',
  ],
  'approvals/policy/planted.ts': [...adapter, ...bot, ...test, ...sdks, 'node:child_process'],
  'adapters/simulator/planted.ts': [...bot, ...test, ...sdks],
  'adapters/database/planted.ts': [...bot, ...test, ...without('@mikro-orm', 'kysely')],
  'adapters/vmware/planted.ts': [...bot, ...test, ...without('soap', 'saxes')],
  'adapters/hyperv/planted.ts': [...bot, ...test, ...without('saxes')],
  'adapters/work-queue-embedded/planted.ts': [
    ...bot,
    ...test,
    ...without('@mikro-orm/sql', 'kysely'),
  ],
  'adapters/work-queue-pg-boss/planted.ts': [
    ...bot,
    ...test,
    ...without('@mikro-orm/sql', 'kysely', 'pg-boss'),
  ],
  'bot/commands/planted.ts': [...adapter, ...test, ...sdks],
  'bot/slack/planted.ts': [...adapter, ...test, ...without('@slack')],
  'bot/teams/planted.ts': [
    ...adapter,
    ...test,
    ...without('botbuilder', '@microsoft', 'adaptivecards'),
  ],
  'bot/console/planted.ts': [...adapter, ...test, ...without('express', 'adaptivecards')],
  'bot/web/planted.ts': [...adapter, ...test, ...without('express')],
  'bot/compose.ts': ['#test/helpers/planted.ts', '../test/helpers/planted.ts', ...sdks],
  'bot/compose-connections.ts': ['#test/helpers/planted.ts', '../test/helpers/planted.ts', ...sdks],
  'bot/compose-rehearsal.ts': ['#test/helpers/planted.ts', '../test/helpers/planted.ts', ...sdks],
  'bot/config.ts': ['#test/helpers/planted.ts', '../test/helpers/planted.ts', ...sdks],
};

const allowed: Plants = {
  'core/jobs/allowed.ts': ['zod', 'node:crypto', '../inventory/vm.ts', './step.ts'],
  'approvals/policy/allowed.ts': ['zod', '#core/jobs/step.ts', '../decide.ts'],
  'adapters/simulator/allowed.ts': ['node:fs', '#core/jobs/step.ts', '#approvals/decide.ts'],
  'adapters/database/allowed.ts': [
    '@mikro-orm/core',
    '@mikro-orm/postgresql',
    'kysely',
    '#approvals/decide.ts',
  ],
  'adapters/vmware/allowed.ts': ['soap', 'saxes', './soap/client.ts'],
  'adapters/hyperv/allowed.ts': ['saxes', './winrm/winrm.ts'],
  'adapters/work-queue-embedded/allowed.ts': ['kysely', '@mikro-orm/sql'],
  'adapters/work-queue-pg-boss/allowed.ts': ['kysely', '@mikro-orm/sql', 'pg-boss'],
  'bot/commands/allowed.ts': [
    '#core/jobs/step.ts',
    '#approvals/decide.ts',
    '../cards/card.ts',
    'yaml',
  ],
  'bot/slack/allowed.ts': ['@slack/bolt'],
  'bot/teams/allowed.ts': ['botbuilder', '@microsoft/teams.apps', 'adaptivecards'],
  'bot/console/allowed.ts': ['express', 'adaptivecards'],
  'bot/web/allowed.ts': ['express'],
  'bot/compose.ts': ['#adapters/database/database.ts', './config.ts'],
  'bot/compose-connections.ts': ['#adapters/vmware/vcenter.ts', './config.ts'],
  'bot/compose-rehearsal.ts': ['#adapters/simulator/twin.ts', './house.ts'],
  'bot/config.ts': ['#adapters/database/config.ts', 'zod'],
};

/** A line each: a value, a type, an export, a dynamic import. */
const toLines = (specifier: string) => [
  `import { a } from '${specifier}';`,
  `import type { B } from '${specifier}';`,
  `export { c } from '${specifier}';`,
  `await import('${specifier}');`,
];

const plant = (plants: Plants) =>
  Object.fromEntries(
    Object.entries(plants).map(([file, list]) => [file, list.flatMap(toLines).join('\n')]),
  );

function findRefusedLines(files: Readonly<Record<string, string>>): Map<string, Set<number>> {
  const lines = new Map(Object.keys(files).map((file) => [file, new Set<number>()]));
  for (const { rule, file, line } of lintPlanted(files)) {
    if (rule === 'lint/style/noRestrictedImports') lines.get(file)?.add(line);
  }
  return lines;
}

describe('the direction of imports', () => {
  it('is refused by Biome in both spellings, for values, types, exports and dynamic imports', () => {
    const files = plant(forbidden);

    const refused = findRefusedLines(files);

    for (const [file, text] of Object.entries(files)) {
      const passed = text.split('\n').filter((_, index) => !refused.get(file)?.has(index + 1));
      assert.deepEqual(passed, [], file);
    }
  });

  it('lets Biome pass what each folder may import', () => {
    const files = plant(allowed);

    const refused = findRefusedLines(files);

    for (const [file, lines] of refused) assert.deepEqual([...lines], [], file);
  });

  it('is judged alike by our own check', () => {
    const judge = (plants: Plants) =>
      Object.entries(plants).flatMap(([file, list]) =>
        list.map((specifier) => ({ file, specifier, fault: findImportFault(file, specifier) })),
      );

    assert.deepEqual(
      judge(forbidden).filter(({ fault }) => fault === undefined),
      [],
    );
    assert.deepEqual(
      judge(allowed).filter(({ fault }) => fault !== undefined),
      [],
    );
  });

  it('holds in the sources as they are, in types too', () => {
    const files = globSync('{core,approvals,adapters,bot}/**/*.{ts,mjs}', { cwd: projectFolder });

    const faults = files.flatMap((file) =>
      readImports(readFileSync(join(projectFolder, file), 'utf8')).flatMap(({ specifier }) => {
        const fault = findImportFault(file, specifier);
        return fault ? [`${file} imports ${specifier}: ${fault}`] : [];
      }),
    );

    assert.deepEqual(faults, []);
  });
});

describe('what Biome refuses besides', () => {
  const findRules = (files: Readonly<Record<string, string>>) =>
    lintPlanted(files).map(({ rule, file }) => `${file} ${rule.split('/').at(-1)}`);

  it('is a cycle of values, though not one of types', () => {
    const found = findRules({
      'core/jobs/one.ts': "import { two } from './two.ts';\nexport const one = () => two;\n",
      'core/jobs/two.ts': "import { one } from './one.ts';\nexport const two = () => one;\n",
      'core/jobs/three.ts': "import type { Four } from './four.ts';\nexport type Three = Four[];\n",
      'core/jobs/four.ts':
        "import type { Three } from './three.ts';\nexport type Four = Three[];\n",
    });

    assert.deepEqual(found.sort(), [
      'core/jobs/one.ts noImportCycles',
      'core/jobs/two.ts noImportCycles',
    ]);
  });

  it('is a default export and a barrel', () => {
    const found = findRules({
      'core/plan/bare.ts': 'export default 1;\n',
      'core/plan/barrel.ts': "export * from './plan.ts';\n",
      'core/plan/plan.ts': 'export const plan = 1;\n',
    });

    assert.ok(found.includes('core/plan/bare.ts noDefaultExport'));
    assert.ok(found.includes('core/plan/barrel.ts noBarrelFile'));
  });

  it('is process.env everywhere but in bot/main.ts, bench/ and test/', () => {
    const read = 'export const home = process.env.HOME;\n';
    const files = ['core/a.ts', 'approvals/a.ts', 'adapters/database/a.ts', 'bot/compose.ts'];
    const free = ['bot/main.ts', 'bench/a.ts', 'test/a.ts'];

    const found = findRules(Object.fromEntries([...files, ...free].map((file) => [file, read])));

    assert.deepEqual(found.sort(), files.map((file) => `${file} noProcessEnv`).sort());
  });

  it('is console, an enum, a file of the wrong case and one of more than 400 lines', () => {
    const found = findRules({
      'core/a.ts': "console.log('x');\n",
      'core/b.ts': 'export enum B {\n  one,\n}\n',
      'core/vmCreate.ts': 'export const c = 1;\n',
      'core/long.ts': Array.from({ length: 401 }, (_, i) => `export const c${i} = ${i};\n`).join(
        '',
      ),
    });

    assert.deepEqual(found.sort(), [
      'core/a.ts noConsole',
      'core/b.ts noEnum',
      'core/long.ts noExcessiveLinesPerFile',
      'core/vmCreate.ts useFilenamingConvention',
    ]);
  });
});
