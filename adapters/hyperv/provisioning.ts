/** Making and deleting VMs. A VM is found by the token in its folder and, once it is whole, in its notes. */
import { OperationError } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type { Call, CloneRequest, ProvisioningFacet } from '#core/ports/connection.ts';
import { callScript } from './call-script.ts';
import type { HypervConfig, HypervTemplate } from './config.ts';
import { findByToken } from './find-by-token.ts';
import { requireVmHandle, toHostToken, toTemplateHandle, toTemplateIdentity } from './handles.ts';
import { IDENTIFY_LIMIT_MS, type KnownHost, requireHost } from './hosts.ts';
import { isVolume, type Places } from './places.ts';
import type { ReadVmAnswer } from './script-answers.ts';
import type { FacetParts } from './scripting/scripting.ts';
import { SCRIPTS } from './scripts.ts';
import { type SetUp, toSetUpImage } from './set-up/set-up.ts';

const MINUTE_MS = 60_000;
/** A template's file is copied whole: 500 GB at 150 MB/s take an hour. */
const CREATE_LIMIT_MS = 120 * MINUTE_MS;
const LIMIT_MS = 10 * MINUTE_MS;

export interface ProvisioningParts extends FacetParts {
  readonly places: Places;
  readonly config: HypervConfig;
  /** By the template's name. */
  readonly setUps: ReadonlyMap<string, SetUp>;
}

export function createProvisioning(parts: ProvisioningParts): ProvisioningFacet {
  return {
    snapshotsStopDelete: true,
    clone: (request, call) => clone(parts, request, call),
    findByToken: (token, _name, signal, place) => findByToken(parts, { token, signal, place }),
    detachDisks: async (vm, keys, call) => {
      await detachDisks(parts, vm, keys, call);
      return undefined;
    },
    delete: (vm, call) => deleteVm(parts, vm, call),
  };
}

async function clone(parts: ProvisioningParts, request: CloneRequest, call: Call) {
  const { hosts, runs, places, config } = parts;
  const { signal } = call;
  const template = findTemplate(config, request.template);
  const setUp = toSetUpParameter(parts, template, request, call);
  const host = await requireHost(hosts, request.host, signal);
  const { hostId, clusterId } = host.identity;
  const own = {
    HostId: hostId,
    Token: toHostToken(call.stepToken),
    Root: await places.findVmRoot(host, request.datastore, signal),
  };
  const network = request.network && {
    SwitchId: await places.findSwitchId(host, request.network, signal),
  };
  const isShared = isVolume(request.datastore) && clusterId !== '';
  const parameters = {
    ...own,
    Name: request.name,
    ...toTemplateParameters(template),
    ...{ Processors: request.cpus, MemoryBytes: request.memoryBytes },
    ...{ DiskBytes: request.diskBytes ?? 0, IsClustered: config.highlyAvailable && isShared },
    ...{ ...network, ...setUp },
  };
  const takeBack = async (until: AbortSignal) => {
    const back = { signal: until, timeLimitMs: LIMIT_MS, parameters: own };
    return (await callScript(host, SCRIPTS.discardVm, back)).isGone;
  };
  const script = SCRIPTS.createVm;
  return runs.begin({ host, script, parameters, timeLimitMs: CREATE_LIMIT_MS, takeBack }, call);
}

/** @throws OperationError `not_the_vm_approved` (not started) when the name stands for another file by now */
function findTemplate(
  { templates }: HypervConfig,
  { handle, identity }: ObjectRef,
): HypervTemplate {
  const found = templates.find(({ name }) => toTemplateHandle(name) === handle);
  if (found && toTemplateIdentity(found) === identity) return found;
  throw new OperationError('not_the_vm_approved', 'not_started', { template: handle });
}

