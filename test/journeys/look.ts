/** What a journey looks at afterwards: requests, jobs, cards of a person, and what the platforms really did. */
import { randomUUID } from 'node:crypto';
import type { Incoming, MessageView } from '#bot/conversation/conversation-port.ts';
import type { PowerState } from '#core/inventory/estate-object.ts';
import { eventually, type TestApp, textOf } from '#test/helpers/open-test-app.ts';

export async function readRequest({ drover }: TestApp, number: number) {
  const request = await drover.house.store.read(({ requests }) => requests.findByNumber(number));
  if (!request) throw new Error(`there is no R-${number}`);
  return request;
}

export async function readJob({ drover }: TestApp, number: number) {
  const job = await drover.house.store.read(({ jobs }) => jobs.findByNumber(number));
  if (!job) throw new Error(`there is no J-${number}`);
  return job;
}

/** An answer that only speaks of it is none. */
export function isCardOf({ subject }: MessageView, label: string): boolean {
  return subject?.label === label && subject.cardVersion === undefined;
}

/** The person's own copy of a request's or job's card, as it stands: `R-1`, `J-1`. */
export async function cardOf(app: TestApp, person: string, label: string): Promise<string> {
  const views = await app.messages(person);
  const view = views.find((it) => isCardOf(it, label));
  if (!view) throw new Error(`${person} has no card of ${label}`);
  return textOf(view);
}

export async function buttonsOf(app: TestApp, person: string, label: string): Promise<string[]> {
  const views = await app.messages(person);
  const view = views.find((it) => isCardOf(it, label));
  return (view?.card.actions ?? []).map((action) => action.label);
}

/** What the platforms were told to do, oldest first: `stop app-01`. */
export function deedsOf({ drover }: TestApp): string[] {
  return (drover.lab?.history() ?? []).map(({ deed }) => deed);
}

export function findVm({ drover }: TestApp, name: string) {
  const [vm, ...others] = drover.house.index.byName('vm', name);
  if (!vm || others.length > 0)
    throw new Error(`${others.length + (vm ? 1 : 0)} VMs are called ${name}`);
  return vm;
}

/** Waits until the estate, as Drover knows it, is so. */
export function untilKnown(
  app: TestApp,
  isSo: (index: TestApp['drover']['house']['index']) => boolean,
) {
  return eventually(() => isSo(app.drover.house.index));
}

type Console = Parameters<
  Parameters<NonNullable<TestApp['drover']['lab']>['faults']['changeByOthers']>[1]
>[0];

/** Somebody at the vendor's console. */
export function byOthers<T>(
  { drover }: TestApp,
  change: (console: Console) => T,
  on = 'lab-vc',
): T {
  if (!drover.lab) throw new Error('there is no lab');
  return drover.lab.faults.changeByOthers(on, change);
}

/** Somebody at the console of the lab's second platform, or of another, does it, and Drover knows. */
export function bringTo(app: TestApp, name: string, power: PowerState, on = 'lab-hv') {
  byOthers(app, (console) => console.setPower(name, power), on);
  return untilKnown(app, () => findVm(app, name).body.power === power);
}

function readConnection({ drover }: TestApp, id: string) {
  return drover.house.store.read(({ connections }) => connections.find(id));
}

/** Reads a connection whole once more, and waits for the end of it. */
export async function readAnew(app: TestApp, id: string): Promise<void> {
  const before = (await readConnection(app, id))?.syncedAt?.getTime();
  app.drover.house.resync(id);
  await eventually(async () => (await readConnection(app, id))?.syncedAt?.getTime() !== before);
}

export function untilOnHold(app: TestApp, id: string): Promise<void> {
  return eventually(async () => Boolean((await readConnection(app, id))?.holdCode));
}

export function untilFailing(app: TestApp, id: string): Promise<void> {
  return eventually(async () => Boolean((await readConnection(app, id))?.failingSince));
}

export type Envelope = Partial<
  Pick<Incoming, 'transport' | 'dedupeKey' | 'sentAt' | 'body'> & { readonly text: string }
>;

/** Takes a message in as its sender would, whatever it says of itself; false when it was there before. */
export async function receive(
  { drover }: TestApp,
  login: string,
  { text = '', ...envelope }: Envelope,
): Promise<boolean> {
  const person = await drover.conversation.findPerson(login);
  return drover.conversation.receive({
    ...{ transport: 'terminal', dedupeKey: randomUUID(), sentAt: new Date(), place: '' },
    ...{ body: { kind: 'text', text }, personId: person?.id ?? '' },
    ...envelope,
  });
}

/** The answer to the message with this key. */
export async function answerTo(app: TestApp, person: string, key: string): Promise<MessageView> {
  const find = async () => (await app.messages(person)).find(({ answers }) => answers === key);
  await eventually(async () => (await find()) !== undefined);
  return (await find()) as MessageView;
}

/** The facts of the audit events of one kind, newest first. */
export async function listFacts(
  app: TestApp,
  event: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const events = await app.audit(event);
  return events.map(({ facts }) => (facts ?? {}) as Readonly<Record<string, unknown>>);
}
