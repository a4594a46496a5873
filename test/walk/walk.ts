/**
 * Plays the main job on a real server, real processes and real platforms, and prints it as people see it.
 *
 * `npm run walk -- lab` on the lab; `npm run walk -- vcsim` on a vCenter that is not ours, `-- hyperv` on a failover cluster
 * behind WinRM, both on SQLite and on PostgreSQL.
 * `npm run walk -- slack [FOLDER]` in Slack, by people of an Active Directory, by Socket Mode and over HTTP; `-- teams` in Teams; pictures of what
 * they see go to FOLDER. The exit code is 0 only if the platform itself says what was wished.
 * `npm run walk -- <lab|vcsim|hyperv> evacuate [FOLDER]` empties a host of twenty VMs, asked for in Slack and agreed to in Teams.
 */

import { startPostgres } from '../helpers/peers/postgres.ts';
import { walkEvacuation } from './evacuate/evacuation.ts';
import { openHypervSite } from './evacuate/hyperv-site.ts';
import { openLabSite } from './evacuate/lab-site.ts';
import { openVcsimSite } from './evacuate/vcsim-site.ts';
import { isDifferent, type Outcome } from './outcome.ts';
import { walkHyperv } from './walk-hyperv.ts';
import { walkLab } from './walk-lab.ts';
import { walkSlack } from './walk-slack.ts';
import { walkTeams } from './walk-teams.ts';
import { walkVcsim } from './walk-vcsim.ts';

const WALKS: Readonly<Record<string, (folder?: string) => Promise<Outcome[]>>> = {
  lab: async () => [await walkLab()],
  vcsim: () => onBoth(walkVcsim),
  hyperv: () => onBoth(walkHyperv),
  teams: async (folder) => [await walkTeams(folder)],
  slack: async (folder) => [await walkSlack('socket', folder), await walkSlack('http', folder)],
};

/** By their second word. */
const STORIES: Readonly<Record<string, (folder?: string) => Promise<Outcome[]>>> = {
  'lab evacuate': async (folder) => {
    await using site = openLabSite();
    return [await walkEvacuation(site, { teamsBy: 'playground', folder })];
  },
  'vcsim evacuate': async (folder) => {
    await using site = await openVcsimSite();
    return [await walkEvacuation(site, { teamsBy: 'connector', folder })];
  },
  'hyperv evacuate': async (folder) => {
    await using site = await openHypervSite();
    return [await walkEvacuation(site, { teamsBy: 'connector', folder })];
  },
};

async function onBoth(
  walk: (database: string, databaseUrl?: string) => Promise<Outcome>,
): Promise<Outcome[]> {
  const onSqlite = await walk('SQLite');
  await using postgres = await startPostgres();
  return [onSqlite, await walk('PostgreSQL', await postgres.createDatabase())];
}

process.exitCode = await run(process.argv.slice(2));

async function run(words: readonly string[]): Promise<number> {
  const story = STORIES[words.slice(0, 2).join(' ')];
  const [folder, ...rest] = words.slice(story ? 2 : 1);
  const name = words.slice(0, story ? 2 : 1).join(' ');
  const walk = story ?? WALKS[name];
  if (!walk || rest.length > 0 || (folder !== undefined && walk.length === 0)) {
    const names = [...Object.keys(WALKS), ...Object.keys(STORIES)];
    process.stderr.write(`usage: npm run walk -- <${names.join('|')}> [FOLDER]\n`);
    return 2;
  }
  const outcomes = await walk(folder);
  const wrong = outcomes.flatMap(({ where, differences }) =>
    differences.map((text) => `${where}: ${text}`),
  );
  const verdict = outcomes.some(isDifferent)
    ? `WRONG: ${wrong.join('; ')}`
    : 'as wished, says the platform itself';
  process.stdout.write(
    `\nwalk ${name}: ${outcomes.map(({ where }) => where).join(' and ')}: ${verdict}\n`,
  );
  return outcomes.some(isDifferent) ? 1 : 0;
}
