/** No reading looks through a whole table that grows. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CompiledQuery, type Kysely, type KyselyPlugin, type RootOperationNode } from 'kysely';
import { createCodecs } from '#adapters/database/codec.ts';
import type { Tables } from '#adapters/database/entities/entities.ts';
import { openSqlite } from '#adapters/database/sqlite/open-sqlite.ts';
import { createRunStatement } from '#adapters/database/statements.ts';
import { createFirstAsks } from '#adapters/database/tables/first-asks.ts';
import { createReads } from '#adapters/database/tables/tables.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

type Reads = ReturnType<typeof createReads>;

const READINGS: readonly ((reads: Reads) => Promise<unknown>)[] = [
  ({ inbox }) => inbox.find('x'),
  ({ inbox }) => inbox.listUnhandled(10),
  ({ cards }) => cards.find('x'),
  ({ cards }) => cards.findBySubject('job', 'x'),
  ({ cards }) => cards.listCopies('x'),
  ({ cards }) => cards.listPlace('x', 10),
  ({ cards }) => cards.findAction('x'),
  ({ cards }) => cards.listBehind(10),
  ({ jobs }) => jobs.findByNumber(1),
  ({ jobs }) => jobs.findByRequest('x'),
  ({ jobs }) => jobs.list({ limit: 10 }),
  ({ jobs }) => jobs.list({ states: ['running'], limit: 10 }),
  ({ jobs }) => jobs.list({ requesterId: 'ann', limit: 10 }),
  ({ jobs }) => jobs.listOpenOn(['x', 'y']),
  ({ jobs }) => jobs.findStep('x'),
  ({ jobs }) => jobs.listSteps({ jobId: 'x' }),
  ({ jobs }) => jobs.listPermitSteps('waiting'),
  ({ jobs }) => jobs.listPermitSteps('holding'),
  ({ jobs }) => jobs.listGates({ open: true }),
  ({ jobs }) => jobs.listGates({ jobId: 'x' }),
  ({ postNotes }) => postNotes.find('x'),
  ({ plans }) => plans.find('x'),
  ({ estate }) => estate.listChangedAfter(1, 10),
  ({ estate }) => estate.listByIdentity('c', 'vm', 'x'),
  ({ estate }) => estate.listByHandle('c', 'vm', 'x'),
  ({ noticed }) => noticed.find('x'),
  ({ noticed }) => noticed.findNewest('x', 'host_down'),
  ({ noticed }) => noticed.listRecent('c', 'host_down', new Date(0)),
  ({ noticed }) => noticed.sumVms('x', 5),
  ({ noticed }) => noticed.listNotRunning(['x', 'y']),
  ({ requests }) => requests.findByNumber(1),
  ({ requests }) => requests.list({ limit: 10 }),
  ({ requests }) => requests.list({ states: ['open'], limit: 10 }),
  ({ requests }) => requests.list({ requesterId: 'ann', limit: 10 }),
  ({ requests }) => requests.listVotes('x', 1),
  ({ tellings }) => tellings.list('x'),
  ({ tellings }) => tellings.sum('x', 50),
  ({ cards }) => cards.listCopiesAt('x', ['y', 'z']),
  ({ tellings }) => tellings.hasWaiting('x'),
  ({ tellings }) => tellings.listMissed('x'),
  ({ destinations }) => destinations.find('slack', 'x'),
  ({ chatPlaces }) => chatPlaces.findReader('teams', 'x', 'y'),
  ({ chatPlaces }) => chatPlaces.listReaders('teams', 'x', 10),
  ({ audit }) => audit.listUnsealed(10),
  ({ audit }) => audit.listSealedAfter(1, 10),
  ({ audit }) => audit.findHead(),
  ({ audit }) => audit.list({ limit: 10 }),
  ({ audit }) => audit.list({ requestId: 'x', limit: 10 }),
  ({ audit }) => audit.list({ jobId: 'x', limit: 10 }),
  ({ audit }) => audit.list({ event: 'x', limit: 10 }),
];

it('finds its rows by an index', async () => {
  using folder = createTemporaryFolder('indexes');
  const { kysely, dialect, close } = await openSqlite(`${folder.path}/`);
  const nodes: RootOperationNode[] = [];
  const db = kysely().withPlugin(createRecorder(nodes));
  const codecs = createCodecs(dialect);
  const parts = { db, dialect, codecs, run: createRunStatement(db, new Map()) };
  const reads = createReads({ ...parts, now: new Date(), asks: createFirstAsks(parts) });

  for (const read of READINGS) await read(reads);

  assert.ok(nodes.length >= READINGS.length);
  const scans = await Promise.all(nodes.map((node) => findScans(kysely(), node)));
  await close();
  assert.deepEqual(scans.flat(), []);
});

function createRecorder(nodes: RootOperationNode[]): KyselyPlugin {
  return {
    transformQuery({ node }) {
      nodes.push(node);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
}

/** A scan along an index ends at the query's limit; so does one for the newest rows of a whole table. */
async function findScans(db: Kysely<Tables>, node: RootOperationNode): Promise<string[]> {
  const { sql, parameters } = db.getExecutor().compileQuery(node, { queryId: 'explained' });
  const explain = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]);
  const { rows } = await db.executeQuery<{ detail: string }>(explain);
  const isSlow = (detail: string) => /^SCAN (?!.* USING )/.test(detail) && sql.includes(' where ');
  return rows.filter(({ detail }) => isSlow(detail)).map(({ detail }) => `${detail}: ${sql}`);
}
