/** Save, pause and resume, each where the platform has it: it works, is refused, and leaves alone what was not approved. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { ObjectRef, PowerState } from '#core/inventory/estate-object.ts';
import type { PowerFacet } from '#core/ports/connection.ts';
import type { OpenConnection, OpenedConnection } from './connection-contract.ts';
import {
  assertFails,
  carryOut,
  findRef,
  markNow,
  newCall,
  readVm,
  untilChange,
} from './connection-contract-actors.ts';

type Halt = 'save' | 'pause' | 'resume';
type WithAll<H extends Halt> = PowerFacet & Required<Pick<PowerFacet, H>>;

export function describeSave(open: OpenConnection): void {
  describe('save, pause and resume', () => {
    it('saves a running VM, and its start brings it back', async (context) => {
      await using opened = await open({});
      const power = powerWith(opened, context, 'save');
      if (!power) return;
      const vm = await findRef(opened, 'vm', opened.places.running);

      await carryOut(opened, (call) => power.save(vm, call));
      const saved = await powerOf(opened, vm.handle);
      await carryOut(opened, (call) => power.start(vm, call));

      assert.deepEqual([saved, await powerOf(opened, vm.handle)], ['suspended', 'on']);
    });

    it('pauses a running VM, and lets it go on', async (context) => {
      await using opened = await open({});
      const power = powerWith(opened, context, 'pause', 'resume');
      if (!power) return;
      const vm = await findRef(opened, 'vm', opened.places.running);

      await carryOut(opened, (call) => power.pause(vm, call));
      const paused = await powerOf(opened, vm.handle);
      await carryOut(opened, (call) => power.resume(vm, call));

      assert.deepEqual([paused, await powerOf(opened, vm.handle)], ['paused', 'on']);
    });

    it('saves and powers off a VM that is paused', async (context) => {
      await using opened = await open({});
      const power = powerWith(opened, context, 'save', 'pause');
      if (!power) return;
      const saved = await findRef(opened, 'vm', opened.places.running);
      const stopped = await findRef(opened, 'vm', opened.places.withoutTools);
      for (const vm of [saved, stopped]) await carryOut(opened, (call) => power.pause(vm, call));

      await carryOut(opened, (call) => power.save(saved, call));
      await carryOut(opened, (call) => power.stop(stopped, call));

      assert.equal(await powerOf(opened, saved.handle), 'suspended');
      assert.equal(await powerOf(opened, stopped.handle), 'off');
    });

    it('is refused a save of a VM that is off or saved', async (context) => {
      await using opened = await open({});
      const power = powerWith(opened, context, 'save');
      if (!power) return;
      const stopped = await findRef(opened, 'vm', opened.places.stopped);
      const saved = await findRef(opened, 'vm', opened.places.running);
      await carryOut(opened, (call) => power.save(saved, call));

      for (const vm of [stopped, saved]) {
        const failing = carryOut(opened, (call) => power.save(vm, call));
        await assertFails(failing, 'refused', 'wrong_power_state');
      }
      assert.equal(await powerOf(opened, stopped.handle), 'off');
      assert.equal(await powerOf(opened, saved.handle), 'suspended');
    });

    it('is refused a pause of a VM that is off, and a resumption of one that is not paused', async (context) => {
      await using opened = await open({});
      const power = powerWith(opened, context, 'pause', 'resume');
      if (!power) return;
      const stopped = await findRef(opened, 'vm', opened.places.stopped);
      const running = await findRef(opened, 'vm', opened.places.running);

      for (const send of [
        () => carryOut(opened, (call) => power.pause(stopped, call)),
        () => carryOut(opened, (call) => power.resume(stopped, call)),
        () => carryOut(opened, (call) => power.resume(running, call)),
      ])
        await assertFails(send(), 'refused', 'wrong_power_state');
      assert.equal(await powerOf(opened, stopped.handle), 'off');
      assert.equal(await powerOf(opened, running.handle), 'on');
    });

    it('cannot ask the guest of a paused VM', async (context) => {
      await using opened = await open({});
      const power = powerWith(opened, context, 'pause');
      if (!power) return;
      const vm = await findRef(opened, 'vm', opened.places.running);
      await carryOut(opened, (call) => power.pause(vm, call));

      await assertFails(power.shutdownGuest(vm, newCall()), 'refused', 'wrong_power_state');
      assert.equal(await powerOf(opened, vm.handle), 'paused');
    });

    for (const halt of ['save', 'pause', 'resume'] as const) {
      it(`H02 does not ${halt} a VM that has the handle and another identity`, async (context) => {
        await using opened = await open({});
        const power = powerWith(opened, context, halt);
        if (!power) return;
        const vm = await findRef(opened, 'vm', opened.places.running);
        const before = await bringBefore(opened, halt, vm);
        const other = { ...vm, identity: '00000000-0000-4000-8000-00000000dead' };

        await assertFails(power[halt](other, newCall()), 'not_started', 'not_the_vm_approved');

        assert.equal(await powerOf(opened, vm.handle), before);
      });

      it(`sends no ${halt} once it was called off`, async (context) => {
        await using opened = await open({});
        const power = powerWith(opened, context, halt);
        if (!power) return;
        const vm = await findRef(opened, 'vm', opened.places.running);
        const before = await bringBefore(opened, halt, vm);

        const failing = power[halt](vm, newCall({ signal: AbortSignal.abort() }));

        await assertFails(failing, 'not_started');
        assert.equal(await powerOf(opened, vm.handle), before);
      });

      it(`H13 says unknown when the answer to a ${halt} is lost, and the platform shows what happened`, async (context) => {
        await using opened = await open({});
        const power = powerWith(opened, context, halt);
        if (!power) return;
        const vm = await findRef(opened, 'vm', opened.places.running);
        await bringBefore(opened, halt, vm);
        const mark = await markNow(opened.connection);
        await opened.loseNextAnswer();

        await assertFails(power[halt](vm, newCall()), 'unknown');

        await untilChange(
          opened.connection,
          mark,
          (it) =>
            it.change === 'seen' &&
            it.object.kind === 'vm' &&
            it.object.handle === vm.handle &&
            it.object.body.power === AFTER[halt],
        );
      });
    }
  });
}

const AFTER: Readonly<Record<Halt, PowerState>> = {
  save: 'suspended',
  pause: 'paused',
  resume: 'on',
};

/** The power facet with these, or a test that says what is missing. */
function powerWith<H extends Halt>(
  { connection: { power } }: OpenedConnection,
  context: TestContext,
  ...halts: readonly H[]
): WithAll<H> | undefined {
  const missing = halts.find((halt) => !power?.[halt]);
  if (power && missing === undefined) return power as WithAll<H>;
  context.skip(power ? `this connection cannot ${missing}` : 'this connection has no facet power');
  return undefined;
}

async function powerOf(opened: OpenedConnection, handle: string): Promise<PowerState | undefined> {
  return (await readVm(opened, handle))?.body.power;
}

/** Only a paused VM can be resumed. Answers the state from which the deed would lead away. */
async function bringBefore(
  opened: OpenedConnection,
  halt: Halt,
  vm: ObjectRef,
): Promise<PowerState | undefined> {
  const { power } = opened.connection;
  if (halt === 'resume') await carryOut(opened, async (call) => power?.pause?.(vm, call));
  return powerOf(opened, vm.handle);
}
