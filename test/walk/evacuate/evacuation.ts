/**
 * A host with twenty VMs, from the request to the move back: Ann asks in Slack, Bob agrees in Teams, others act at the
 * vendor's console and hosts die; at each stage what the cards say is held against what the platform shows.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Outcome } from '../outcome.ts';
import { print, type SeenCard } from './chat.ts';
import { openCompany, type People, type TeamsBy } from './company.ts';
import {
  countMovedByCard,
  countMovesByCard,
  countStillThere,
  createJudge,
  findUnknownByCard,
  findVm,
  type Judge,
  listLeftByCard,
  listMovesByCard,
  listRunningOn,
  readEnd,
  toFates,
} from './judge.ts';
import { openAlbum, type TakePicture } from './pictures.ts';
import { type Cast, ROLES, type Site } from './site.ts';

export interface EvacuationOptions {
  readonly teamsBy: TeamsBy;
  /** Pictures go there. */
  readonly folder?: string | undefined;
}

const ENDS = 'done|incomplete|failed|cancelled';

/** What the parts of the story share. */
interface Scene {
  readonly site: Site;
  readonly people: People;
  readonly judge: Judge;
  readonly picture: TakePicture;
}

export async function walkEvacuation(site: Site, options: EvacuationOptions): Promise<Outcome> {
  await using company = await openCompany(options.teamsBy);
  await using album = await openAlbum(options.folder);
  await using drover = await site.start(company.config, company.env);
  note(`by others than Drover: ${site.events.join('; ')}\n`);
  const people = await company.arrive(drover.url);
  const judge = await createJudge(site, note);
  const scene = { site, people, judge, picture: album.take };
  const cast = await emptyHost(scene);
  if (site.lands) await emptyRest(scene);
  await moveBack(scene, cast);
  const open = await untilClosed(people);
  const teams = options.teamsBy === 'playground' ? 'the Agents Playground' : 'Teams';
  const where = `a host of ${site.where}, emptied by Slack and ${teams}`;
  return { where, differences: [...judge.differences, ...open] };
}

/** Where somebody’s move onto the host came there, the job ends incomplete. */
async function emptyHost(scene: Scene): Promise<Cast> {
  const { site, people, judge, picture } = scene;
  const { ann, bob } = people;
  note(`somebody at the vendor’s console begins to move ${ROLES.coming} to ${site.host}`);
  await site.begin();
  const asked = await ask(scene, `host maintenance enter ${site.host} --reason "new memory"`, 1);
  await picture(asked, 'request');
  const plan = await see(asked.open(), bob.who);
  await judge.hold('the request', (standing) => ({
    'who moves': [
      [...listMovesByCard(plan).keys()],
      listRunningOn(standing, site.host).filter((name) => name !== ROLES.pinned),
    ],
    'how many': [countMovesByCard(asked), listMovesByCard(plan).size],
    'who cannot': [true, asked.text.includes(`${ROLES.pinned} cannot move: a device`)],
    mark: ['none', standing.mark],
  }));
  const cast = chooseCast(plan, findVm(await site.read(), ROLES.coming).host);
  await site.arm(cast);
  await click(scene, 'bob', asked, 'Approve');
  note(
    `${cast.doomed} dies while ${cast.follower} is on its way there; somebody takes ${ROLES.taken} away`,
  );
  const takenTo = await site.strike(cast);
  await speakForPinned(scene);
  await answerQuestion(scene, cast);
  if (site.leavesUnknown) await speakForUnknown(scene);
  const end = await see(ann.see(new RegExp(`J-1 · (${ENDS})`)), ann.who);
  await picture(end, 'end');
  await bob.see(/R-1 · approved/);
  await judge.hold('the end of J-1', (standing) => ({
    'how it ends': [site.lands ? 'incomplete' : 'done, with a warning', readEnd(end, 'J-1')],
    [ROLES.coming]: [site.lands, findVm(standing, ROLES.coming).host === site.host],
    'who still runs there': [listLeftByCard(end), listRunningOn(standing, site.host)],
    'how many moved': [
      countMovedByCard(end),
      listMovesByCard(plan).size - countStillThere(standing, plan, site.host),
    ],
    [ROLES.taken]: [takenTo, findVm(standing, ROLES.taken).host],
    ...toFates(end, standing, { site, cast }),
    'takes no new VMs': [true, standing.mark !== 'none'],
  }));
  return cast;
}

/** The first that move; the host that dies is none from which somebody moves anything. */
function chooseCast(plan: SeenCard, except: string): Cast {
  const special: readonly string[] = Object.values(ROLES);
  const moves = [...listMovesByCard(plan)].filter(([name]) => !special.includes(name));
  const [follower, doomed] = moves.find(([, to]) => to !== except) ?? [];
  const [asker, goesOff] = moves.flatMap(([name, to]) => (to === doomed ? [] : [name]));
  if (!(follower && doomed && asker && goesOff)) throw new Error('the plan moves too few');
  return { follower, doomed, asker, goesOff };
}

async function speakForPinned(scene: Scene): Promise<void> {
  const { people, judge, picture, site } = scene;
  const label = `Shut down: ${ROLES.pinned}`;
  const asking = new RegExp(`VMs moved.*\\[${label}\\]`);
  const card = await see(people.ann.see(asking), people.ann.who);
  await picture(card, 'asking');
  await judge.hold('the middle', (standing) => ({
    'nothing is stopped by itself': ['on', findVm(standing, ROLES.pinned).power],
    'the host is marked first': [true, standing.mark !== 'none'],
  }));
  await click(scene, 'ann', card, label);
  note(`the move of ${ROLES.coming} to ${site.host} is over`);
  await site.land();
}

