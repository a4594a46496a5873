/**
 * The lab as a twin of observed objects: its platforms stand only in memory, and hold what was observed under the same
 * handles. What the lab does not cover (`simulator.ts`), a rehearsal does not show either.
 */
import { randomUUID } from 'node:crypto';
import type { Observed } from '#core/inventory/estate-object.ts';
import type { Twin, TwinEstate, TwinWish } from '#core/ports/twin.ts';
import { createJumpClock } from './jump-clock.ts';
import { createLab } from './simulator.ts';
import type { NewPlatform } from './world.ts';
import type { LabObject } from './world-object.ts';

export function openTwin({ estates, durationOf }: TwinWish): Twin {
  const clock = createJumpClock();
  const lab = createLab({
    ...{ file: ':memory:', speed: 1, clock, isQuiet: true },
    platforms: estates.map(toPlatform),
    durationOf: (stepToken) => durationOf(stepToken),
  });
  return {
    connections: new Map(lab.connections.map((connection) => [connection.id, connection])),
    clock,
    jump: () => clock.jump(),
    close: () => lab.close(),
  };
}

function toPlatform({ id, kind, objects }: TwinEstate): NewPlatform {
  const product = `a twin of ${id}`;
  return {
    platform: { id, kind, product, identity: randomUUID(), epoch: 1 },
    objects: objects.map(toLabObject),
  };
}

/** Whether tools are installed in a VM that is off nobody has seen: that it shuts down when asked is assumed. */
function toLabObject(observed: Observed): LabObject {
  if (observed.kind !== 'vm') return observed;
  const { power, guestTools } = observed.body;
  return { ...observed, inside: { hasTools: power !== 'on' || guestTools === 'running' } };
}
