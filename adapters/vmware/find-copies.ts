/**
 * Every place that shows a VM's identity now (H15).
 *
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.SearchIndex.html (findAllByUuid)
 */
import { z } from 'zod';
import type { ObjectRef, Observed } from '#core/inventory/estate-object.ts';
import type { VmCopies } from '#core/ports/moving.ts';
import { HostReach } from './deed-schema.ts';
import type { Surroundings } from './estate/surroundings.ts';
import { toObserved } from './estate/to-observed.ts';
import { VMS } from './estate/wanted.ts';
import { IN_VIEW } from './filter-spec.ts';
import { decodeName } from './names.ts';
import { readExisting, readObjects, toProperties } from './properties.ts';
import { MoRef } from './schema.ts';
import type { Login } from './session.ts';
import { PostError } from './soap/post.ts';
import { toShape } from './soap/shape.ts';
import type { SoapClient } from './soap/soap-client.ts';
import { toWireRef } from './soap/to-wire.ts';
import { withView } from './views.ts';

interface CopiesRead {
  readonly vm: ObjectRef;
  readonly surroundings: Surroundings;
  readonly signal: AbortSignal;
}

/** @throws VimFault, PostError */
export async function findCopies(
  soap: SoapClient,
  login: Login,
  { vm, surroundings, signal }: CopiesRead,
): Promise<VmCopies> {
  const found = await findByIdentity(soap, login, { vm, signal });
  // One whose configuration cannot be read may not stand in the index, and is where it was.
  const known: MoRef = { type: 'VirtualMachine', value: vm.handle };
  const refs = [...found.filter(({ value }) => value !== vm.handle), known];
  const { contents } = await readExisting(soap, login, { wanted: VMS, refs, signal });
  const copies = contents.flatMap((content) => {
    const seen = toObserved(content, surroundings);
    return seen && isCopy(seen, vm) ? [seen] : [];
  });
  return { copies, silent: await listSilent(soap, login, signal) };
}

function isCopy(seen: Observed, { identity }: ObjectRef): seen is Observed & { kind: 'vm' } {
  return seen.kind === 'vm' && seen.identity?.toLowerCase() === identity.toLowerCase();
}

async function findByIdentity(
  soap: SoapClient,
  { content }: Login,
  { vm, signal }: { readonly vm: ObjectRef; readonly signal: AbortSignal },
): Promise<readonly MoRef[]> {
  if (!content.searchIndex) throw new PostError('odd_answer', true, 'no search index');
  const args = {
    _this: toWireRef(content.searchIndex),
    uuid: vm.identity,
    vmSearch: true,
    instanceUuid: true,
  };
  const returns = toShape(z.array(MoRef));
  const answer = await soap.call({ operation: 'FindAllByUuid', args, returns, signal });
  const refs = z.array(MoRef).safeParse(answer ?? []);
  if (refs.success) return refs.data;
  throw new PostError('odd_answer', true, 'the answer is no list of references');
}

const HOSTS = { HostSystem: HostReach };

/** What vCenter shows of a host that is away is what it last knew. */
async function listSilent(
  soap: SoapClient,
  login: Login,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return await withView(soap, login, { types: ['HostSystem'], signal }, async (view) => {
    const starts = [{ object: view, skip: true, reach: [IN_VIEW] }];
    const contents = await readObjects(soap, login, { wanted: HOSTS, starts, signal });
    return contents.flatMap((content) => {
      const { properties } = toProperties(HostReach, content);
      const isThere = properties['runtime.connectionState'] === 'connected';
      return isThere ? [] : [decodeName(properties.name ?? content.obj.value)];
    });
  });
}
