/** From a typed name to the networks that bear it. */
import type { EstateObject } from '#core/inventory/estate-object.ts';
import type { Draft } from '../cards/draft.ts';
import type { Span } from '../grammar/grammar-error.ts';
import type { ElsewhereRemedy } from '../words/en/view-words.ts';
import type { Asking } from './command.ts';
import { type May, mayOn, resolveObject } from './resolve-name.ts';

interface NetworkName {
  readonly name: string;
  readonly connectionId: string;
  readonly typedAt?: Span | undefined;
  readonly elsewhere: ElsewhereRemedy;
}

/** Two switches can have a network of one name: the plan takes the one that the host sees. Uplinks are for no VM. */
export async function resolveNetworks(
  asking: Asking,
  { name, connectionId, typedAt, elsewhere }: NetworkName,
): Promise<{ readonly found: string[] } | { readonly reply: Draft }> {
  const all = asking.house.index.byName('network', name, connectionId).filter(isForVms);
  if (all.length > 0) return { found: all.map(({ id }) => id) };
  const maySee = mayOn(asking, 'network.show', 'network.list');
  const may: May = (network) => isForVms(network) && maySee(network);
  const where = { position: 'network', connectionId, may, typedAt, elsewhere };
  const none = await resolveObject(asking, 'network', name, where);
  return 'reply' in none ? none : { found: [none.found.id] };
}

function isForVms(network: EstateObject): boolean {
  return network.kind === 'network' && network.body.isUplink !== true;
}
