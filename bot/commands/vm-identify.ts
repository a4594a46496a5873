/**
 * `vm identify`: an administrator says which of two VMs with one identity is the VM (H04).
 *
 * Only of VMs that all lie where the right holds: the answer decides over the others too. Any other VM is for this
 * command as if it did not exist.
 */

import type { ApprovalTx } from '#approvals/request-store.ts';
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { toCopyIdentity } from '#core/inventory/identity.ts';
import type { EstateWrite } from '#core/ports/store.ts';
import { authorize, type RightsDecision } from '#core/rights/authorize.ts';
import type { Draft } from '../cards/draft.ts';
import { notAllowedCard, plainRefusal, runButton } from '../cards/refusal-card.ts';
import type { Command as Typed } from '../grammar/parse-command.ts';
import { quoteWord } from '../grammar/quote.ts';
import { IDENTIFY_WORDS } from '../words/en/identify-words.ts';
import { type Asking, answer, defineCommand, type Reply } from './command.ts';
import { type May, mayEverywhere, mayOn, type Resolved, resolveObject } from './resolve-name.ts';

const RIGHT = 'vm.identify';

export const vmIdentify = defineCommand({
  words: ['vm', 'identify'],
  summary: 'say which of two VMs with one identity is the VM',
  right: RIGHT,
  changes: true,
  target: { name: 'vm', kind: 'vm', required: true },
  examples: ['vm identify web-01'],
  async run(asking, typed) {
    const resolved = await resolveTwin(asking, typed);
    if ('reply' in resolved) return answer(resolved.reply);
    const first = resolved.found;
    if (!first.isTwin) return answer(onlyOneCard(first.body.name));
    return answer(choiceCard(asking, listTwins(asking.house.index, first)));
  },
});

/** Of two that share identity and name, either leads to both; of several such pairs it is asked which. */
async function resolveTwin(asking: Asking, { target = '', at }: Typed): Promise<Resolved<'vm'>> {
  const may = mayIdentify(asking);
  const { index } = asking.house;
  const twins = index.byName('vm', target).filter((vm) => vm.isTwin && may(vm));
  const pairs = new Set(twins.map(({ connectionId, identity }) => `${connectionId}\0${identity}`));
  const [twin] = twins;
  if (twin && pairs.size === 1 && asking.chosen.vm === undefined) return { found: twin };
  return resolveObject(asking, 'vm', target, { position: 'vm', may, typedAt: at.vm });
}

/** A VM and all that show its identity. */
function mayIdentify(asking: Asking): May {
  const may = mayOn(asking, RIGHT);
  if (mayEverywhere(asking, RIGHT)) return may;
  const { index } = asking.house;
  return (vm) => may(vm) && (!vm.isTwin || listTwins(index, vm).every(may));
}

function listTwins(
  index: EstateIndex,
  { connectionId, identity }: EstateObject,
): EstateObject<'vm'>[] {
  return index.byIdentity(connectionId, 'vm', identity);
}

function onlyOneCard(name: string): Draft {
  const show = runButton(`vm show ${quoteWord(name)}`);
  return plainRefusal(...IDENTIFY_WORDS.onlyOne(name), [show]);
}

function choiceCard({ house: { index } }: Asking, twins: readonly EstateObject<'vm'>[]): Draft {
  const title = IDENTIFY_WORDS.which;
  const columns = IDENTIFY_WORDS.columns.map((column) => ({ title: column }));
  return {
    ...{ title, tone: 'warning', summary: title, asksBack: true },
    body: [
      { block: 'text', text: IDENTIFY_WORDS.meaning },
      { block: 'table', columns, rows: twins.map((vm) => toRow(index, vm)) },
      { block: 'text', text: IDENTIFY_WORDS.nothing, weight: 'quiet' },
    ],
    actions: twins.map(({ id, body, handle }) => ({
      ...({ verb: 'identify', args: { vmId: id }, style: 'normal' } as const),
      label: IDENTIFY_WORDS.isTheVm(body.name, handle),
      confirm: IDENTIFY_WORDS.confirm(body.name, handle),
    })),
  };
}

function toRow(index: EstateIndex, vm: EstateObject<'vm'>): string[] {
  const { connectionId, handle, ownerId } = vm;
  const { name, hostHandle, folderHandle, platformState } = vm.body;
  const host = hostHandle && index.byHandle(connectionId, 'host', hostHandle)?.body.name;
  const folder = folderHandle && index.byHandle(connectionId, 'folder', folderHandle)?.body.path;
  const { notKnown, owned, ownerless } = IDENTIFY_WORDS;
  return [
    ...[name, handle, folder ?? notKnown, host ?? notKnown, platformState],
    ownerId ? owned : ownerless,
  ];
}

/** Judged anew: roles, places and the VM itself may be others than when the card was drawn. */
export async function identifyReply(asking: Asking, vmId: string): Promise<Reply> {
  const { house, person } = asking;
  return async (tx) => {
    const decision = authorize({ person, action: RIGHT }, house.rules.roles);
    if (!decision.allowed) return refuse(tx, asking, decision);
    await tx.lock('estate');
    const chosen = await tx.estate.find(vmId);
    if (!chosen || chosen.gone || !chosen.isTwin)
      return plainRefusal(...IDENTIFY_WORDS.settledBefore);
    const { connectionId, identity, handle, body } = chosen;
    const all = await tx.estate.listByIdentity(connectionId, 'vm', identity);
    const twins = all.filter(({ gone }) => !gone);
    if (!twins.every(mayOn(asking, RIGHT))) return refuse(tx, asking);
    await tx.estate.write(settle(chosen, twins));
    const others = twins.filter(({ id }) => id !== vmId).map((twin) => twin.handle);
    await tx.audit.insert({
      event: 'vm_identified',
      personId: person.id,
      facts: { chosen: vmId, handle, others },
    });
    tx.afterCommit(() => void house.sync.feed.catchUp().catch(house.onError));
    const title = IDENTIFY_WORDS.isTheVm(body.name, handle);
    return {
      ...{ title, tone: 'good', summary: title, actions: [] },
      body: [{ block: 'text', text: IDENTIFY_WORDS.others }],
    };
  };
}

/** Where the right holds elsewhere only, nothing is said of a VM: it is as if it were no more. */
async function refuse(
  tx: ApprovalTx,
  { person }: Asking,
  decision?: RightsDecision,
): Promise<Draft> {
  await tx.audit.insert({ event: 'refused', personId: person.id, facts: { right: RIGHT } });
  return decision
    ? notAllowedCard({ right: RIGHT, decision })
    : plainRefusal(...IDENTIFY_WORDS.settledBefore);
}

/** The Drover id that was known first, with its owner, goes to the chosen one; each other gets an identity of its own. */
function settle(chosen: EstateObject, twins: readonly EstateObject[]): EstateWrite[] {
  const owned = twins.find(({ ownerId }) => ownerId !== undefined) ?? chosen;
  return twins.map((twin) => {
    const { connectionId, kind, identity } = twin;
    const isChosen = twin.id === chosen.id;
    // Rows swap their places when the owner's row is not the chosen one, so that the id for life stays with the VM.
    const id = isChosen ? owned.id : twin.id === owned.id ? chosen.id : twin.id;
    const own = isChosen
      ? { identity, ownerId: owned.ownerId }
      : { identity: toCopyIdentity(identity, twin.handle), ownerId: undefined };
    return {
      id,
      connectionId,
      kind,
      handle: twin.handle,
      body: twin.body,
      isTwin: false,
      gone: false,
      ...own,
    } as EstateWrite;
  });
}