function toTemplateParameters({ file, generation, disk, secureBootTemplate }: HypervTemplate) {
  return {
    ...{ TemplatePath: file, Generation: generation, IsDifferencing: disk === 'differencing' },
    ...(secureBootTemplate !== undefined && { SecureBootTemplate: secureBootTemplate }),
  };
}

function toSetUpParameter(
  { setUps }: ProvisioningParts,
  template: HypervTemplate,
  { name }: CloneRequest,
  { stepToken }: Call,
) {
  const setUp = setUps.get(template.name);
  return setUp && { SetUpImage: toSetUpImage(setUp, { name, instanceId: toHostToken(stepToken) }) };
}

/** One after the other: each is a script of its own, and leaves the file where it is. */
async function detachDisks(
  parts: ProvisioningParts,
  vm: ObjectRef,
  keys: readonly string[],
  { signal }: Call,
): Promise<void> {
  const { host, own, read } = await readForChange(parts, vm, signal);
  const missing = keys.filter((key) => !read.disks.some(({ id }) => id === key));
  if (missing.length > 0)
    throw new OperationError('disk_unusable', 'refused', { vm: vm.handle, missing });
  const disks = read.disks.filter(({ id }) => keys.includes(id));
  for (const [at, { id, path }] of disks.entries()) {
    const parameters = { ...own, DiskId: id, Path: path };
    try {
      const deed = { host, script: SCRIPTS.removeDisk, parameters, timeLimitMs: LIMIT_MS };
      await parts.runs.finish(deed, { signal });
    } catch (error) {
      // An earlier one is off by now.
      if (at === 0 || !(error instanceof OperationError)) throw error;
      throw new OperationError(error.code, 'unknown', error.facts, { cause: error });
    }
  }
}

/** Exactly what is attached now: the plan was compared with it just before, and the script compares once more (H19). */
async function deleteVm(parts: ProvisioningParts, vm: ObjectRef, call: Call) {
  const { runs, config } = parts;
  const { host, own, read } = await readForChange(parts, vm, call.signal);
  const ownImages = await listOwnImages(parts, vm, call);
  const files = read.disks.map(({ path }) => path);
  const isFile = (path: string) => /\.a?vhdx?$|\.vhds$/i.test(path);
  const isOwnImage = (path: string) => ownImages.includes(path);
  const parameters = {
    ...own,
    Token: toHostToken(call.stepToken),
    Delete: [...files.filter(isFile), ...read.images.filter(isOwnImage)],
    Keep: [
      ...files.filter((path) => !isFile(path)),
      ...read.images.filter((path) => !isOwnImage(path)),
    ],
    ...(config.recycleFolder !== undefined && { Recycle: config.recycleFolder }),
  };
  return runs.begin({ host, script: SCRIPTS.deleteVm, parameters, timeLimitMs: LIMIT_MS }, call);
}

/** What the plan listed as the VM's own: the one that Drover made for its set-up. */
async function listOwnImages({ estate }: ProvisioningParts, vm: ObjectRef, { signal }: Call) {
  const seen = await estate.read({ kind: 'vm', handle: vm.handle }, signal);
  const images = seen?.kind === 'vm' ? (seen.body.images ?? []) : [];
  return images.filter(({ isOwn }) => isOwn).map(({ file }) => file);
}

interface ReadForChange {
  readonly host: KnownHost;
  readonly own: { readonly VmId: string; readonly HostId: string };
  readonly read: ReadVmAnswer;
}

async function readForChange(
  { hosts, afterDeeds = (read) => read }: ProvisioningParts,
  vm: ObjectRef,
  signal: AbortSignal,
): Promise<ReadForChange> {
  const { hostId, vmId } = requireVmHandle(vm);
  const host = await hosts.find(hostId, signal);
  const own = { VmId: vmId, HostId: hostId };
  const call = { signal, timeLimitMs: IDENTIFY_LIMIT_MS, parameters: own };
  return { host, own, read: afterDeeds(await callScript(host, SCRIPTS.readVm, call)) };
}
