/** What the contracts of moves and of maintenance do over and over. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { OperationError } from '#core/errors.ts';
import type { ObjectRef, PowerState } from '#core/inventory/estate-object.ts';
import type { MigrationFacet, MoveFinding, MoveWish } from '#core/ports/moving.ts';
import type { MovingPlaces, OpenedConnection } from './connection-contract.ts';
import {
  carryOut,
  facetOf,
  findRef,
  newCall,
  type ObservedOf,
  patience,
  readVm,
} from './connection-contract-actors.ts';

export interface OpenedMoves {
  readonly migration: MigrationFacet;
  readonly places: MovingPlaces;
  /** `movable`, and how it was when it was opened. */
  readonly vm: ObjectRef;
  readonly before: ObservedOf<'vm'>;
  /** `otherHost` and `otherDatastore`. */
  readonly host: ObjectRef;
  readonly datastore: ObjectRef;
}

/** The facet with its places, or a test that says what is missing. */
export async function openMoves(
  opened: OpenedConnection,
  context: TestContext,
  ...needed: readonly MigrationFacet['can'][number][]
): Promise<OpenedMoves | undefined> {
  const migration = facetOf(opened, 'migration', context);
  const places = placesFor(opened, context);
  if (!migration || !places) return undefined;
  const missing = needed.find((it) => !migration.can.includes(it));
  if (missing !== undefined) {
    context.skip(`this connection cannot ${missing}`);
    return undefined;
  }
  const vm = await findRef(opened, 'vm', places.movable);
  const before = await readVm(opened, vm.handle);
  assert.ok(before);
  return {
    ...{ migration, places, vm, before },
    host: await findRef(opened, 'host', places.otherHost),
    datastore: await findRef(opened, 'datastore', places.otherDatastore),
  };
}

export function placesFor(
  { places }: OpenedConnection,
  context: TestContext,
): MovingPlaces | undefined {
  if (!places.moving) context.skip('this platform was opened without places for moves');
  return places.moving;
}

/** The VM as it is now, under whatever handle. */
export async function findNow(
  { connection }: OpenedConnection,
  vm: ObjectRef,
): Promise<ObservedOf<'vm'>> {
  const found = await lookNow(connection.estate, vm);
  assert.ok(found, 'the VM is on no host');
  return found;
}

async function lookNow(
  estate: OpenedConnection['connection']['estate'],
  vm: ObjectRef,
): Promise<ObservedOf<'vm'> | undefined> {
  const there = await estate.read(vm, patience());
  const found = there ?? (await estate.findMoved?.(vm, patience()));
  assert.ok(found === undefined || found.identity === vm.identity);
  return found as ObservedOf<'vm'> | undefined;
}

/** A move may go on after its answer was lost; in between, the VM may show nowhere. */
export async function untilOnOther(
  { connection }: OpenedConnection,
  { migration, vm, host }: OpenedMoves,
): Promise<ObservedOf<'vm'>> {
  for (let i = 0; i < 200; i++) {
    const look = await migration.findMove(vm, patience());
    const now = await lookNow(connection.estate, vm);
    if (look.found !== 'running' && now?.body.hostHandle === host.handle) return now;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return assert.fail('the VM never came to the other host');
}

export async function turnOff(opened: OpenedConnection, vm: ObjectRef): Promise<void> {
  await carryOut(opened, async (call) => opened.connection.power?.stop(vm, call));
  assert.equal((await readVm(opened, vm.handle))?.body.power, 'off');
}

/** What the platform says of the wish; `undefined` where it cannot judge it. */
export async function judge(
  migration: MigrationFacet,
  vm: ObjectRef,
  wish: MoveWish,
): Promise<readonly MoveFinding[] | undefined> {
  try {
    return await migration.check(vm, wish, patience());
  } catch (error) {
    if (error instanceof OperationError && error.code === 'not_supported') return undefined;
    throw error;
  }
}

export function errorsOf(findings: readonly MoveFinding[]): readonly MoveFinding[] {
  return findings.filter(({ severity }) => severity === 'error');
}

/** Tries to move the VM onto a host, live. */
export function moveOnto(
  opened: OpenedConnection,
  { migration, vm }: OpenedMoves,
  host: ObjectRef,
): Promise<void> {
  return carryOut(opened, (call) => migration.move(vm, { way: 'live', host }, call), newCall());
}

/** The host takes nothing: found out before anything was sent, or on the platform's word. */
export async function assertClosed(moving: Promise<unknown>): Promise<void> {
  await assert.rejects(moving, (error) => {
    assert.ok(error instanceof OperationError, `not an OperationError: ${error}`);
    assert.equal(error.code, 'host_unavailable');
    assert.notEqual(error.end, 'unknown');
    return true;
  });
}

/** It is where it was when it was opened, with all its files. */
export async function assertStays(
  opened: OpenedConnection,
  { vm, before }: OpenedMoves,
  power: PowerState,
): Promise<void> {
  const now = await readVm(opened, vm.handle);
  assert.ok(now, 'the VM is there no more');
  assert.equal(now.identity, vm.identity);
  assert.deepEqual([now.body.hostHandle, now.body.power], [before.body.hostHandle, power]);
  assert.equal(now.body.datastoreHandle, before.body.datastoreHandle);
  assert.deepEqual(filesOf(now), filesOf(before));
}

function filesOf({ body }: ObservedOf<'vm'>) {
  return body.disks.map(({ key, file, datastoreHandle }) => [key, file, datastoreHandle]);
}

export function assertLiesOn({ body }: ObservedOf<'vm'>, { handle }: ObjectRef): void {
  assert.equal(body.datastoreHandle, handle);
  assert.ok(body.disks.length > 0);
  for (const disk of body.disks) assert.equal(disk.datastoreHandle, handle, disk.label);
}

/** H15: one place has it, and it is the one that was read. */
export async function assertOneCopy(
  { places }: OpenedConnection,
  { migration, vm }: OpenedMoves,
  now: ObservedOf<'vm'>,
): Promise<void> {
  const { copies, silent } = await migration.findCopies({ ...vm, handle: now.handle }, patience());
  assert.deepEqual(
    copies.map(({ handle, identity, body }) => [handle, identity, body.hostHandle, body.power]),
    [[now.handle, vm.identity, now.body.hostHandle, now.body.power]],
  );
  const { awayHost, otherHost } = places.moving ?? {};
  for (const name of [places.host, otherHost]) assert.ok(!silent.includes(name ?? ''), name);
  if (awayHost !== undefined) assert.ok(silent.includes(awayHost), `${awayHost} did not answer`);
}
