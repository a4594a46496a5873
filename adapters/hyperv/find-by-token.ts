/** What an earlier creation with a token made, wherever the VM is by now. */
import { type OperationError, toOperationError } from '#core/errors.ts';
import type { Observed } from '#core/inventory/estate-object.ts';
import type { CloneRequest, TokenLook } from '#core/ports/connection.ts';
import { callScript } from './call-script.ts';
import { toHostToken, toVmHandle } from './handles.ts';
import { type HypervHost, IDENTIFY_LIMIT_MS } from './hosts.ts';
import type { ProvisioningParts } from './provisioning.ts';
import type { FindByTokenAnswer } from './script-answers.ts';
import { SCRIPTS } from './scripts.ts';

interface TokenQuestion {
  readonly token: string;
  readonly signal: AbortSignal;
  readonly place?: Pick<CloneRequest, 'host' | 'datastore'> | undefined;
}

interface Answered extends FindByTokenAnswer {
  readonly hostId: string;
  readonly host: string;
}

/** @throws OperationError a host's own failure, while that host may have it */
export async function findByToken(
  parts: ProvisioningParts,
  question: TokenQuestion,
): Promise<TokenLook> {
  const { token, signal, place } = question;
  const task = parts.runs.find(token);
  if (task !== undefined) return { found: 'running', task };
  const failures: OperationError[] = [];
  const ask = (host: HypervHost) =>
    askHost(parts, host, question).catch((error) => void failures.push(toOperationError(error)));
  const answers = (await Promise.all(parts.hosts.all.map(ask))).flatMap((answer) => answer ?? []);
  if (answers.some(({ isRunning }) => isRunning)) return { found: 'cannot_tell' };
  const seen = await readFound(parts, answers, signal);
  // Moved or taken away since: the next look says which.
  if (!seen) return { found: 'cannot_tell' };
  const [only] = seen;
  if (only && seen.length === 1) return { found: only.isWhole ? 'vm' : 'part', vm: only.vm };
  if (seen.length > 1) return { found: 'cannot_tell' };
  const there = answers.find(({ host }) => host === place?.host.handle);
  if (failures[0] && (there?.hasFolder ?? true)) throw failures[0];
  return { found: 'nothing' };
}

async function askHost(
  { hosts, places }: ProvisioningParts,
  host: HypervHost,
  { token, signal, place }: TokenQuestion,
): Promise<Answered> {
  const known = hosts.recall(host.host) ?? (await hosts.identify(host, signal));
  const { hostId } = known.identity;
  const isThere = place?.host.handle === host.host;
  const root = isThere ? { Root: await places.findVmRoot(known, place.datastore, signal) } : {};
  const parameters = { HostId: hostId, Token: toHostToken(token), ...root };
  const call = { signal, timeLimitMs: IDENTIFY_LIMIT_MS, parameters };
  return { ...(await callScript(host, SCRIPTS.findByToken, call)), hostId, host: host.host };
}

interface Seen {
  readonly vm: Observed & { readonly kind: 'vm' };
  readonly isWhole: boolean;
}

/** Undefined when one of them is not there any more. A replica has its VM's notes and is not it (H04). */
async function readFound(
  { estate }: ProvisioningParts,
  answers: readonly Answered[],
  signal: AbortSignal,
): Promise<Seen[] | undefined> {
  const seen: Seen[] = [];
  for (const { hostId, vms } of answers) {
    for (const { vmId, inNotes } of vms) {
      const vm = await estate.read({ kind: 'vm', handle: toVmHandle(hostId, vmId) }, signal);
      if (vm === undefined) return undefined;
      if (vm.kind === 'vm' && vm.body.role !== 'replica') seen.push({ vm, isWhole: inNotes });
    }
  }
  return seen;
}
