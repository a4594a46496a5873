/** `cluster balance`: which moves would bring a cluster nearer to its goal; all or some of them are asked for. */
import { readMembers } from '#approvals/open-request.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { clusterBalance } from '#core/operations/cluster-balance.ts';
import { examineTargets, refreshTargets } from '#core/operations/prepare-world.ts';
import { BALANCE_MOVES_AT_MOST } from '#core/placement/plan-balance.ts';
import { balanceCard } from '../cards/balance-card.ts';
import { judgeNow } from '../conversation/judge-now.ts';
import { refuseChange, refusedCard } from '../conversation/refused-change.ts';
import { submitChange } from '../conversation/submit-change.ts';
import type { Command as Typed } from '../grammar/parse-command.ts';
import { rewriteFlags } from '../grammar/rewrite-flags.ts';
import { type Asking, answer, CHANGE_OPTIONS, defineCommand, type Reply } from './command.ts';
import { resolveObject } from './resolve-name.ts';
import { resolveNamed } from './resolve-named.ts';
import { toAsked } from './typed-change.ts';

export const clusterBalanceCommand = defineCommand({
  words: ['cluster', 'balance'],
  summary: 'propose a few moves that even out the load of a cluster’s hosts; ask for all or some',
  right: clusterBalance.name,
  changes: true,
  target: { name: 'cluster', kind: 'cluster', required: true },
  more: [{ type: 'name', kind: 'vm', name: 'vm', required: false, many: BALANCE_MOVES_AT_MOST }],
  options: [
    { name: 'all', type: 'boolean', summary: 'ask for all moves at once, without choosing' },
    ...CHANGE_OPTIONS,
  ],
  examples: [
    'cluster balance prod',
    'cluster balance prod --all --reason "db-03 is slow"',
    'cluster balance prod web-01 web-02 --plan',
  ],
  async run(asking, typed) {
    const at = { position: 'cluster', typedAt: typed.at.cluster };
    const cluster = await resolveObject(asking, 'cluster', typed.target ?? '', at);
    if ('reply' in cluster) return answer(cluster.reply);
    if (typed.named.length === 0) return propose(asking, typed, cluster.found);
    const { id: clusterId, connectionId } = cluster.found;
    const vms = await resolveNamed(asking, 'vm', typed, { position: 'vm', connectionId });
    if ('reply' in vms) return answer(vms.reply);
    return ask(asking, typed, { clusterId, vmIds: vms.found.map(({ id }) => id) });
  },
});

interface Wanted {
  readonly clusterId: string;
  readonly vmIds: readonly string[];
}

function ask(asking: Asking, typed: Typed, input: Wanted): Promise<Reply> {
  return submitChange(asking, { operation: clusterBalance, input, ...toAsked(typed) });
}

/** What is best now. It is asked for at once only where the line says so. */
async function propose(
  asking: Asking,
  typed: Typed,
  { id: clusterId }: EstateObject<'cluster'>,
): Promise<Reply> {
  const { house } = asking;
  const change = { operation: clusterBalance, input: { clusterId }, ...toAsked(typed) };
  await refreshTargets(house.world, clusterBalance, change.input);
  await examineTargets(house.world, clusterBalance, change.input);
  const isAll = typed.options.all === true;
  const judged = await judgeNow(asking, change, await readMembers(house.rules, house.directory));
  if (judged.verdict !== 'possible')
    return isAll
      ? (tx) => refuseChange(tx, asking, change, judged)
      : answer(refusedCard(asking, change, judged));
  const { moves = [] } = judged.plan.advice;
  if (!isAll && !change.planOnly && !change.isRehearsed && !change.scriptOnly)
    return answer(balanceCard(judged.plan, change.reason, change.readings));
  // What the card of a plan offers to ask for is all of it.
  const text = isAll ? asking.text : rewriteFlags(asking.text, asking.shape, { add: 'all' });
  return ask({ ...asking, text }, typed, { clusterId, vmIds: moves.map(({ vmId }) => vmId) });
}
