/** What tests ask of a site in a process of its own, and order there: JSON over HTTP on loopback. For tests alone. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { Site } from '../site.ts';
import type { OrderedFault } from '../world/faults.ts';
import type { WorldVm } from '../world/parts.ts';
import type { WireOrder } from '../ws-man-faults.ts';
import type { JournalEntry } from './journal.ts';

/** A VM as the model has it, with what a test compares. */
export interface SiteVm {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly state: string;
  readonly notes: string;
  readonly path: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly isClustered: boolean;
  readonly disks: readonly { readonly path: string; readonly sizeBytes: number | undefined }[];
  readonly nics: readonly { readonly switchName: string | undefined; readonly vlanId: number }[];
}

export interface SiteControls {
  vms: { readonly asks: undefined; readonly answer: readonly SiteVm[] };
  journal: { readonly asks: undefined; readonly answer: readonly JournalEntry[] };
  'delete-vm': { readonly asks: { readonly id: string }; readonly answer: undefined };
  'start-vm': { readonly asks: { readonly id: string }; readonly answer: undefined };
  'stop-vm': { readonly asks: { readonly id: string }; readonly answer: undefined };
  'cmdlet-fault': {
    readonly asks: OfHost & { readonly fault: OrderedFault };
    readonly answer: undefined;
  };
  'wire-fault': {
    readonly asks: OfHost & { readonly order: JsonOrder };
    readonly answer: undefined;
  };
  reboot: { readonly asks: OfHost; readonly answer: undefined };
  'lose-node': { readonly asks: OfHost; readonly answer: undefined };
  'come-back': { readonly asks: OfHost; readonly answer: undefined };
  'lose-volume': { readonly asks: OfVolume; readonly answer: undefined };
  'return-volume': { readonly asks: OfVolume; readonly answer: undefined };
  'redirect-volume': { readonly asks: OfVolume & OfHost; readonly answer: undefined };
  'lose-next-answer': { readonly asks: undefined; readonly answer: undefined };
  'cut-off': { readonly asks: undefined; readonly answer: undefined };
}

type JsonOrder = Omit<WireOrder, 'struck'>;

interface OfHost {
  readonly host: string;
}

interface OfVolume {
  readonly volume: string;
}

export type SiteControl = keyof SiteControls;

const Asked = z.strictObject({
  host: z.string().default(''),
  volume: z.string().default(''),
  id: z.string().default(''),
  fault: z.custom<OrderedFault>().optional(),
  order: z.custom<JsonOrder>().optional(),
});
type Asked = z.infer<typeof Asked>;

type Deeds = Readonly<Record<SiteControl, (asked: Asked) => unknown>>;

function toDeeds(site: Site): Deeds {
  const { world } = site;
  const requireVm = (id: string): WorldVm => {
    const vm = world.vms.find((one) => one.id === id);
    if (!vm) throw new Error(`the site has no VM ${id}`);
    return vm;
  };
  return {
    vms: () => world.vms.map((vm) => toSiteVm(site, vm)),
    journal: () => site.journal,
    'delete-vm': ({ id }) => void world.vms.splice(world.vms.indexOf(requireVm(id)), 1),
    'start-vm': ({ id }) => {
      Object.assign(requireVm(id), { state: 'Running', startedAt: world.clock.now() });
    },
    'stop-vm': ({ id }) => {
      requireVm(id).state = 'Off';
    },
    'cmdlet-fault': ({ host, fault }) => fault && site.requireHost(host).faults.add(fault),
    'wire-fault': ({ host, order }) => order && site.requireHost(host).server.order(order),
    reboot: ({ host }) => site.rebootHost(host),
    'lose-node': ({ host }) => site.loseNode(host),
    'come-back': ({ host }) => site.comeBack(host),
    'lose-volume': ({ volume }) => site.loseVolume(volume),
    'return-volume': ({ volume }) => site.returnVolume(volume),
    'redirect-volume': ({ volume, host }) => site.redirectVolume(volume, host),
    'lose-next-answer': () => site.loseNextAnswer(),
    'cut-off': () => site.cutOff(),
  };
}

function toSiteVm({ world }: Site, vm: WorldVm): SiteVm {
  const { id, name, host, state, notes, path, memoryBytes, isClustered } = vm;
  const { switches } = world.requireHost(host);
  return {
    ...{ id, name, host, state, notes, path, memoryBytes, isClustered, cpus: vm.processors },
    disks: vm.disks.map((disk) => ({
      path: disk.path,
      sizeBytes: world.files.read(host, disk.path)?.sizeBytes,
    })),
    nics: vm.nics.map(({ switchId, vlanId }) => ({
      switchName: switches.find((one) => one.id === switchId)?.name,
      vlanId,
    })),
  };
}

export interface ControlServer extends AsyncDisposable {
  readonly port: number;
}

/** POST /NAME with a JSON object; 400 with words where it cannot be done. */
export async function startControl(site: Site): Promise<ControlServer> {
  const deeds: Readonly<Record<string, Deeds[SiteControl]>> = toDeeds(site);
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const said = await text(request);
    const deed = deeds[request.url?.slice(1) ?? ''];
    try {
      if (!deed) throw new Error(`the control has no ${request.url}`);
      const answer = await deed(Asked.parse(said === '' ? {} : JSON.parse(said)));
      response.end(JSON.stringify(answer ?? null));
    } catch (error) {
      response.writeHead(400).end(String(error));
    }
  };
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
