/** `host maintenance enter` and `host maintenance exit`: a host is emptied, and taken back. */
import { hostMaintenanceEnter } from '#core/operations/host-maintenance-enter.ts';
import { hostMaintenanceExit } from '#core/operations/host-maintenance-exit.ts';
import { submitChange } from '../conversation/submit-change.ts';
import { answer, CHANGE_OPTIONS, defineCommand } from './command.ts';
import { resolveObject } from './resolve-name.ts';
import { toAsked } from './typed-change.ts';

const TARGET = { name: 'host', kind: 'host', required: true } as const;

export const hostMaintenanceEnterCommand = defineCommand({
  words: ['host', 'maintenance', 'enter'],
  summary:
    'move every running VM off a host; what cannot move is asked about, never stopped by itself',
  right: hostMaintenanceEnter.name,
  changes: true,
  target: TARGET,
  options: CHANGE_OPTIONS,
  examples: [
    'host maintenance enter esx-03 --plan',
    'host maintenance enter hv-03 --reason "new memory"',
  ],
  async run(asking, typed) {
    const at = { position: 'host', typedAt: typed.at.host };
    const host = await resolveObject(asking, 'host', typed.target ?? '', at);
    if ('reply' in host) return answer(host.reply);
    const input = { hostId: host.found.id };
    return submitChange(asking, { operation: hostMaintenanceEnter, input, ...toAsked(typed) });
  },
});

export const hostMaintenanceExitCommand = defineCommand({
  words: ['host', 'maintenance', 'exit'],
  summary: 'let VMs come to a host again, and move back those that were moved away from it',
  right: hostMaintenanceExit.name,
  changes: true,
  target: TARGET,
  options: [
    {
      name: 'move-back',
      type: 'boolean',
      summary: 'bring back the VMs that Drover moved away; left out: they stay where they are',
    },
    ...CHANGE_OPTIONS,
  ],
  examples: ['host maintenance exit esx-03', 'host maintenance exit hv-03 --move-back'],
  async run(asking, typed) {
    const at = { position: 'host', typedAt: typed.at.host };
    const host = await resolveObject(asking, 'host', typed.target ?? '', at);
    if ('reply' in host) return answer(host.reply);
    const input = { hostId: host.found.id, movesBack: typed.options['move-back'] === true };
    return submitChange(asking, { operation: hostMaintenanceExit, input, ...toAsked(typed) });
  },
});
