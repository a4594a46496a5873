/** `vm network connect` and `vm network disconnect`: one network adapter of a VM. */
import type { EstateObject } from '#core/inventory/estate-object.ts';
import type { NicBody } from '#core/inventory/vm-parts.ts';
import {
  isOffNetwork,
  vmNetworkConnect,
  vmNetworkDisconnect,
} from '#core/operations/vm-network.ts';
import type { Draft } from '../cards/draft.ts';
import { toNetworkName } from '../cards/estate-parts-blocks.ts';
import { submitChange } from '../conversation/submit-change.ts';
import type { Command as Typed } from '../grammar/parse-command.ts';
import { type Asking, answer, CHANGE_OPTIONS, defineCommand } from './command.ts';
import { readVmNow } from './read-vm-now.ts';
import { mayOn, resolveObject } from './resolve-name.ts';
import { resolveNetworks } from './resolve-networks.ts';
import { resolvePart } from './resolve-part.ts';
import { numberOption, textOption, toAsked } from './typed-change.ts';

const TARGET = { name: 'vm', kind: 'vm', required: true } as const;
const NIC_OPTION = {
  name: 'nic',
  type: 'text',
  summary: 'which one, where the VM has several; as vm show names it',
} as const;

export const vmNetworkConnectCommand = defineCommand({
  words: ['vm', 'network', 'connect'],
  summary: 'connect a network adapter of a VM to a network, also while it runs',
  right: vmNetworkConnect.name,
  changes: true,
  target: TARGET,
  more: [{ name: 'network', type: 'name', kind: 'network', required: true }],
  options: [
    NIC_OPTION,
    {
      name: 'vlan',
      type: 'count',
      min: 0,
      max: 4094,
      summary: 'of the adapter itself, on Hyper-V; 0: untagged; left out: as it is',
    },
    {
      name: 'vmq-weight',
      type: 'count',
      min: 0,
      max: 100,
      summary: 'of the adapter itself, on Hyper-V; 0: no VMQ; left out: as it is',
      isRare: true,
    },
    ...CHANGE_OPTIONS,
  ],
  examples: [
    'vm network connect web-01 VLAN-100 --reason "moves to the new subnet"',
    'vm network connect web-01 "VM Network" --nic "Network adapter 2" --plan',
    'vm network connect sql-01 Converged --vlan 120 --vmq-weight 50',
  ],
  async run(asking, typed) {
    const resolved = await resolveNic(asking, typed);
    if ('reply' in resolved) return answer(resolved.reply);
    const { vm, nic } = resolved.found;
    const networks = await resolveNetworks(asking, {
      ...{ name: String(typed.more.network ?? ''), connectionId: vm.connectionId },
      ...{ typedAt: typed.at.network, elsewhere: 'connect' },
    });
    if ('reply' in networks) return answer(networks.reply);
    const vlan = numberOption(typed, 'vlan');
    const vmqWeight = numberOption(typed, 'vmq-weight');
    return submitChange(asking, {
      operation: vmNetworkConnect,
      input: {
        ...{ vmId: vm.id, nicKey: nic.key, networkIds: networks.found },
        ...(vlan === undefined ? {} : { vlan }),
        ...(vmqWeight === undefined ? {} : { vmqWeight }),
      },
      ...toAsked(typed),
    });
  },
});

export const vmNetworkDisconnectCommand = defineCommand({
  words: ['vm', 'network', 'disconnect'],
  summary: 'take a network adapter of a VM off its network, also while it runs',
  right: vmNetworkDisconnect.name,
  changes: true,
  target: TARGET,
  options: [NIC_OPTION, ...CHANGE_OPTIONS],
  examples: ['vm network disconnect web-01 --reason "infected"'],
  async run(asking, typed) {
    const resolved = await resolveNic(asking, typed);
    if ('reply' in resolved) return answer(resolved.reply);
    const { vm, nic } = resolved.found;
    return submitChange(asking, {
      operation: vmNetworkDisconnect,
      input: { vmId: vm.id, nicKey: nic.key },
      ...toAsked(typed),
    });
  },
});

type Resolved<T> = { readonly found: T } | { readonly reply: Draft };

interface VmNic {
  readonly vm: EstateObject<'vm'>;
  readonly nic: NicBody;
}

/** The only adapter of a VM need not be named. */
async function resolveNic(asking: Asking, typed: Typed): Promise<Resolved<VmNic>> {
  const resolved = await resolveObject(asking, 'vm', typed.target ?? '', {
    ...{ position: 'vm', may: mayOn(asking, 'vm.show'), typedAt: typed.at.vm },
  });
  if ('reply' in resolved) return resolved;
  const vm = await readVmNow(asking, vmNetworkDisconnect, resolved.found);
  const { name, nics } = vm.body;
  const named = textOption(typed, 'nic');
  const [only] = nics;
  if (only && nics.length === 1 && named === undefined) return { found: { vm, nic: only } };
  const { index } = asking.house;
  const nic = resolvePart(asking, nics, {
    ...{ vm: name, what: 'network adapter', prefix: '--nic ', typed: named },
    typedAt: typed.at.nic,
    described: 'Network',
    describe: (one) =>
      isOffNetwork(one) ? 'on no network' : toNetworkName(index, vm.connectionId, one),
  });
  return 'reply' in nic ? nic : { found: { vm, nic: nic.found } };
}
