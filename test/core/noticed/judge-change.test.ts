/** What a change of a host or datastore means to operators. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { DatastoreBody, HostBody } from '#core/inventory/estate-object.ts';
import { judgeChange } from '#core/noticed/judge-change.ts';

const LIMITS = { datastoreFreePercent: 10, datastoreClearedPercent: 12 };

const host = (own: Partial<HostBody> = {}): HostBody => ({
  ...{ name: 'esx-01', state: 'connected', platformState: 'connected' },
  ...{ datastoreHandles: [], networkHandles: [] },
  ...own,
});
const datastore = (freeBytes: number | undefined, own: Partial<DatastoreBody> = {}) =>
  ({ name: 'SAN', capacityBytes: 10_000, freeBytes, accessible: true, ...own }) as DatastoreBody;

const judgeHosts = (before: HostBody, after: HostBody) =>
  judgeChange({ kind: 'host', before, after }, LIMITS).map(({ turn }) => turn);
const judgeSpaces = (before: DatastoreBody, after: DatastoreBody, limits = LIMITS) =>
  judgeChange({ kind: 'datastore', before, after }, limits).map(({ turn }) => turn);

describe('a host', () => {
  const states = ['connected', 'disconnected', 'not_responding', 'unknown'] as const;
  const turns: Readonly<Record<string, readonly string[]>> = {
    'connected not_responding': ['begins'],
    // A node that Windows calls isolated before it is down.
    'unknown not_responding': ['begins'],
    'disconnected not_responding': ['begins'],
    'not_responding connected': ['ends'],
    'unknown connected': ['ends'],
    'disconnected connected': ['ends'],
  };
  for (const before of states)
    for (const after of states)
      it(`that was ${before} and is ${after}: ${turns[`${before} ${after}`] ?? 'nothing'}`, () => {
        const turn = judgeHosts(host({ state: before }), host({ state: after }));

        assert.deepEqual(turn, turns[`${before} ${after}`] ?? []);
      });

  it('in maintenance mode may be switched off', () => {
    const before = host({ inMaintenance: true });

    assert.deepEqual(judgeHosts(before, host({ state: 'not_responding' })), []);
  });

  it('whose load alone changes is no news', () => {
    assert.deepEqual(judgeHosts(host({ memoryUsedBytes: 1 }), host({ memoryUsedBytes: 2 })), []);
  });
});

describe('the space of a datastore', () => {
  it('is judged by both limits: under one it begins, from the other on it ends', () => {
    assert.deepEqual(judgeSpaces(datastore(1000), datastore(999)), ['begins']);
    assert.deepEqual(judgeSpaces(datastore(1199), datastore(1200)), ['ends']);
    assert.deepEqual(judgeSpaces(datastore(5000), datastore(1000)), ['goes_on']);
    assert.deepEqual(judgeSpaces(datastore(1150), datastore(1149)), []);
    assert.deepEqual(judgeSpaces(datastore(9000), datastore(1200)), []);
  });

  it('that is not known is no news, and news once it is (H09)', () => {
    const unknown = [
      datastore(undefined),
      datastore(0, { accessible: false }),
      datastore(0, { capacityBytes: 0 }),
    ];
    for (const one of unknown) {
      assert.deepEqual(judgeSpaces(datastore(5000), one), []);
      assert.deepEqual(judgeSpaces(one, datastore(999)), ['begins']);
    }
  });

  it('begins never with a limit of 0', () => {
    const limits = { ...LIMITS, datastoreFreePercent: 0 };

    assert.deepEqual(judgeSpaces(datastore(5000), datastore(0), limits), ['goes_on']);
  });

  it('is told once for each time that it runs out, however it comes and goes', () => {
    const free = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(fc.array(free, { minLength: 2, maxLength: 60 }), (readings) => {
        let told = 0;
        let isOpen = false;
        const wish = { told: 0, isOpen: false };
        for (const [at, now] of readings.entries()) {
          const before = readings[at - 1];
          if (before === undefined) continue;
          for (const turn of judgeSpaces(datastore(before), datastore(now))) {
            if (turn === 'begins' && !isOpen) told += 1;
            if (turn !== 'goes_on') isOpen = turn === 'begins';
          }
          if (!wish.isOpen && before >= 1000 && now < 1000) {
            wish.told += 1;
            wish.isOpen = true;
          } else if (now >= 1200) wish.isOpen = false;
          assert.deepEqual({ told, isOpen }, wish);
        }
      }),
    );
  });
});

describe('the way of I/O', () => {
  const on = (...hosts: string[]) =>
    datastore(5000, { redirected: hosts.map((hostName) => ({ hostName, reasons: ['User'] })) });

  it('begins only where it was known to be straight: some volumes always are redirected', () => {
    assert.deepEqual(judgeSpaces(on(), on('hv-01')), ['begins']);
    assert.deepEqual(judgeSpaces(datastore(5000), on('hv-01')), ['goes_on']);
    assert.deepEqual(judgeSpaces(on('hv-01'), on('hv-01')), []);
    assert.deepEqual(judgeSpaces(on('hv-01'), on('hv-01', 'hv-02')), ['goes_on']);
    assert.deepEqual(judgeSpaces(on('hv-01'), on()), ['ends']);
    assert.deepEqual(judgeSpaces(on(), on()), []);
    assert.deepEqual(judgeSpaces(on('hv-01'), datastore(5000)), []);
  });
});
