/** Power, provisioning and hardware: each change is accepted by the platform in one commit and answered with its task. */

import { OperationError } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type {
  Call,
  HardwareFacet,
  NicChange,
  PowerFacet,
  ProvisioningFacet,
  TokenLook,
} from '#core/ports/connection.ts';
import { type Gateway, lostAnswer } from './gateway.ts';
import type { Acceptance } from './new-task.ts';
import type { TakenFaults } from './planned-faults.ts';
import type { DeedInputs, DeedName, LabTask } from './task.ts';
import type { TaskEngine } from './task-engine.ts';
import type { World } from './world.ts';
import { toObserved } from './world-object.ts';

export interface FacetParts {
  readonly connectionId: string;
  readonly world: World;
  readonly gateway: Gateway;
  readonly engine: TaskEngine;
}

export function createPowerFacet(parts: FacetParts): PowerFacet {
  const { kind } = parts.world.view(parts.connectionId).platform;
  return {
    ...(kind === 'hyperv' && createPause(parts)),
    start: (vm, call) => send(parts, 'start', { vm }, call),
    stop: (vm, call) => send(parts, 'stop', { vm }, call),
    async shutdownGuest(vm, call) {
      await send(parts, 'shutdownGuest', { vm }, call);
    },
    save: (vm, call) => send(parts, 'save', { vm }, call),
  };
}

/** A vCenter has none. */
function createPause(parts: FacetParts): Pick<PowerFacet, 'pause' | 'resume'> {
  return {
    pause: (vm, call) => send(parts, 'pause', { vm }, call),
    resume: (vm, call) => send(parts, 'resume', { vm }, call),
  };
}

export function createProvisioningFacet(parts: FacetParts): ProvisioningFacet {
  const { world, gateway, connectionId } = parts;
  return {
    clone: (request, call) => send(parts, 'clone', request, call),
    detachDisks: (vm, keys, call) => send(parts, 'detachDisks', { vm, keys }, call),
    delete: (vm, call) => send(parts, 'delete', { vm }, call),
    async findByToken(token, name, signal) {
      const taken = await gateway.enter('findByToken', signal, name);
      if (taken.drop) throw lostAnswer(connectionId);
      return taken.cannot_tell ? { found: 'cannot_tell' } : lookFor(world, connectionId, token);
    },
  };
}

/** What vCenter takes at most. */
const VCENTER_DISK_BYTES = 62 * 2 ** 40;

export function createHardwareFacet(parts: FacetParts): HardwareFacet {
  const { world, connectionId } = parts;
  const isHyperv = world.view(connectionId).platform.kind === 'hyperv';
  const nicSettings = isHyperv ? (['vlan', 'vmqWeight'] as const) : [];
  return {
    nicSettings,
    maxDiskBytes: isHyperv ? undefined : VCENTER_DISK_BYTES,
    addDisk: (vm, sizeBytes, call) => send(parts, 'addDisk', { vm, sizeBytes }, call),
    async setNic(vm, key, change, call) {
      refuseOtherSettings(connectionId, nicSettings, change);
      return send(parts, 'setNic', { vm, key, change }, call);
    },
  };
}

function refuseOtherSettings(
  connection: string,
  nicSettings: HardwareFacet['nicSettings'],
  change: NicChange,
): void {
  for (const setting of ['vlan', 'vmqWeight'] as const)
    if (change[setting] !== undefined && !nicSettings.includes(setting))
      throw new OperationError('not_supported', 'not_started', { connection, setting });
}

/** A task that makes it comes first: a VM that is half made already is not the answer. */
function lookFor(world: World, connectionId: string, token: string): TokenLook {
  const view = world.view(connectionId);
  const task = view.tasks().find((it) => it.deed === 'clone' && it.stepToken === token);
  if (task) return { found: 'running', task: task.id };
  for (const vm of view.list('vm'))
    if (vm.body.stepToken === token)
      return { found: 'vm', vm: toObserved(vm) as Extract<TokenLook, { found: 'vm' }>['vm'] };
  return { found: 'nothing' };
}

export async function send<D extends DeedName>(
  parts: FacetParts,
  deed: D,
  input: DeedInputs[D],
  call: Call,
): Promise<string> {
  const { connectionId, engine, gateway } = parts;
  const taken = await gateway.enter(deed, call.signal, nameIn(parts, input));
  checkConnection(connectionId, input);
  const accept = () => engine.accept(toAcceptance(connectionId, deed, input, call, taken));
  if (taken.drop?.arrivesAfterMs !== undefined) {
    engine.later(() => acceptUnheard(accept), taken.drop.arrivesAfterMs);
    throw lostAnswer(connectionId);
  }
  const task = accept();
  if (taken.drop) throw lostAnswer(connectionId);
  return task.id;
}

function toAcceptance<D extends DeedName>(
  connectionId: string,
  deed: D,
  input: DeedInputs[D],
  { stepToken }: Call,
  { twist, late }: TakenFaults,
): Acceptance<D> {
  return { connectionId, deed, input, stepToken, twist: twist?.twist, lateMs: late?.lateMs };
}

/** Nobody waits for the answer any more, so a refusal is nobody's either. */
function acceptUnheard(accept: () => LabTask): void {
  try {
    accept();
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
  }
}

function nameIn({ world, connectionId }: FacetParts, input: DeedInputs[DeedName]): string {
  if ('name' in input) return input.name;
  const { kind, handle } = 'vm' in input ? input.vm : input.host;
  return world.view(connectionId).get(kind, handle)?.body.name ?? handle;
}

function checkConnection(connectionId: string, input: DeedInputs[DeedName]): void {
  const network = 'change' in input ? { network: input.change.network } : {};
  const refs: readonly ObjectRef[] = Object.values({ ...input, ...network }).filter(isRef);
  for (const ref of refs)
    if (ref.connectionId !== connectionId)
      throw new OperationError('connection_unknown', 'not_started', {
        connection: ref.connectionId,
      });
}

function isRef(value: unknown): value is ObjectRef {
  return typeof value === 'object' && value !== null && 'connectionId' in value;
}
