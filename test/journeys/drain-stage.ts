/** A lab whose platform empties its hosts by itself, followed every few milliseconds. */
import type { Parts } from '#bot/drover.ts';
import { createDrainHost } from '#core/steps/drain-host.ts';
import { createFailBackHost } from '#core/steps/fail-back-host.ts';
import type { TestApp } from '#test/helpers/open-test-app.ts';
import { type Alter, alterBy } from './alterations.ts';
import { type MovesWish, names, openMoves } from './moves-stage.ts';

export const ON = { 'esx-01': names(5), 'esx-02': ['web-01'], 'esx-03': [] };

/** It gives up on a platform that has moved nothing for half a second. */
const PATIENCE = { everyMs: 25, stillMs: 500, limitMs: 60_000 };

export const watchClosely: Alter = (parts: Parts) => ({
  ...parts,
  listStepKinds: (world, clock) =>
    parts.listStepKinds(world, clock).map((kind) => {
      if (kind.name === 'drain-host') return createDrainHost(world, clock, PATIENCE);
      if (kind.name === 'fail-back-host') return createFailBackHost(world, clock, PATIENCE);
      return kind;
    }),
});

export const evacuateBy =
  (way: 'drover' | 'platform', more = '') =>
  (text: string): string =>
    `${text}\nplacement:\n  evacuate: ${way}\n${more}`;

export type DrainWish = Partial<MovesWish>;

/** On a vCenter with DRS fully automated, or where `kind` says so on a failover cluster. */
export function openDrain({ alter, config, ...wish }: DrainWish = {}): Promise<TestApp> {
  return openMoves({
    ...{ on: ON, automation: 'full', ...wish },
    config: (text) => (config ?? evacuateBy('platform'))(text),
    alter: alter ? alterBy(watchClosely, alter) : watchClosely,
  });
}
