/**
 * The rules as they stand: read at the start, and each minute anew whether the names of their groups still lead to what
 * they were pinned to (H28).
 *
 * A directory that does not answer changes nothing; what parted, and what came together again, is logged once.
 */
import type { Rules } from '#approvals/policy.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { ConfiguredGroup, Disagreement } from '#core/rights/configured-group.ts';
import { listGroupNames, toGroupSource } from './config/group-names.ts';
import type { LoadedConfig } from './config.ts';
import type { Log } from './log.ts';
import { type ConfiguredGroups, type ReadGroupsDeps, readGroups } from './read-groups.ts';
import { resolveRules } from './resolve-rules.ts';
import { GROUP_REMEDY, toDisagreementWords } from './words/en/group-words.ts';

export interface KeptRules {
  /** Always as last read. */
  readonly rules: Rules;
  /** @throws OperationError when the store cannot be read. */
  reread(): Promise<void>;
}

export interface KeepRulesOptions extends Omit<ReadGroupsDeps, 'source' | 'last'> {
  readonly loaded: LoadedConfig;
  readonly log: Log;
}

/** @throws ConfigRefused as `resolveRules`; OperationError as `readGroups`. */
export async function openRules({ loaded, log, ...deps }: KeepRulesOptions): Promise<KeptRules> {
  const names = listGroupNames(loaded.config);
  const source = toGroupSource(loaded.config);
  const told = new Map<string, string>();
  let current: Rules;
  let last: ConfiguredGroups | undefined;

  async function reread(): Promise<void> {
    const groups = await readGroups({ ...deps, source, last }, names);
    last = groups;
    current = resolveRules(loaded, groups);
    for (const [written, group] of groups) if (group) tellOnce(log, told, { written, group });
  }

  await reread();
  return {
    reread,
    rules: {
      get roles() {
        return current.roles;
      },
      get policies() {
        return current.policies;
      },
    },
  };
}

const REREAD_EVERY_MS = 60_000;

/** Until `ending`. */
export async function keepRules(
  reread: KeptRules['reread'],
  clock: Pick<Clock, 'pause'>,
  { ending, onError }: { ending: AbortSignal; onError: (error: unknown) => void },
): Promise<void> {
  for (;;) {
    // It rejects when it is aborted, and so ends the loop.
    await clock.pause(REREAD_EVERY_MS, ending).catch(() => undefined);
    if (ending.aborted) return;
    await reread().catch(onError);
  }
}

/** Nothing is told of what agrees, unless it was told before that it does not. */
function tellOnce(
  log: Log,
  told: Map<string, string>,
  { written, group }: { readonly written: string; readonly group: ConfiguredGroup },
): void {
  const { disagreement, notCompared, id: groupId } = group;
  const state = disagreement ? toState(disagreement) : (notCompared ?? '');
  const before = told.get(written) ?? '';
  told.set(written, state);
  if (state === before) return;
  if (disagreement) {
    const words = toDisagreementWords(disagreement);
    log.warn({ group: disagreement }, `what names it grants nothing: ${words} ${GROUP_REMEDY}`);
  } else if (notCompared) {
    const facts = { group: written, groupId, code: notCompared };
    log.warn(facts, 'a group could not be compared with its pin, which holds until it can');
  } else {
    log.info({ group: written, groupId }, 'a group is what its name meant again');
  }
}

function toState({ code, nowId }: Disagreement): string {
  return `${code} ${nowId}`;
}
