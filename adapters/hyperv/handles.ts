/**
 * How the parts of a Hyper-V connection are named.
 *
 * A VM's handle is its host's machine id and its own id: the same VM on another host, as after a move, has another handle and
 * the same identity (H03), a replica of it as well (H04). A host's handle is its address, its identity the machine's id.
 */
import { OperationError } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import { toFileToken } from '#core/jobs/file-token.ts';

export const ROOT_FOLDER = 'folder:/';

export const toVmHandle = (hostId: string, vmId: string) => `${hostId}/${vmId}`;
export const toClusterHandle = (clusterId: string) => `cluster:${clusterId}`;
export const toVolumeHandle = (volumeId: string) => `volume:${volumeId}`;
/** `C:` of one host. */
export const toDriveHandle = (hostId: string, drive: string) =>
  `drive:${hostId}/${drive.toUpperCase()}`;
/** Switches of one name are one network, as for a move. */
export const toNetworkHandle = (switchName: string) => `switch:${switchName}`;
export const toTemplateHandle = (name: string) => `template:${name}`;
/** Two templates may stand on one file, each with sizes and a set-up of its own. */
export const toTemplateIdentity = ({
  name,
  file,
}: {
  readonly name: string;
  readonly file: string;
}) => `file:${file.toLowerCase()}|${name}`;

export interface VmHandle {
  readonly hostId: string;
  readonly vmId: string;
}

export function readVmHandle(handle: string): VmHandle {
  const at = handle.lastIndexOf('/');
  return { hostId: handle.slice(0, Math.max(at, 0)), vmId: handle.slice(at + 1) };
}

/** @throws OperationError `not_the_vm_approved` (not started) when handle and identity are not of one VM (H02) */
export function requireVmHandle({ handle, identity }: ObjectRef): VmHandle {
  const read = readVmHandle(handle);
  if (read.vmId === identity.toLowerCase()) return read;
  throw new OperationError('not_the_vm_approved', 'not_started', { vm: handle, shown: read.vmId });
}

const PLAIN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/;

/** A step's token as a folder's name: `job/step` becomes `job_step`. */
export function toHostToken(stepToken: string): string {
  const token = toFileToken(stepToken);
  if (PLAIN.test(token)) return token;
  throw new OperationError('request_invalid', 'not_started', { token: stepToken });
}

export function toStepToken(hostToken: string): string {
  return hostToken.replace('_', '/');
}
