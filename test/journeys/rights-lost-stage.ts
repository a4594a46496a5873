/** Carl empties a host of four VMs, one move after the other, each of which ends when the test says so. */
import { eventually, type TestApp } from '#test/helpers/open-test-app.ts';
import { type Alter, alterBy, createPeople, type People } from './alterations.ts';
import { deedsOf } from './look.ts';
import { alterKind, ask, names, openMoves, readCard, stepsOf } from './moves-stage.ts';

export interface Running extends AsyncDisposable {
  readonly app: TestApp;
  readonly people: People;
  /** Lets so many moves, that have begun or will, go on to their end. */
  letGo(moves: number): void;
  /** Resolves when so many have begun. */
  untilBegun(moves: number): Promise<void>;
}

const ON = { 'esx-01': names(4), 'esx-02': [] };
const config = (text: string) => `${text}\nlimits:\n  movesPerHost: 1\n`;
export const ALL = 4;

/** With `folder`, where another has ended: nothing is asked for anew. */
export async function openRunning(
  wish: { readonly alter?: Alter; readonly folder?: string; readonly people?: People } = {},
): Promise<Running> {
  const { alter = (parts) => parts, people = createPeople() } = wish;
  let [begun, letGo] = [0, 0];
  const hold = alterKind('move-vm-away', (kind) => ({
    ...kind,
    async act(...given) {
      begun += 1;
      const own = begun;
      await eventually(() => own <= letGo);
      return kind.act(...given);
    },
  }));
  const place = wish.folder ? { folder: wish.folder } : {};
  const app = await openMoves({
    on: ON,
    config,
    alter: alterBy(people.alter, hold, alter),
    ...place,
  });
  return {
    ...{ app, people },
    letGo(moves) {
      letGo += moves;
    },
    untilBegun: (moves) => eventually(() => begun >= moves),
    async [Symbol.asyncDispose]() {
      letGo = Number.POSITIVE_INFINITY;
      await app[Symbol.asyncDispose]();
    },
  };
}

/** The same, and the first of its moves is on its way. */
export async function openEvacuation(
  wish: Parameters<typeof openRunning>[0] = {},
): Promise<Running> {
  const running = await openRunning(wish);
  await ask(running.app, 'host maintenance enter esx-01');
  await running.untilBegun(1);
  return running;
}

export const movesOf = (app: TestApp) => deedsOf(app).filter((deed) => deed === 'move').length;

export async function countMoved(app: TestApp): Promise<number> {
  const steps = await stepsOf(app);
  return steps.filter(({ key, state }) => key.startsWith('move-') && state === 'done').length;
}

export function untilAsked(app: TestApp, person = 'bob'): Promise<void> {
  return eventually(async () => /needs an operator/.test(await readCard(app, 'J-1', person)));
}
