/** Nodes of a cluster that are paused and resumed; a host that is in none has no such state. */
import { OperationError } from '#core/errors.ts';
import type { ObjectRef, PowerState } from '#core/inventory/estate-object.ts';
import type { Call } from '#core/ports/connection.ts';
import { refuseInsideTransaction } from '#core/ports/inside-transaction.ts';
import type { HostStanding, MaintenanceFacet } from '#core/ports/moving.ts';
import { callScript } from '../call-script.ts';
import { POWER } from '../estate/to-vm.ts';
import { toVmHandle } from '../handles.ts';
import { type KnownHost, requireHost } from '../hosts.ts';
import type { FacetParts } from '../scripting/scripting.ts';
import { SCRIPTS } from '../scripts.ts';
import type { ReadHostVmsAnswer } from './moving-answers.ts';

const LIMIT_MS = 5 * 60_000;
const READ_LIMIT_MS = 60_000;

export function createMaintenance(
  { hosts, runs }: Pick<FacetParts, 'hosts' | 'runs'>,
  connectionId: string,
): MaintenanceFacet {
  const read = async (host: KnownHost, signal: AbortSignal) => {
    const parameters = { HostId: host.identity.hostId };
    const call = { signal, timeLimitMs: READ_LIMIT_MS, parameters };
    return callScript(host, SCRIPTS.readHostVms, call);
  };
  const find = async (ref: ObjectRef, signal: AbortSignal) => {
    refuseInsideTransaction(connectionId);
    return requireHost(hosts, ref, signal);
  };
  /** A node, and what it is to be done. */
  const change = async (ref: ObjectRef, { signal }: Call, script: NodeScript) => {
    const host = await find(ref, signal);
    if ((await read(host, signal)).state === '')
      throw new OperationError('not_supported', 'refused', { host: ref.handle });
    const parameters = { HostId: host.identity.hostId, ...script.parameters };
    const deed = { host, script: script.script, parameters, timeLimitMs: LIMIT_MS };
    await runs.finish(deed, { signal });
    return undefined;
  };
  return {
    // CLAIM: MoveTypeThreshold is as it comes, so that roles of low priority are moved quickly.
    drains: { where: 'in_clusters', savesLow: true, failsBack: true },
    read: async (ref, signal) => toStanding(await read(await find(ref, signal), signal)),
    mark: (ref, { drain }, call) =>
      change(ref, call, { script: SCRIPTS.suspendNode, parameters: { Drain: drain } }),
    unmark: (ref, { failback }, call) =>
      change(ref, call, { script: SCRIPTS.resumeNode, parameters: { Failback: failback } }),
  };
}

interface NodeScript {
  readonly script: typeof SCRIPTS.suspendNode;
  readonly parameters: Readonly<Record<string, boolean>>;
}

function toStanding({ hostId, state, drain, vms }: ReadHostVmsAnswer): HostStanding {
  return {
    mark: toMark(state, drain),
    vms: vms
      .filter(({ replication }) => !/Replica$/.test(replication))
      .map((vm) => ({
        ...{ handle: toVmHandle(hostId, vm.id), identity: vm.id, name: vm.name },
        power: toPower(vm.state),
      })),
  };
}

function toMark(state: string, drain: string): HostStanding['mark'] {
  if (state === '') return 'unsupported';
  if (state !== 'Paused') return 'none';
  return drain === 'InProgress' ? 'entering' : 'in';
}

const toPower = (state: string): PowerState => POWER[state] ?? 'unknown';
