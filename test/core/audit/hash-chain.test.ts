/** B67: the chain never forks, always verifies, and shows every tampering with what is stored. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createReadAudit } from '#adapters/database/read-audit.ts';
import type { AuditFault } from '#core/audit/audit-fault.ts';
import { sealEvents } from '#core/audit/seal.ts';
import { verifyChain } from '#core/audit/verify-chain.ts';
import type { Json } from '#core/plan/plan.ts';
import type { AnchoredHead } from '#core/ports/anchor.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type Postgres, startPostgres } from '#test/helpers/peers/postgres.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { HARD_TEXTS } from '../../contracts/store-samples.ts';
import { appendEvents } from './append-events.ts';
import { type OpenAudit, openAudit } from './open-audit.ts';

const EVENTS = 5000;
const inMemory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const breathe = () => setImmediate();

function verify(url: string, anchors: readonly AnchoredHead[] = []) {
  return createReadAudit(url)((events) => verifyChain(events, anchors, breathe));
}

async function seal({ store }: OpenAudit): Promise<AnchoredHead> {
  const head = await sealEvents(store, breathe);
  assert.ok(head);
  return { ...head, at: new Date() };
}

interface Trial extends AsyncDisposable {
  readonly url: string;
  /** Whether several may open it. */
  readonly isShared: boolean;
  run(statement: string): Promise<unknown>;
}

/** What both databases must do. */
function describeChain(openTrial: () => Promise<Trial>): void {
  it('H38 keeps hard texts, long ones and times to the byte', async () => {
    await using trial = await openTrial();
    const texts: Json[] = [
      { ...HARD_TEXTS },
      'e\u0301 \u212b \ufffd',
      `${'ä\0\ud800🐉'.repeat(100_000)}`,
      ['2027-03-28T02:30:00.123456+02:00', '0001-01-01T00:00:00.000000001Z', 1e21, -0, 5e-324],
    ];
    {
      await using audit = await openAudit(trial.url);
      await audit.write(...texts);
      await seal(audit);
    }

    const { faults, head } = await verify(trial.url);

    assert.deepEqual(faults, []);
    assert.equal(head?.chainIndex, texts.length);
  });

  it('makes one chain of first events that were written at once', async () => {
    await using trial = await openTrial();
    await using one = await openAudit(trial.url);
    // SQLite has one process and one connection.
    await using other = trial.isShared ? await openAudit(trial.url) : undefined;

    await Promise.all(
      [one, other ?? one].map(async (audit) => {
        await audit.write('first');
        await sealEvents(audit.store, breathe);
      }),
    );

    const { faults, head, unsealed } = await verify(trial.url);
    assert.deepEqual([faults, head?.chainIndex, unsealed], [[], 2, 0]);
  });

  it('is valid at every moment while events are written and sealed', async () => {
    await using trial = await openTrial();
    await using audit = await openAudit(trial.url);
    let isWriting = true;
    const writing = appendEvents(audit, 'one', 1000).finally(() => {
      isWriting = false;
    });

    let anchors: AnchoredHead[] = [];
    do {
      const { faults, head } = await verify(trial.url, anchors);
      assert.deepEqual(faults, []);
      anchors = head ? [...anchors, { ...head, at: new Date() }] : [];
      await breathe();
    } while (isWriting);
    await writing;

    assert.ok(anchors.length > 1);
  });

  it('H38 finds each tampering with what is stored', async () => {
    const five = 'where chain_index = 5';
    const none = 'where chain_index = -1';
    const changed: AuditFault = { fault: 'row_changed', chainIndex: 5, last: 5, id: 5 };
    const swap = (one: number, other: number, by: number) => `
      update audit_event set chain_index = -1 where chain_index = ${one};
      update audit_event set chain_index = ${one} where chain_index = ${other};
      update audit_event set chain_index = ${other + by} ${none}`;
    const cases: readonly [string, string, readonly Partial<AuditFault>[]][] = [
      ['body', `update audit_event set body = replace(body, 'told', 'tolD') ${five}`, [changed]],
      ['space', `update audit_event set body = body || ' ' ${five}`, [changed]],
      ['hash', `update audit_event set hash = upper(hash) ${five}`, [changed]],
      [
        'removed',
        `delete from audit_event ${five}`,
        [{ fault: 'rows_missing', chainIndex: 5, last: 5 }],
      ],
      [
        'unsealed',
        `update audit_event set chain_index = null, hash = null ${five}`,
        [{ fault: 'rows_missing', chainIndex: 5, last: 5 }],
      ],
      [
        'inserted',
        `update audit_event set chain_index = -chain_index where chain_index > 5;
         update audit_event set chain_index = 1 - chain_index where chain_index < 0;
         insert into audit_event (body, event, chain_index, hash)
         values ('{"event":"told"}', 'told', 6, '${'0'.repeat(64)}')`,
        [{ fault: 'row_changed', chainIndex: 6, last: 6, id: 13 }],
      ],
      [
        'swapped',
        swap(5, 9, 0),
        [
          { fault: 'row_moved', chainIndex: 5, id: 9, belongsAt: 9 },
          { fault: 'row_moved', chainIndex: 9, id: 5, belongsAt: 5 },
        ],
      ],
      [
        'filed elsewhere',
        `update audit_event set request_id = null ${five}`,
        [{ fault: 'columns_differ', chainIndex: 5, id: 5 }],
      ],
      [
        'cut',
        'delete from audit_event where chain_index > 9',
        [{ fault: 'tail_cut', chainIndex: 9, anchored: 12 }],
      ],
    ];
    for (const [name, statement, expected] of cases) {
      await using trial = await openTrial();
      let anchor: AnchoredHead;
      {
        await using audit = await openAudit(trial.url);
        await audit.write(...Array.from({ length: 12 }, (_, index) => index));
        anchor = await seal(audit);
      }
      assert.deepEqual((await verify(trial.url, [anchor])).faults, []);

      await trial.run(statement);

      const { faults } = await verify(trial.url, [anchor]);
      for (const [index, fault] of expected.entries()) {
        assert.partialDeepStrictEqual(faults[index], fault, name);
      }
      if (name !== 'inserted') assert.equal(faults.length, expected.length, name);
    }
  });
}

