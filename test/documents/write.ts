/** npm run docs: writes what of the documents is made from the commands, and what the entities say of their columns. */
import { readFileSync, writeFileSync } from 'node:fs';
import { COMMANDS } from '#bot/commands/registry.ts';
import { toCommandsPage, toNounTable } from './commands-page.ts';
import { readTableColumns } from './table-columns.ts';

const toFile = (name: string) => new URL(`../../${name}`, import.meta.url);

writeFileSync(toFile('docs/commands.md'), toCommandsPage(COMMANDS));
const readme = readFileSync(toFile('README.md'), 'utf8');
// A function, so that no `$` of the table is taken for a group.
const table = () => toNounTable(COMMANDS);
writeFileSync(
  toFile('README.md'),
  readme.replace(/^\| noun \| verbs \|\n(?:\|.*\n?)*/m, () => `${table()}\n`),
);

const { sqlite } = await readTableColumns();
writeFileSync(toFile('adapters/database/entities/table-columns.json'), sqlite);
