/**
 * Who may say what becomes of a VM that cannot be moved: whoever may do that to this VM at any other time. That a VM which
 * Drover needs is moved says who may empty its host. To leave it is for whoever may say one of the others.
 */
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { scopeOf } from '#core/inventory/scope-of.ts';
import type { GateAnswer, Job, Step } from '#core/jobs/job.ts';
import type { Account } from '#core/ports/directory.ts';
import { authorize, type RightsDecision } from '#core/rights/authorize.ts';
import type { House } from '../house.ts';

const EMPTY_HOST = 'host.maintenance.enter';

const RIGHTS: Readonly<Partial<Record<GateAnswer, string>>> = {
  move: EMPTY_HOST,
  shut_down: 'vm.shutdown',
  power_off: 'vm.stop',
  save: 'vm.save',
};

export interface ConsentWord {
  readonly step: Step;
  readonly answer: GateAnswer;
  readonly person: Account;
}

export interface ConsentDecision {
  readonly right: string;
  readonly vm: string;
  readonly decision: RightsDecision;
}

function hostOf(index: EstateIndex, { connectionId, body }: EstateObject<'vm'>) {
  return index.byHandle(connectionId, 'host', body.hostHandle ?? '');
}

type Rules = Pick<House, 'rules'> & { readonly index: EstateIndex };

/** Judged on the VM, or its host, as it is now; one that is gone has no rights, and nobody has any on it. */
export function decideConsent(house: Rules, word: ConsentWord): ConsentDecision {
  if (word.answer !== 'leave') return judge(house, word, RIGHTS[word.answer] ?? 'job.answer');
  const { choices } = toInput(word.step);
  const others = choices.flatMap((choice) => RIGHTS[choice] ?? []);
  const judged = [...others, EMPTY_HOST].map((right) => judge(house, word, right));
  return judged.find(({ decision }) => decision.allowed) ?? (judged[0] as ConsentDecision);
}

function judge(
  { rules, index }: Rules,
  { step, person }: ConsentWord,
  right: string,
): ConsentDecision {
  const { vmId, name } = toInput(step);
  const vm = index.get('vm', vmId);
  const judged = vm && right === EMPTY_HOST ? hostOf(index, vm) : vm;
  const scope = judged ? { scope: scopeOf(index, judged) } : {};
  const decision = authorize({ person, action: right, ...scope }, rules.roles);
  return { right, vm: name, decision };
}

function toInput({ input }: Step) {
  return input as unknown as {
    readonly vmId: string;
    readonly name: string;
    readonly choices: readonly GateAnswer[];
  };
}

/** Where it stands, when that is not the host any more that the job empties: what was asked about it is over. */
export function findElsewhere(
  index: EstateIndex,
  step: Step,
  { targetIds }: Pick<Job, 'targetIds'>,
): { readonly vm: string; readonly host: string } | undefined {
  const { vmId, name } = toInput(step);
  const vm = index.get('vm', vmId);
  const host = vm && hostOf(index, vm);
  if (!host || targetIds.includes(host.id)) return undefined;
  return { vm: name, host: host.body.name };
}