describe('the hash chain on SQLite', () => {
  const openTrial = async (): Promise<Trial> => {
    const folder = createTemporaryFolder('chain', inMemory);
    const file = `${folder.path}/drover.db`;
    return {
      url: `sqlite:${file}`,
      isShared: false,
      async run(statement) {
        using database = new DatabaseSync(file);
        database.exec(statement);
      },
      async [Symbol.asyncDispose]() {
        folder[Symbol.dispose]();
      },
    };
  };
  describeChain(openTrial);

  it('H38 does not fork under two that write and seal at once', async () => {
    await using trial = await openTrial();
    await using audit = await openAudit(trial.url);

    await Promise.all(['one', 'other'].map((name) => appendEvents(audit, name, EVENTS)));
    await seal(audit);

    const { faults, head } = await verify(trial.url);
    assert.deepEqual([faults, head?.chainIndex], [[], 2 * EVENTS]);
  });

  it('reads again when a Drover starts meanwhile', async () => {
    await using trial = await openTrial();
    {
      await using audit = await openAudit(trial.url);
      await audit.write(1);
    }
    await using later = new AsyncDisposableStack();
    let readings = 0;

    const counts = await createReadAudit(trial.url)(async (events) => {
      readings += 1;
      if (readings === 1) {
        const audit = later.use(await openAudit(trial.url));
        await audit.write(2);
      }
      return events.countEvents();
    });

    assert.deepEqual([counts, readings], [{ sealed: 0, unsealed: 2 }, 2]);
  });

  it('H38 checks bytes that no text shows', async () => {
    await using trial = await openTrial();
    {
      await using audit = await openAudit(trial.url);
      await audit.write(1, 'a \ufffd b', 3);
      await seal(audit);
    }
    const tellBody = (hex: string) =>
      trial.run(`update audit_event set body = cast(replace(cast(body as blob), x'efbfbd', x'${hex}')
        as text) where chain_index = 2`);

    // F0 9F 90 is the beginning of a letter and is read as the same sign as EF BF BD.
    await tellBody('f09f90');

    const { faults } = await verify(trial.url);
    assert.deepEqual(faults, [{ fault: 'row_changed', chainIndex: 2, last: 2, id: 2 }]);
  });
});

describe('the hash chain on PostgreSQL', needsPeer('postgres'), () => {
  let postgres: Postgres;
  before(async () => {
    postgres = await startPostgres({ fsync: false });
  });
  after(() => postgres[Symbol.asyncDispose]());

  const openTrial = async (): Promise<Trial> => {
    const url = await postgres.createDatabase();
    return {
      url,
      isShared: true,
      run: (statement) => postgres.query(statement, url),
      async [Symbol.asyncDispose]() {},
    };
  };
  describeChain(openTrial);

  it('H38 does not fork under two processes that write and seal at once', async () => {
    const { url } = await openTrial();
    await using audit = await openAudit(url);
    const script = fileURLToPath(new URL('append-events.ts', import.meta.url));
    const other = spawn(process.execPath, [script, url, 'other', `${EVENTS}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(other.stdout, 'data');

    const [[code]] = await Promise.all([once(other, 'exit'), appendEvents(audit, 'one', EVENTS)]);
    await seal(audit);

    const { faults, head } = await verify(url);
    assert.deepEqual([code, faults, head?.chainIndex], [0, [], 2 * EVENTS]);
  });

  it('proves a chain that moved here from SQLite', async () => {
    using folder = createTemporaryFolder('move', inMemory);
    await using from = await openAudit(`sqlite:${folder.path}/drover.db`);
    await from.write({ ...HARD_TEXTS }, 'e\u0301', 3);
    const anchor = await seal(from);
    const rows = await from.store.read(({ audit }) => audit.listSealedAfter(0, 10));
    const { url } = await openTrial();
    await using _to = await openAudit(url);
    for (const { id, body, chainIndex, hash } of rows) {
      const text = body.replaceAll("'", "''");
      await postgres.query(
        `insert into audit_event (id, body, event, request_id, chain_index, hash)
         values (${id}, '${text}', 'told', 'r1', ${chainIndex}, '${hash}')`,
        url,
      );
    }

    const { faults, anchorsAgree } = await verify(url, [anchor]);

    assert.deepEqual([faults, anchorsAgree], [[], 1]);
  });
});
