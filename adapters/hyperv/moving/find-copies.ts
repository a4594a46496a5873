/** Every place that shows a VM: after a move that failed there may be two, or half of one (H15). */
import { OperationError, toOperationError } from '#core/errors.ts';
import type { ObjectRef, Observed } from '#core/inventory/estate-object.ts';
import type { VmCopies } from '#core/ports/moving.ts';
import { callScript } from '../call-script.ts';
import { ROOT_FOLDER, requireVmHandle, toVmHandle } from '../handles.ts';
import { type HypervHost, IDENTIFY_LIMIT_MS } from '../hosts.ts';
import type { FacetParts } from '../scripting/scripting.ts';
import { SCRIPTS } from '../scripts.ts';

type Copy = Observed & { readonly kind: 'vm' };

export async function findCopies(
  { hosts, estate }: Pick<FacetParts, 'hosts' | 'estate'>,
  vm: ObjectRef,
  signal: AbortSignal,
): Promise<VmCopies> {
  const { vmId } = requireVmHandle(vm);
  const look = async (host: HypervHost): Promise<readonly Copy[]> => {
    const { identity } = hosts.recall(host.host) ?? (await hosts.identify(host, signal));
    const parameters = { VmId: vmId, HostId: identity.hostId };
    const call = { signal, timeLimitMs: IDENTIFY_LIMIT_MS, parameters };
    const { hasVm, planned } = await callScript(host, SCRIPTS.findCopies, call);
    const handle = toVmHandle(identity.hostId, vmId);
    const seen = hasVm ? await estate.read({ kind: 'vm', handle }, signal) : undefined;
    const halves = planned.map((name) => toHalf({ handle, vmId, name, host: host.host }));
    // A replica has its VM's id and is not it (H04).
    return seen?.kind === 'vm' && seen.body.role !== 'replica' ? [seen, ...halves] : halves;
  };
  const found = await Promise.all(
    hosts.all.map(async (host) => ({ host, seen: await look(host).catch(toOperationError) })),
  );
  if (signal.aborted) throw new OperationError('cancelled', 'not_started');
  return {
    copies: found.flatMap(({ seen }) => (seen instanceof OperationError ? [] : seen)),
    silent: found.flatMap(({ host, seen }) =>
      seen instanceof OperationError ? [hosts.recall(host.host)?.identity.name ?? host.host] : [],
    ),
  };
}

interface Half {
  readonly handle: string;
  readonly vmId: string;
  readonly name: string;
  readonly host: string;
}

/** What the target of a move holds until it has ended: no Get-VM shows it, and nothing can be asked of it. */
function toHalf({ handle, vmId, name, host }: Half): Copy {
  return {
    ...{ kind: 'vm', handle, identity: vmId },
    body: {
      ...{ name, folderHandle: ROOT_FOLDER, hostHandle: host, disks: [], nics: [] },
      ...{ power: 'off', platformState: 'Planned', isReachable: false, role: 'vm' },
      unreadable: 'Msvm_PlannedComputerSystem',
    },
  };
}
