/** The lab lives on its own: killed at any instant and opened again, it is as if it had run all the while. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createLab } from '#adapters/simulator/simulator.ts';
import { createManualClock } from './manual-clock.ts';
import { createMoving } from './moving.ts';
import { newCall, openTestLab, readAll } from './open-lab.ts';

interface Folder extends Disposable {
  readonly file: string;
}

function openFolder(): Folder {
  const folder = mkdtempSync(join(tmpdir(), 'drover-lab-'));
  return {
    file: join(folder, 'lab.db'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

describe('a lab that was closed in the middle', () => {
  it('lets due tasks take effect meanwhile, and others go on', async () => {
    using folder = openFolder();
    const clock = createManualClock();
    const before = openTestLab({ file: folder.file, clock });
    const call = newCall();
    const task = await before.vc.provisioning.clone(await before.wish('web-07'), call);
    await before.vc.provisioning.clone(
      await before.wish('web-08', { diskBytes: 400 * 2 ** 30 }),
      newCall(),
    );
    const identity = await before.vc.estate.identify(call.signal);
    await before.lab.close();
    clock.advance(60_000);

    await using after = openTestLab({ file: folder.file, clock });

    const { eventNumber = 0, ...who } = await after.vc.estate.identify(call.signal);
    const { eventNumber: numberBefore = 0, ...whoBefore } = identity;
    assert.deepEqual(who, whoBefore);
    assert.ok(eventNumber > numberBefore, 'the clone that was due meanwhile is an event');
    await after.vc.tasks.follow(task ?? '', call);
    const look = await after.vc.provisioning.findByToken(call.stepToken, 'web-07', call.signal);
    assert.equal(look.found, 'vm');
    assert.ok(!(await after.names('vm')).includes('web-08'));
    clock.advance(300_000);
    assert.ok((await after.names('vm')).includes('web-08'));
  });

  it('starts those that waited at the instant a place became free', async () => {
    using folder = openFolder();
    const clock = createManualClock();
    const before = openTestLab({ file: folder.file, clock });
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f'])
      await before.vc.provisioning.clone(await before.wish(name), newCall());
    await before.lab.close();
    clock.advance(3_600_000);

    await using after = openTestLab({ file: folder.file, clock });

    const took = after.lab.history().map((it) => (it.endedAt ?? 0) - it.acceptedAt);
    assert.deepEqual(took, [38_000, 38_000, 38_000, 38_000, 76_000, 76_000]);
  });

  it('ends moves meanwhile, and lets a host into maintenance at the instant that it was empty', async () => {
    using folder = openFolder();
    const clock = createManualClock();
    const before = openTestLab({ file: folder.file, clock });
    const { mark, move } = createMoving(before.vc);
    before.lab.faults.changeByOthers('lab-vc', (it) => {
      it.setHost('esx-05', { inMaintenance: false });
      it.moveVm('web-01', { host: 'esx-05' });
      it.moveVm('web-02', { host: 'esx-05' });
    });
    before.lab.faults.endMove('guest_off', 50, { vm: 'web-02' });
    await mark('esx-05');
    await move('web-01', { host: 'esx-01' });
    await move('web-02', { host: 'esx-01' });
    await before.lab.close();
    clock.advance(3_600_000);

    await using after = openTestLab({ file: folder.file, clock });

    const { stand, where } = createMoving(after.vc);
    assert.equal((await stand('esx-05')).mark, 'in');
    assert.deepEqual(await where('web-01'), ['esx-01', 'on']);
    assert.deepEqual(await where('web-02'), ['esx-05', 'off']);
    const took = after.lab.history().map((it) => (it.endedAt ?? 0) - it.acceptedAt);
    assert.deepEqual(took, [12_000, 10_000, 5000]);
  });

  it('goes on telling changes from a mark of the time before', async () => {
    using folder = openFolder();
    const clock = createManualClock();
    const before = openTestLab({ file: folder.file, clock });
    const vm = await before.ref('vm', 'web-01');
    const mark = await before.vc.estate.snapshot(async () => {}, newCall().signal);
    await before.vc.power.stop(vm, newCall());
    await before.lab.close();
    clock.advance(2000);

    await using after = openTestLab({ file: folder.file, clock });

    const end = new AbortController();
    const seen: string[] = [];
    await after.vc.estate.changes(
      mark,
      async (changes) => {
        for (const it of changes) if (it.change === 'seen') seen.push(it.object.body.name);
        end.abort();
      },
      end.signal,
    );
    assert.deepEqual(seen, ['web-01', 'esx-03']);
  });

  it('keeps every clone it accepted, once, when its process is killed', async () => {
    using folder = openFolder();
    const script = fileURLToPath(new URL('clone-until-killed.ts', import.meta.url));
    const child = spawn(process.execPath, [script, folder.file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const accepted: string[] = [];
    for await (const token of createInterface({ input: child.stdout })) {
      accepted.push(token);
      if (accepted.length === 40) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');

    const lab = createLab({ file: folder.file, speed: 0 });
    const [vc] = lab.connections;
    assert.ok(vc);
    const all = await readAll(vc);
    await lab.close();

    const tokens = all.flatMap((it) => (it.kind === 'vm' ? (it.body.stepToken ?? []) : []));
    assert.equal(new Set(tokens).size, tokens.length);
    for (const token of accepted) assert.ok(tokens.includes(token), `${token} was lost`);
    assert.ok(tokens.length <= accepted.length + 1);
  });
});

describe('the file of a lab', () => {
  it('is refused to a second process, by its true name', async () => {
    using folder = openFolder();
    await using _test = openTestLab({ file: folder.file });

    assert.throws(() => createLab({ file: folder.file }), { code: 'storage_in_use' });
  });

  it('is refused where there is no folder', () => {
    assert.throws(() => createLab({ file: '/nowhere/lab.db' }), { code: 'storage_unfit' });
  });
});
