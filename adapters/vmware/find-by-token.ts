/**
 * Looks for what an earlier clone made or is making.
 *
 * Tasks are read before the VMs: a clone that ends in between is then found as a VM. A task is not called ours by its
 * source, which many clones share, but by the name that its event gives.
 *
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.TaskManager.html (recentTask)
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.event.VmBeingClonedEvent.html
 */
import { z } from 'zod';
import type { TaskRef } from '#core/ports/connection.ts';
import { TaskManagerProperties, TaskOrigin, VmToken } from './deed-schema.ts';
import { TOKEN_KEY } from './estate/to-vm.ts';
import { IN_VIEW } from './filter-spec.ts';
import { encodeName } from './names.ts';
import { readPages } from './pages.ts';
import { readObjects, toProperties } from './properties.ts';
import { Event, type MoRef } from './schema.ts';
import type { Login } from './session.ts';
import { toShape } from './soap/shape.ts';
import { type SoapClient, VimFault } from './soap/soap-client.ts';
import { toWire, toWireRef } from './soap/to-wire.ts';
import { withView } from './views.ts';

export type Found =
  | { readonly found: 'vm'; readonly ref: MoRef }
  | { readonly found: 'running'; readonly task: TaskRef }
  | { readonly found: 'cannot_tell' | 'nothing' };

const VMS = { VirtualMachine: VmToken };
const TASKS = { TaskManager: TaskManagerProperties, Task: TaskOrigin };

interface Look {
  readonly token: string;
  /** Decoded. */
  readonly name: string;
  /** The task that this process sent with the token. */
  readonly sent: TaskRef | undefined;
  readonly pageSize: number;
  readonly signal: AbortSignal;
}

/** @throws VimFault, PostError */
export async function findByToken(soap: SoapClient, login: Login, look: Look): Promise<Found> {
  const clones = await findClones(soap, login, look);
  if (clones.ours) return { found: 'running', task: clones.ours };
  const vms = await findVms(soap, login, look);
  // A clone whose name is not known may be ours, and its VM stands in the inventory before it is whole.
  if (clones.mayBeOurs) return { found: 'cannot_tell' };
  // Somebody cloned the VM with its token: the name tells which is ours.
  const ours =
    vms.carriers.length > 1 ? vms.carriers.filter(({ isNamed }) => isNamed) : vms.carriers;
  if (ours.length === 1 && ours[0]) return { found: 'vm', ref: ours[0].ref };
  return {
    found: ours.length > 1 || vms.carriers.length > 0 || vms.hasDark ? 'cannot_tell' : 'nothing',
  };
}

interface Vms {
  readonly carriers: readonly { readonly ref: MoRef; readonly isNamed: boolean }[];
  /** One of that name does not show whether it carries the token. */
  readonly hasDark: boolean;
}

async function findVms(
  soap: SoapClient,
  login: Login,
  { token, name, pageSize, signal }: Look,
): Promise<Vms> {
  const carriers: Vms['carriers'][number][] = [];
  let hasDark = false;
  await withView(soap, login, { types: ['VirtualMachine'], signal }, async (view) => {
    const starts = [{ object: view, skip: true, reach: [IN_VIEW] }];
    for await (const page of readPages(soap, login, { wanted: VMS, starts, pageSize, signal })) {
      for (const content of page) {
        const { properties } = toProperties(VmToken, content);
        const isNamed = properties.name === encodeName(name);
        const extra = properties['config.extraConfig'];
        const carries = extra?.some(({ key, value }) => key === TOKEN_KEY && value === token);
        if (carries) carriers.push({ ref: content.obj, isNamed });
        else if (isNamed && properties['config.hardware.numCPU'] === undefined) hasDark = true;
      }
    }
  });
  return { carriers, hasDark };
}

interface Clones {
  readonly ours: TaskRef | undefined;
  readonly mayBeOurs: boolean;
}

async function findClones(soap: SoapClient, login: Login, look: Look): Promise<Clones> {
  const clones = await readRunningClones(soap, login, look.signal);
  // An order goes out once: whatever else runs is not ours, whether or not ours is over.
  if (look.sent !== undefined) {
    const isRunning = clones.some(({ task }) => task === look.sent);
    return { ours: isRunning ? look.sent : undefined, mayBeOurs: isRunning };
  }
  let mayBeOurs = false;
  for (const { task, chainId } of clones) {
    const target = await findTargetName(soap, login, { chainId, signal: look.signal });
    // Whether an event spells a name as people do is not documented.
    if (target === look.name || target === encodeName(look.name))
      return { ours: task, mayBeOurs: true };
    if (target === undefined) mayBeOurs = true;
  }
  return { ours: undefined, mayBeOurs };
}

interface RunningClone {
  readonly task: TaskRef;
  readonly chainId: number | undefined;
}

async function readRunningClones(
  soap: SoapClient,
  login: Login,
  signal: AbortSignal,
): Promise<readonly RunningClone[]> {
  const { taskManager } = login.content;
  if (!taskManager) return [];
  const reach = [{ name: 'recent', type: 'TaskManager', path: 'recentTask', skip: false }];
  const starts = [{ object: taskManager, skip: true, reach }];
  const contents = await readObjects(soap, login, { wanted: TASKS, starts, signal });
  return contents.flatMap((content) => {
    if (content.obj.type !== 'Task') return [];
    const { properties } = toProperties(TaskOrigin, content);
    const name = properties['info.name'] ?? properties['info.descriptionId'] ?? '';
    const isOver = ['success', 'error'].includes(properties['info.state'] ?? '');
    if (isOver || !/clone/i.test(name)) return [];
    return [{ task: content.obj.value, chainId: properties['info.eventChainId'] }];
  });
}

/** The name that a clone gives its VM, as the platform spells it; `undefined` when no event tells. */
async function findTargetName(
  soap: SoapClient,
  { content }: Login,
  { chainId, signal }: { readonly chainId: number | undefined; readonly signal: AbortSignal },
): Promise<string | undefined> {
  if (!content.eventManager || !chainId) return undefined;
  const args = {
    _this: toWireRef(content.eventManager),
    filter: toWire('EventFilterSpec', { eventChainId: chainId }),
  };
  const returns = toShape(z.array(Event));
  try {
    const answer = await soap.call({ operation: 'QueryEvents', args, returns, signal });
    const events = z.array(Event).safeParse(answer).data ?? [];
    const own = events.filter((event) => event.chainId === chainId);
    return own.find(({ destName }) => destName !== undefined)?.destName;
  } catch (error) {
    // Without the right to read events nobody can say which VM a clone makes.
    if (error instanceof VimFault && error.type === 'NoPermission') return undefined;
    throw error;
  }
}
