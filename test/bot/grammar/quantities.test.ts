import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse, refusal } from './shapes.ts';

const gib = 1024 ** 3;
const sizes: readonly [string, number, string?][] = [
  ['16GiB', 16 * gib],
  ['16gib', 16 * gib],
  ['16GB', 16 * gib, '16GiB'],
  ['16G', 16 * gib, '16GiB'],
  ['1024MiB', gib],
  ['1027mb', 1027 * 1024 ** 2, '1027MiB'],
  ['1.5TiB', 1536 * gib],
  ['0.125GiB', gib / 8],
  ['512B', 512],
  ['"16 GiB"', 16 * gib],
  ['0.3KiB', 308],
];
const durations: readonly [string, number][] = [
  ['2h', 120],
  ['90min', 90],
  ['30 minutes', 30],
  ['1h30m', 90],
  ['1.5h', 90],
  ['1d12h', 2160],
  ['1w', 10_080],
  ['600s', 10],
  ['2months', 86_400],
];

describe('sizes', () => {
  for (const [typed, bytes, as] of sizes) {
    it(`H20 reads ${typed} as ${bytes} bytes`, () => {
      const { options, readings } = parse(`vm resize web-07 --memory ${typed}`);

      assert.equal(options.memory, bytes);
      assert.deepEqual(
        readings.map((one) => one.as),
        as === undefined ? [] : [as],
      );
    });
  }

  it('B43 says that GB was read as GiB', () => {
    const { readings } = parse('vm resize web-07 --memory 1GB');

    assert.deepEqual(readings, [
      { code: 'unit_as_binary', at: { start: 26, end: 29 }, typed: '1GB', as: '1GiB' },
    ]);
  });
});

describe('durations', () => {
  for (const [typed, minutes] of durations) {
    it(`H20 reads ${typed} as ${minutes} minutes`, () => {
      assert.equal(parse(`vm create x --lease "${typed}"`).options.lease, minutes * 60_000);
    });
  }

  it('H20 says that a month was read as 30 days', () => {
    const [reading] = parse('vm create x --lease 1month').readings;

    assert.deepEqual([reading?.code, reading?.as], ['month_as_30_days', '30d']);
  });
});

/** Option with value, code, the part that the error points at, readings or nearest. */
const refusals: readonly [string, string, string, (readonly string[] | string)?][] = [
  ['--memory 1.024MiB', 'number_ambiguous', '1.024MiB', ['1.024MiB', '1024MiB']],
  ['--memory 4,5,6GiB', 'number_unreadable', '4,5,6GiB'],
  ['--memory -4GiB', 'number_negative', '-4GiB'],
  ['--memory –4GiB', 'number_negative', '–4GiB'],
  ['--memory=-4GiB', 'number_negative', '-4GiB'],
  ['--memory +4GiB', 'number_unreadable', '+4GiB'],
  ['--memory ４GiB', 'number_unreadable', '４GiB'],
  ['--memory lots', 'number_unreadable', 'lots'],
  ['--memory 0GiB', 'number_zero', '0GiB'],
  ['--memory 0', 'number_zero', '0'],
  ['--memory 1m', 'unit_ambiguous', '1m', ['1MiB', '1GiB']],
  ['--memory 16', 'unit_missing', '16', ['16MiB', '16GiB']],
  ['--memory 16GiG', 'unit_unknown', 'GiG', 'GiB'],
  ['--memory 16apples', 'unit_unknown', 'apples'],
  ['--memory "16 GiG"', 'unit_unknown', 'GiG', 'GiB'],
  ['--memory 9999999PiB', 'number_too_large', '9999999PiB'],
  ['--cpu 0', 'number_zero', '0'],
  ['--cpu 2.5', 'number_unreadable', '2.5'],
  ['--cpu 1,5', 'number_ambiguous', '1,5', ['1.5', '15']],
  ['--cpu 129', 'number_too_large', '129'],
  ['--cpu 1e3', 'number_unreadable', '1e3'],
  ['--cpu −2', 'number_negative', '−2'],
  ['--lease 1,5h', 'number_ambiguous', '1,5h', ['1.5h', '15h']],
  ['--lease 30m', 'unit_ambiguous', '30m', ['30minutes', '30months']],
  ['--lease 5', 'unit_missing', '5', ['5min', '5h', '5d']],
  ['--lease 5hous', 'unit_unknown', 'hous', 'hour'],
  ['--lease 0h', 'number_zero', '0h'],
  ['--lease 30m1h', 'number_unreadable', '30m1h'],
];

describe('refused quantities', () => {
  for (const [option, code, marked, more] of refusals) {
    it(`H20 answers ${option} with ${code}`, () => {
      const error = refusal(`vm create x ${option}`);

      assert.equal(error.code, code);
      assert.equal(error.marked, marked);
      assert.deepEqual(error.nearest ?? error.facts.readings, more);
    });
  }

  it('H20 refuses a decimal comma and shows both readings', () => {
    const error = refusal('vm resize web-07 --memory 1,5GiB');

    assert.equal(error.code, 'number_ambiguous');
    assert.deepEqual(error.at, { start: 26, end: 32 });
    assert.deepEqual(error.facts.readings, ['1.5GiB', '15GiB']);
  });

  it('H20 refuses a bare 1m as minute or month', () => {
    const error = refusal('vm create web-07 --lease 1m');

    assert.equal(error.code, 'unit_ambiguous');
    assert.deepEqual(error.facts.readings, ['1minute', '1month']);
  });

  it('H20 offers only readings that are read', () => {
    for (const typed of ['1m', '30m', '1,5h', '7']) {
      const { readings } = refusal(`vm create x --lease ${typed}`).facts;
      assert.ok(Array.isArray(readings));
      for (const reading of readings) assert.ok(parse(`vm create x --lease ${reading}`));
    }
  });
});
