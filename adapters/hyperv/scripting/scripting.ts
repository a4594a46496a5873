/**
 * The scripting facet: the connection's own facets, over runs that are written down instead of begun.
 *
 * So a shown script cannot differ from what would be sent: both come out of the same code. What only reads goes to the hosts;
 * anything else that came as far as a host would be refused there.
 */
import { OperationError } from '#core/errors.ts';
import type {
  Connection,
  EstateFacet,
  ProvisioningFacet,
  ScriptingFacet,
} from '#core/ports/connection.ts';
import { toHostToken, toVmHandle } from '../handles.ts';
import type { Hosts, HypervHost, KnownHost } from '../hosts.ts';
import type { RemoteScripts } from '../remote-scripts.ts';
import type { Deed, Runs } from '../runs.ts';
import type { ReadVmAnswer } from '../script-answers.ts';
import { SCRIPTS } from '../scripts.ts';
import { MADE_VM_ID, toHostScripts } from './to-text.ts';

/** What the facets of a connection are made of. */
export interface FacetParts {
  readonly hosts: Hosts;
  readonly runs: Runs;
  readonly estate: EstateFacet;
  /** What an earlier deed of the same work changes on a VM that was read before it. */
  readonly afterDeeds?: ((read: ReadVmAnswer) => ReadVmAnswer) | undefined;
}

type Facets = Required<
  Pick<Connection, 'power' | 'hardware' | 'provisioning' | 'migration' | 'maintenance'>
>;

export interface ScriptingParts extends Pick<FacetParts, 'hosts' | 'estate'> {
  readonly id: string;
  readonly toFacets: (parts: FacetParts) => Facets;
}

export function createScripting({ id, hosts, estate, toFacets }: ScriptingParts): ScriptingFacet {
  return {
    begin: () => {
      const deeds: Deed[] = [];
      const runs = createWrittenRuns(deeds);
      const ownEstate: EstateFacet = { ...estate, read: readAfter(estate, deeds) };
      const afterDeeds = (read: ReadVmAnswer) => withoutDetached(read, deeds);
      const parts = { hosts: toReadingHosts(hosts), runs, estate: ownEstate, afterDeeds };
      const { provisioning, ...others } = toFacets(parts);
      const connection: Connection = {
        ...{ id, kind: 'hyperv', isSimulated: false, estate: ownEstate, ...others },
        provisioning: { ...provisioning, findByToken: findWritten(deeds, provisioning) },
        tasks: runs.tasks,
        close: async () => undefined,
      };
      return { connection, end: () => toHostScripts(deeds) };
    },
  };
}

function createWrittenRuns(deeds: Deed[]): Runs {
  return {
    begin: async (deed) => {
      deeds.push(deed);
      return undefined;
    },
    finish: async (deed) => void deeds.push(deed),
    find: () => undefined,
    tasks: { follow: async () => undefined, cancel: async () => undefined },
    leave: () => undefined,
  };
}

const READING: ReadonlySet<string> = new Set(
  Object.values(SCRIPTS)
    .filter(({ acts }) => acts === 'none')
    .map(({ name }) => name),
);

function toReadingHosts(hosts: Hosts): Hosts {
  const guard = <Host extends HypervHost>(host: Host): Host => ({
    ...host,
    scripts: toReading(host.scripts),
  });
  return {
    all: hosts.all.map(guard),
    identify: async (host, signal): Promise<KnownHost> => guard(await hosts.identify(host, signal)),
    recall: (host) => {
      const known = hosts.recall(host);
      return known && guard(known);
    },
    find: async (hostId, signal) => guard(await hosts.find(hostId, signal)),
  };
}

function toReading({ run, close }: RemoteScripts): RemoteScripts {
  return {
    run: async (wish) => {
      if (READING.has(wish.script.name)) return run(wish);
      throw new OperationError('not_supported', 'not_started', { script: wish.script.name });
    },
    close,
  };
}

/** Disks that a deed before takes off a VM. */
function listDetached(deeds: readonly Deed[], vmId: string): readonly unknown[] {
  return deeds
    .filter(({ script, parameters }) => script === SCRIPTS.removeDisk && parameters.VmId === vmId)
    .map(({ parameters }) => parameters.DiskId);
}

function withoutDetached(read: ReadVmAnswer, deeds: readonly Deed[]): ReadVmAnswer {
  const detached = listDetached(deeds, read.vmId);
  return { ...read, disks: read.disks.filter(({ id }) => !detached.includes(id)) };
}

function readAfter(estate: EstateFacet, deeds: readonly Deed[]): EstateFacet['read'] {
  return async (object, signal) => {
    const seen = await estate.read(object, signal);
    if (seen?.kind !== 'vm') return seen;
    const detached = listDetached(deeds, seen.identity ?? '');
    const disks = seen.body.disks.filter(({ key }) => !detached.includes(key));
    return { ...seen, body: { ...seen.body, disks } };
  };
}

/** A VM that a deed before makes is not there yet, and is named by what that deed answers. */
function findWritten(
  deeds: readonly Deed[],
  { findByToken }: ProvisioningFacet,
): ProvisioningFacet['findByToken'] {
  return async (token, name, signal, place) => {
    const made = deeds.find(
      ({ script, parameters }) =>
        script === SCRIPTS.createVm && parameters.Token === toHostToken(token),
    );
    if (!made) return findByToken(token, name, signal, place);
    const body = { name, power: 'off', platformState: 'Off', isReachable: true } as const;
    const handle = toVmHandle(String(made.parameters.HostId), MADE_VM_ID);
    const vm = { kind: 'vm', handle, identity: MADE_VM_ID } as const;
    return { found: 'vm', vm: { ...vm, body: { ...body, disks: [], nics: [] } } };
  };
}
