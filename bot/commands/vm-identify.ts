/** `vm identify`: an administrator says which of two VMs with one identity is the VM (H04). */
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { toCopyIdentity } from '#core/inventory/identity.ts';
import type { EstateWrite } from '#core/ports/store.ts';
import { authorize } from '#core/rights/authorize.ts';
import type { Draft } from '../cards/draft.ts';
import { notAllowedCard, plainRefusal, runButton } from '../cards/refusal-card.ts';
import type { Command as Typed } from '../grammar/parse-command.ts';
import { quoteWord } from '../grammar/quote.ts';
import { IDENTIFY_WORDS } from '../words/en/view-words.ts';
import { type Asking, answer, defineCommand, type Reply } from './command.ts';
import { type Resolved, resolveObject } from './resolve-name.ts';

export const vmIdentify = defineCommand({
  words: ['vm', 'identify'],
  summary: 'say which of two VMs with one identity is the VM',
  right: 'vm.identify',
  changes: true,
  target: { name: 'vm', kind: 'vm', required: true },
  examples: ['vm identify web-01'],
  async run(asking, typed) {
    const { index } = asking.house;
    const resolved = await resolveTwin(asking, typed);
    if ('reply' in resolved) return answer(resolved.reply);
    const first = resolved.found;
    if (!first.isTwin) return answer(onlyOneCard(first.body.name));
    const twins = index.byIdentity(first.connectionId, 'vm', first.identity);
    return answer(choiceCard(asking, twins));
  },
});

/** Of two that share identity and name, either leads to both. */
async function resolveTwin(asking: Asking, { target = '', at }: Typed): Promise<Resolved<'vm'>> {
  const named = asking.house.index.byName('vm', target);
  const twin = asking.chosen.vm === undefined ? named.find(({ isTwin }) => isTwin) : undefined;
  return twin
    ? { found: twin }
    : resolveObject(asking, 'vm', target, { position: 'vm', typedAt: at.vm });
}

function onlyOneCard(name: string): Draft {
  const show = runButton(`vm show ${quoteWord(name)}`);
  return plainRefusal(...IDENTIFY_WORDS.onlyOne(name), [show]);
}

function choiceCard({ house }: Asking, twins: readonly EstateObject<'vm'>[]): Draft {
  const { index } = house;
  const rows = twins.map((vm) => {
    const host =
      vm.body.hostHandle && index.byHandle(vm.connectionId, 'host', vm.body.hostHandle)?.body.name;
    const folder =
      vm.body.folderHandle &&
      index.byHandle(vm.connectionId, 'folder', vm.body.folderHandle)?.body.path;
    return [
      vm.body.name,
      vm.handle,
      folder ?? '?',
      host ?? '?',
      vm.body.platformState,
      vm.ownerId ? 'has an owner' : 'no owner',
    ];
  });
  const columns = [
    { title: 'Name' },
    { title: 'Handle' },
    { title: 'Folder' },
    { title: 'Host' },
    { title: 'State' },
    { title: 'Owner' },
  ];
  const title = 'Which of these is the VM?';
  return {
    ...{ title, tone: 'warning', summary: title, asksBack: true },
    body: [
      {
        block: 'text',
        text: 'They show one identity. The one you choose keeps owner and history; the others become VMs of their own, without owner.',
      },
      { block: 'table', columns, rows },
      { block: 'text', text: 'Nothing was done.', weight: 'quiet' },
    ],
    actions: twins.map(({ id, body, handle }) => ({
      ...({
        verb: 'identify',
        args: { vmId: id },
        label: `${body.name} (${handle}) is the VM`,
        style: 'normal',
      } as const),
      confirm: `Say that ${body.name} (${handle}) is the VM?`,
    })),
  };
}

export async function identifyReply({ house, person }: Asking, vmId: string): Promise<Reply> {
  return async (tx) => {
    const decision = authorize({ person, action: 'vm.identify' }, house.rules.roles);
    if (!decision.allowed) {
      await tx.audit.insert({
        event: 'refused',
        personId: person.id,
        facts: { right: 'vm.identify' },
      });
      return notAllowedCard({ right: 'vm.identify', decision });
    }
    await tx.lock('estate');
    const chosen = await tx.estate.find(vmId);
    if (!chosen || chosen.gone || !chosen.isTwin) {
      return plainRefusal(
        'Settled before',
        'That question is answered, or the VM is no more. Nothing was done.',
      );
    }
    const twins = (
      await tx.estate.listByIdentity(chosen.connectionId, 'vm', chosen.identity)
    ).filter(({ gone }) => !gone);
    await tx.estate.write(settle(chosen, twins));
    await tx.audit.insert({
      event: 'vm_identified',
      personId: person.id,
      facts: {
        chosen: vmId,
        handle: chosen.handle,
        others: twins.filter(({ id }) => id !== vmId).map(({ handle }) => handle),
      },
    });
    tx.afterCommit(() => void house.sync.feed.catchUp().catch(house.onError));
    const title = `${chosen.body.name} (${chosen.handle}) is the VM`;
    return {
      title,
      tone: 'good',
      summary: title,
      body: [{ block: 'text', text: 'The other is a VM of its own now, without owner.' }],
      actions: [],
    };
  };
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
