/** `host rate`: every host for one VM, with stars, reasons, and what would make a blocked one fit. */

import { readWorld } from '#core/operations/prepare-world.ts';
import { vmMigrate } from '#core/operations/vm-migrate.ts';
import { toMemoryLoad } from '#core/placement/move-load.ts';
import { hostTable } from '../cards/plan-blocks.ts';
import { runButton } from '../cards/refusal-card.ts';
import { quoteWord } from '../grammar/quote.ts';
import { plural, toDuration, toSize } from '../words/units.ts';
import { answer, defineCommand } from './command.ts';
import { readVmNow } from './read-vm-now.ts';
import { mayOn, resolveObject } from './resolve-name.ts';

export const hostRate = defineCommand({
  words: ['host', 'rate'],
  summary: 'rate every host for a VM: stars, reasons, and what stands against the others',
  right: 'host.rate',
  changes: false,
  target: { name: 'vm', kind: 'vm', required: true },
  examples: ['host rate web-01'],
  async run(asking, typed) {
    const resolved = await resolveObject(asking, 'vm', typed.target ?? '', {
      ...{ position: 'vm', may: mayOn(asking, 'vm.show'), typedAt: typed.at.vm },
    });
    if ('reply' in resolved) return answer(resolved.reply);
    const vm = await readVmNow(asking, vmMigrate, resolved.found);
    const { world, store } = asking.house;
    const now = await store.read((reads) => readWorld(world, reads, { targetIds: [vm.id] }));
    // What the platform said once, of another plan, is not what it says now.
    const unasked = { ...now, answerOf: () => undefined };
    const { advice } = vmMigrate.plan({ vmId: vm.id, quick: false }, unasked);
    const { name } = vm.body;
    const fitting = advice.ratings.filter(({ verdict }) => verdict !== 'blocked').length;
    const title = `Hosts for ${name}: ${fitting} of ${plural(advice.ratings.length, 'host')} can take it`;
    const needs = `It takes ${toSize(toMemoryLoad(vm))} of memory along. Rated by what is known here, data read ${toDuration(advice.dataAgeMs)} ago; a migration asks the platform as well.`;
    return answer({
      ...{ title, tone: 'neutral', summary: title },
      body: [hostTable(advice.ratings), { block: 'text', weight: 'quiet', text: needs }],
      actions: fitting > 0 ? [runButton(`vm migrate ${quoteWord(name)} --plan`)] : [],
    });
  },
});