async function answerQuestion({ people, site, judge, picture }: Scene, cast: Cast): Promise<void> {
  if (!site.canAsk) return;
  const { ann } = people;
  const asking = new RegExp(`move ${cast.asker} to \\S+: waits, for its platform asks`);
  const card = await see(ann.see(asking), ann.who);
  await picture(card, 'question');
  await judge.hold('the question', (standing) => ({
    'nothing answers it by itself': [site.host, findVm(standing, cast.asker).host],
  }));
  note(`somebody at the vendor’s console answers what ${cast.asker} asks`);
  await site.answer(cast);
}

/** As an operator, who looks at the vendor's console and says what is seen there; a button alone does not name its VM. */
async function speakForUnknown(scene: Scene): Promise<void> {
  const { people, judge, site } = scene;
  const { ann } = people;
  const next = new RegExp(`J-1 · (${ENDS})|\\[It did not happen`);
  for (let seen = await ann.see(next); ; seen = await ann.see(next)) {
    const button = seen.lines.find((line) => line.startsWith('[It did not happen'));
    if (button === undefined) return;
    note(`${ann.who}:\n${print(seen)}\n`);
    const label = button.slice(1, -1);
    const [, name = findUnknownByCard(seen)] = label.split(': ');
    await judge.hold(`the unknown move of ${name}`, (standing) => ({
      'where it stands': [site.host, findVm(standing, name).host],
    }));
    await click(scene, 'ann', seen, label);
    await ann.see(new RegExp(`^(?!.*\\[${label}\\]).*J-1 · `));
  }
}

/** Of a platform that tells nothing by itself Drover knows only at its next reading who came: else the host is called empty. */
async function untilKnown({ people: { ann }, site }: Scene): Promise<void> {
  note(`${ann.who}, asks where ${ROLES.coming} is until Drover knows`);
  for (let tries = 0; tries < 30; tries += 1) {
    await ann.say(`vm show ${ROLES.coming}`);
    await pause(2000);
    const newest = (await ann.readAll()).at(-1)?.text ?? '';
    if (newest.includes(ROLES.coming) && newest.includes(site.host)) return;
  }
  throw new Error(`Drover does not come to know that ${ROLES.coming} is on ${site.host}`);
}

/** Asked for again, since one VM runs there: now the host comes into maintenance. */
async function emptyRest(scene: Scene): Promise<void> {
  const { site, judge, people } = scene;
  await untilKnown(scene);
  const asked = await ask(scene, `host maintenance enter ${site.host} --reason "the rest"`, 2);
  await click(scene, 'bob', asked, 'Approve');
  const end = await see(people.ann.see(new RegExp(`J-2 · (${ENDS})`)), people.ann.who);
  await scene.picture(end, 'in-maintenance');
  await judge.hold('the end of J-2', (standing) => ({
    // With a warning where Drover did not know yet which host had died.
    'how it ends': [true, readEnd(end, 'J-2').startsWith('done')],
    'who still runs there': [[], listRunningOn(standing, site.host)],
    mark: ['in', standing.mark],
  }));
}

async function moveBack(scene: Scene, cast: Cast): Promise<void> {
  const { site, judge, people } = scene;
  const number = site.lands ? 3 : 2;
  const job = `J-${number}`;
  const asked = await ask(scene, `host maintenance exit ${site.host} --move-back`, number);
  const plan = await asked.open();
  await click(scene, 'bob', asked, 'Approve');
  const end = await see(people.ann.see(new RegExp(`${job} · (${ENDS})`)), people.ann.who);
  await scene.picture(end, 'moved-back');
  await judge.hold(`the end of ${job}`, (standing) => ({
    'how it ends': ['done', readEnd(end, job)],
    'somebody comes back': [true, listMovesByCard(plan).size > 0],
    'who came back': [[...listMovesByCard(plan).keys()], listRunningOn(standing, site.host)],
    'who stays off': ['off', findVm(standing, cast.goesOff).power],
    mark: ['none', standing.mark],
  }));
}

/** Ann says it; what Bob has then. */
async function ask({ people }: Scene, line: string, number: number): Promise<SeenCard> {
  const { ann, bob } = people;
  note(`${ann.who}: ${line}`);
  await ann.say(line);
  await see(ann.see(new RegExp(`R-${number} `)), ann.who);
  return see(bob.see(new RegExp(`R-${number} .*\\[?Approve`)), bob.who);
}

async function see(seen: Promise<SeenCard>, who: string): Promise<SeenCard> {
  const card = await seen;
  note(`${who}:\n${print(card)}\n`);
  return card;
}

async function click(
  { people }: Scene,
  person: keyof People,
  card: SeenCard,
  label: string,
): Promise<void> {
  note(`${people[person].who}, clicks ${label}\n`);
  await card.click(label);
}

/** Cards that still ask for something although everything is over: an edit may come late, and does come. */
async function untilClosed(people: People): Promise<string[]> {
  let open = await listOpen(people);
  for (let tries = 0; open.length > 0 && tries < 60; tries += 1) {
    await pause(500);
    open = await listOpen(people);
  }
  return open;
}

async function listOpen({ ann, bob }: People): Promise<string[]> {
  const cards = [...(await ann.readAll()), ...(await bob.readAll())];
  const open = cards.filter(
    ({ lines }) => lines.includes('[Approve]') || lines.includes('Approve'),
  );
  return open.map(({ lines }) => `a card still asks to agree: ${lines[0]}`);
}

function note(text: string): void {
  process.stdout.write(`── ${text}\n`);
}
