/** `vm maintenance enter` and `vm maintenance exit`: a VM is set apart, and comes back exactly as it was. */
import type { AnyOperation } from '#core/operations/operation.ts';
import { vmMaintenanceEnter } from '#core/operations/vm-maintenance-enter.ts';
import { vmMaintenanceExit } from '#core/operations/vm-maintenance-exit.ts';
import { submitChange } from '../conversation/submit-change.ts';
import type { Command as Typed } from '../grammar/parse-command.ts';
import { type Asking, answer, CHANGE_OPTIONS, defineCommand, type Reply } from './command.ts';
import { mayOn, resolveObject } from './resolve-name.ts';
import { toAsked } from './typed-change.ts';

const TARGET = { name: 'vm', kind: 'vm', required: true } as const;

export const vmMaintenanceEnterCommand = defineCommand({
  words: ['vm', 'maintenance', 'enter'],
  summary:
    'take a VM off its networks, save it, or both; without an option: off its networks, and it runs on',
  right: vmMaintenanceEnter.name,
  changes: true,
  target: TARGET,
  options: [
    {
      name: 'off-network',
      type: 'boolean',
      summary: 'every network adapter off its network; what is meant where --save is not given',
      isOnAtFirst: true,
    },
    {
      name: 'save',
      type: 'boolean',
      summary: 'halt it with its memory on disk; alone: its adapters stay where they are',
    },
    ...CHANGE_OPTIONS,
  ],
  examples: [
    'vm maintenance enter web-01 --reason "infected"',
    'vm maintenance enter web-01 --off-network --save --reason "disk of its host fails"',
    'vm maintenance enter web-01 --save --plan',
  ],
  run(asking, typed) {
    const isSaved = typed.options.save === true;
    const isOffNetwork = typed.options['off-network'] ?? !isSaved;
    return submit(asking, typed, {
      operation: vmMaintenanceEnter,
      wish: { isOffNetwork, isSaved },
    });
  },
});

export const vmMaintenanceExitCommand = defineCommand({
  words: ['vm', 'maintenance', 'exit'],
  summary:
    'bring a VM back exactly as it was before its maintenance; what others changed meanwhile is named and stays',
  right: vmMaintenanceExit.name,
  changes: true,
  target: TARGET,
  options: [
    {
      name: 'overwrite',
      type: 'boolean',
      summary: 'bring back too what others changed meanwhile; left out: that stays as it is',
    },
    {
      name: 'leave-missing',
      type: 'boolean',
      summary:
        'leave an adapter off whose network its host does not have; left out: nothing is done',
      isRare: true,
    },
    ...CHANGE_OPTIONS,
  ],
  examples: ['vm maintenance exit web-01', 'vm maintenance exit web-01 --overwrite --plan'],
  run(asking, typed) {
    const overwrites = typed.options.overwrite === true;
    const leavesMissing = typed.options['leave-missing'] === true;
    const wish = { overwrites, leavesMissing };
    return submit(asking, typed, { operation: vmMaintenanceExit, wish });
  },
});

async function submit(
  asking: Asking,
  typed: Typed,
  { operation, wish }: { readonly operation: AnyOperation; readonly wish: object },
): Promise<Reply> {
  const resolved = await resolveObject(asking, 'vm', typed.target ?? '', {
    ...{ position: 'vm', may: mayOn(asking, 'vm.show'), typedAt: typed.at.vm },
  });
  if ('reply' in resolved) return answer(resolved.reply);
  const input = { vmId: resolved.found.id, ...wish };
  return submitChange(asking, { operation, input, ...toAsked(typed) });
}
