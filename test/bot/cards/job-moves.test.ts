/** The steps of a job that moves VMs, as its card sums them up. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toMovedWords, toStepLines } from '#bot/cards/job-moves.ts';
import type { Step } from '#core/jobs/job.ts';

const NOW = new Date('2026-05-04T12:00:00Z');

function step(name: string, own: Partial<Step> = {}): Step {
  const input = { name, vm: { connectionId: 'vc', identity: name }, hostName: 'esx-02' };
  return {
    ...{ id: `job/${own.kind}-${name}`, jobId: 'job', key: `move-${name}`, kind: 'move-vm-away' },
    ...{ version: 1, begins: 'when_done', choice: null, permits: [], facts: null, code: null },
    ...{ state: 'done', input, tries: 0, percent: null, startedAt: null, endedAt: null },
    ...own,
  } as unknown as Step;
}

const ofMany = (state: Step['state'], from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => step(`app-${from + at}`, { state }));

const linesOf = (
  steps: readonly Step[],
  questionOf: (step: Step) => string | undefined = () => undefined,
  silentSince: (step: Step) => Date | undefined = () => undefined,
) =>
  toStepLines({
    steps,
    holders: new Map(),
    questionOf,
    silentSince,
    now: NOW,
    timeZone: 'UTC',
  }).map(({ mark, text }) => `${mark} ${text}`);

const MARK = step('esx-01', { kind: 'mark-host', input: { name: 'esx-01' } });
const SETTLE = step('esx-01', { kind: 'settle-host', state: 'blocked', input: { name: 'esx-01' } });

describe('the card of a job that moves many VMs', () => {
  it('counts what is done and waits, and names what needs somebody', () => {
    const refused = step('app-30', { state: 'failed', code: 'platform_refused' });
    const steps = [MARK, ...ofMany('done', 1, 12), refused, ...ofMany('blocked', 20, 22), SETTLE];

    assert.deepEqual(linesOf(steps), [
      'done mark esx-01, so that nothing more comes to it',
      'done 12 VMs moved',
      'failed move app-30 to esx-02: The platform refused.',
      'waiting 3 VMs wait until the host is marked',
      'waiting look what is left on esx-01, and settle its state',
    ]);
    assert.equal(toMovedWords(steps), '12 of 16 VMs moved');
  });

  it('never counts away what needs somebody, however many they are', () => {
    const steps = [MARK, ...ofMany('unknown', 1, 12), SETTLE];

    const named = linesOf(steps).filter((line) => line.startsWith('unknown'));

    assert.equal(named.length, 12);
  });

  it('H16 names a move whose platform asks, though others failed and more are on their way', () => {
    const asking = step('app-40', { state: 'started' });
    const others = [...ofMany('failed', 1, 5), ...ofMany('started', 10, 15)];

    const lines = linesOf([MARK, ...others, asking, SETTLE], (one) =>
      one === asking ? 'Which disk?' : undefined,
    );

    assert.equal(lines.filter((line) => line.includes('move app-40 to esx-02: waits')).length, 1);
    assert.ok(lines.includes('running 6 more VMs on the way'), lines.join('\n'));
  });

  it('says where a move went that failed first, beside the failure', () => {
    const failed = step('app-30', { state: 'failed', code: 'platform_refused' });
    const again = step('app-30', { kind: 'move-vm-again', begins: 'when_failed' });
    const steps = [MARK, ...ofMany('done', 1, 12), failed, again, SETTLE];

    assert.deepEqual(linesOf(steps).slice(1, 4), [
      'done 12 VMs moved',
      'failed move app-30 to esx-02: The platform refused.',
      'done move app-30 to esx-02 instead',
    ]);
    assert.equal(toMovedWords(steps), '13 of 13 VMs moved');
  });

  it('calls the host by its name that its platform calls by a handle', () => {
    const input = {
      ...{ name: 'app-1', vm: { connectionId: 'vc', identity: 'app-1' } },
      ...{ host: { handle: 'host-102' }, hostName: 'esx-02' },
    } as unknown as Step['input'];
    const facts = { host: 'host-102', reason: 'notResponding' };

    const lines = linesOf([
      step('app-1', { state: 'failed', code: 'host_unavailable', input, facts }),
    ]);

    assert.deepEqual(lines, [
      'failed move app-1 to esx-02: esx-02 does not take it now: notResponding.',
    ]);
  });

  it('H16 says what the platform asks in the middle of a move', () => {
    const [line] = linesOf([step('app-1', { state: 'started' })], () => 'Which disk?');

    assert.equal(
      line,
      'running move app-1 to esx-02: waits, for its platform asks: Which disk? Nothing answers it by itself; answer it at the vendor’s console.',
    );
  });

  it('H10 says of what is under way that its platform does not answer, and since when', () => {
    const moving = step('app-1', { state: 'started' });
    const [line] = linesOf([moving], undefined, () => new Date('2026-05-04T11:58:00Z'));

    assert.equal(
      line,
      'running move app-1 to esx-02: vc does not answer, since 11:58 UTC. What became of it is read when it does.',
    );
  });

  it('says why a VM is asked about, and what was answered', () => {
    const why = { code: 'vm_tied_to_host', facts: { vm: 'db', what: 'setting', label: 'DRS' } };
    const own = { kind: 'ask-consent', input: { name: 'db', why } as never };
    const asking = step('db', { ...own, state: 'asking', code: 'consent_needed' });
    const answered = step('db', { ...own, state: 'done', facts: { answer: 'power_off' } });

    assert.deepEqual(linesOf([asking, answered]), [
      'asking ask what becomes of db: db cannot move: its platform is set to leave it there (DRS).',
      'done ask what becomes of db: it is to be powered off',
    ]);
  });

  it('does not say of a second try without a host that it went to the host of the first', () => {
    const again = { kind: 'move-vm-again', begins: 'when_failed', state: 'failed' } as const;

    assert.deepEqual(linesOf([step('app-1', { ...again, code: 'no_other_host' })]), [
      'failed try another host for app-1 once: No other host inside what was agreed can take it now.',
    ]);
  });
});
