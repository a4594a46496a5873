/**
 * What scripts and cmdlets say, as Drover's codes, in one table.
 *
 * Keys are fully qualified error ids without regard to case: `Get-VHD` was seen as `GetVHD` and as `GetVhd`. An id that is not
 * here is `platform_refused` or, once something may have been changed, unknown. Texts are in the host's language: never read.
 */
import { type ErrorCode, type ErrorEnd, type Facts, OperationError } from '#core/errors.ts';
import type { ScriptFault } from './records.ts';
import type { HypervScript } from './scripts.ts';

const OWN: Readonly<Record<string, ErrorCode>> = {
  DroverOtherHost: 'not_the_vm_approved',
  DroverReplica: 'is_replica',
  DroverStateUnknown: 'state_unknown',
  DroverWrongState: 'wrong_power_state',
  DroverStillRunning: 'another_task_runs',
  DroverBusy: 'another_task_runs',
  DroverNameTaken: 'name_taken',
  DroverNoSpace: 'not_enough_space',
  DroverVolumeUnknown: 'datastore_unavailable',
  DroverNotOff: 'wrong_power_state',
  DroverHasCheckpoints: 'parts_changed',
  DroverPartsChanged: 'parts_changed',
  DroverDiskShared: 'disk_unusable',
  DroverUseUnknown: 'disk_unusable',
  DroverDiskOfOtherSize: 'disk_unusable',
  DroverDiskWithoutVm: 'disk_unusable',
  DroverDiskTooSmall: 'request_invalid',
  DroverTemplateMissing: 'template_unusable',
  DroverTokenTwice: 'identity_twice',
  DroverNicMissing: 'parts_changed',
  DroverBadToken: 'request_invalid',
  DroverSummaryRefused: 'platform_refused',
  DroverMoveFailed: 'platform_refused',
  DroverMoveUnknown: 'outcome_unknown',
  DroverNotTogether: 'not_supported',
  DroverNotClustered: 'not_supported',
  DroverNodeNotUp: 'host_unavailable',
  DroverNodeNotSo: 'platform_refused',
};

const HYPERV = 'Microsoft.HyperV.PowerShell.Commands.';

/** Get-VM's word that this host has no such VM: the only one that says so. */
const NO_SUCH_VM = `InvalidParameter,${HYPERV}GetVM`;

const OF_CMDLETS: Readonly<Record<string, ErrorCode>> = {
  [NO_SUCH_VM]: 'not_found',
  [`InvalidParameter,${HYPERV}GetVMSwitch`]: 'network_unavailable',
  [`OutOfMemory,${HYPERV}StartVM`]: 'not_enough_memory',
  // Under -NonInteractive the question whether to force it is this error.
  [`InvalidOperation,${HYPERV}StopVM`]: 'guest_tools_missing',
  [`OperationFailed,${HYPERV}StopVM`]: 'guest_did_not_shut_down',
  // The management service is down, or the object vanished while it was read.
  [`ObjectNotFound,${HYPERV}GetVM`]: 'host_unavailable',
  'OperationFailed,Microsoft.Vhd.PowerShell.Cmdlets.GetVhd': 'disk_unusable',
  'OperationFailed,Microsoft.Vhd.PowerShell.Cmdlets.NewVhd': 'disk_unusable',
  'OperationFailed,Microsoft.Vhd.PowerShell.Cmdlets.ResizeVhd': 'disk_unusable',
};

/** Ids that mean the same of every cmdlet of Hyper-V. */
const OF_ALL: Readonly<Record<string, ErrorCode>> = {
  InvalidState: 'wrong_power_state',
  AccessDenied: 'not_permitted_on_platform',
  ObjectNotFound: 'not_found',
  InvalidParameter: 'request_invalid',
  NamedParameterNotFound: 'not_supported',
  CommandNotFoundException: 'not_supported',
};

/** They pass, or speak of another thing than the one that was approved: all else is final. */
const NOT_STARTED: ReadonlySet<string> = new Set([
  ...['DroverStillRunning', 'DroverBusy', 'DroverOtherHost', 'DroverPartsChanged'],
  ...['DroverNicMissing'],
]);

const lower = (table: Readonly<Record<string, ErrorCode>>): ReadonlyMap<string, ErrorCode> =>
  new Map(Object.entries(table).map(([id, code]) => [id.toLowerCase(), code]));
const whole = lower({ ...OWN, ...OF_CMDLETS });
const beginning = lower(OF_ALL);

export function findCode({ id }: Pick<ScriptFault, 'id'>): ErrorCode | undefined {
  const written = id.toLowerCase();
  const [first = ''] = written.split(',');
  return whole.get(written) ?? beginning.get(first);
}

/** Other cmdlets find nothing, too, while the management service stops (H09). */
export function isNoSuchVm({ code, facts }: OperationError): boolean {
  return code === 'not_found' && String(facts.fault).toLowerCase() === NO_SUCH_VM.toLowerCase();
}

/** The error that a script's fault is. What had begun is refused only on the host's own, known word about the one act. */
export function toScriptError(
  script: Pick<HypervScript<unknown>, 'name' | 'acts'>,
  fault: ScriptFault,
): OperationError {
  const { id, facts, message } = fault;
  const code = findCode(fault);
  // A script's own refusal has its words in Drover; a cmdlet's are the host's, in the host's language.
  const words = id.startsWith('Drover') ? {} : { fault: id, words: message };
  return new OperationError(code ?? 'platform_refused', toEnd(script, fault, code), {
    ...toFigures(facts),
    ...{ script: script.name, ...words },
  });
}

/** A script's facts are texts; sizes among them are counted. */
function toFigures(facts: ScriptFault['facts']): Facts {
  const entries = Object.entries(facts).map(([name, text]) => [
    name,
    name.endsWith('Bytes') && /^\d+$/.test(text) ? Number(text) : text,
  ]);
  return Object.fromEntries(entries);
}

function toEnd(
  { acts }: Pick<HypervScript<unknown>, 'acts'>,
  { id, begun }: ScriptFault,
  code: ErrorCode | undefined,
): ErrorEnd {
  if (id === 'DroverMoveUnknown') return 'unknown';
  if (!begun) return NOT_STARTED.has(id) ? 'not_started' : 'refused';
  return acts === 'one' && code !== undefined ? 'refused' : 'unknown';
}
