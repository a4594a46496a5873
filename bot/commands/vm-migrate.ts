/** `vm migrate`: VMs to another host, another datastore or both; without a wish, to the hosts with most stars. */
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { vmMigrate } from '#core/operations/vm-migrate.ts';
import { MIGRATED_AT_MOST } from '#core/operations/vm-migrate-wish.ts';
import type { Draft } from '../cards/draft.ts';
import { submitChange } from '../conversation/submit-change.ts';
import type { Command as Typed } from '../grammar/parse-command.ts';
import { type Asking, answer, CHANGE_OPTIONS, defineCommand } from './command.ts';
import { mayOn, resolveObject } from './resolve-name.ts';
import { resolveNamed } from './resolve-named.ts';
import { textOption, toAsked } from './typed-change.ts';

export const vmMigrateCommand = defineCommand({
  words: ['vm', 'migrate'],
  summary: 'move VMs to another host, another datastore or both, while they run',
  right: vmMigrate.name,
  changes: true,
  target: { name: 'vm', kind: 'vm', required: true, many: MIGRATED_AT_MOST },
  options: [
    {
      name: 'host',
      type: 'name',
      kind: 'host',
      summary: 'where to; left out: the host with most stars, or its own with --datastore',
    },
    { name: 'datastore', type: 'name', kind: 'datastore', summary: 'its files go there' },
    {
      name: 'quick',
      type: 'boolean',
      summary: 'save it, hand it over, load it: it stands still meanwhile (Hyper-V clusters)',
    },
    ...CHANGE_OPTIONS,
  ],
  examples: [
    'vm migrate web-01 --plan',
    'vm migrate web-01 --host esx-07 --reason "esx-03 is noisy"',
    'vm migrate web-01 --datastore SAN-B',
    'vm migrate web-01 web-02 "my vm" --host esx-07',
  ],
  async run(asking, typed) {
    const at = { position: 'vm', may: mayOn(asking, 'vm.show') };
    const vms = await resolveNamed(asking, 'vm', typed, at);
    if ('reply' in vms) return answer(vms.reply);
    const [vm, ...more] = vms.found as [EstateObject<'vm'>, ...EstateObject<'vm'>[]];
    // Of several connections none has the host that is wished: the plan says so.
    const isMixed = more.some(({ connectionId }) => connectionId !== vm.connectionId);
    const host = isMixed ? undefined : await resolveWish(asking, typed, 'host', vm);
    if (host && 'reply' in host) return answer(host.reply);
    const datastore = isMixed ? undefined : await resolveWish(asking, typed, 'datastore', vm);
    if (datastore && 'reply' in datastore) return answer(datastore.reply);
    return submitChange(asking, {
      operation: vmMigrate,
      input: {
        vmId: vm.id,
        ...(more.length > 0 ? { moreVmIds: more.map(({ id }) => id) } : {}),
        ...(host ? { hostId: host.found.id } : {}),
        ...(datastore ? { datastoreId: datastore.found.id } : {}),
        quick: typed.options.quick === true,
      },
      ...toAsked(typed),
    });
  },
});

/** A wish names something of the VMs' own connection. */
async function resolveWish<K extends 'host' | 'datastore'>(
  asking: Asking,
  typed: Typed,
  kind: K,
  { connectionId }: EstateObject<'vm'>,
): Promise<{ readonly found: EstateObject<K> } | { readonly reply: Draft } | undefined> {
  const name = textOption(typed, kind);
  if (name === undefined) return undefined;
  return resolveObject(asking, kind, name, {
    position: kind,
    ...{ connectionId, elsewhere: 'move' },
    typedAt: typed.at[kind],
  });
}
