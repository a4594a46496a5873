/** A VM on a small platform, for plans that change its parts; words as the card has them. */

import { toNoteWords } from '#bot/cards/plan-blocks.ts';
import type { EstateObject, VmBody } from '#core/inventory/estate-object.ts';
import type { World } from '#core/operations/operation.ts';
import type { KnownMaintenance } from '#core/operations/read-vm-maintenance.ts';
import { PLACEMENT_RULES } from '#core/placement/stars.ts';
import type { Plan } from '#core/plan/plan.ts';
import type { Connection } from '#core/ports/connection.ts';
import type { Reservation } from '#core/ports/reservations.ts';
import { GIB, make, makeIndex } from '../estate-makers.ts';

export const VM_ID = 'id-of-vm-1';

const disk = (unit: number) => ({
  ...{ key: `${2000 + unit}`, label: `SCSI 0:${unit}`, sizeBytes: 40 * GIB },
  ...{ file: `[san] web/web_${unit}.vmdk`, inOwnFolder: true, shared: false, isRaw: false },
});

const BODY: Partial<VmBody> = {
  ...{ name: 'web', datastoreHandle: 'ds-san', snapshotCount: 0 },
  disks: [disk(0), disk(1)],
  nics: [
    {
      ...{ key: '4000', label: 'Network adapter 1' },
      ...{ networkHandle: 'net-1', networkName: 'office', connected: true },
    },
  ],
};

export interface PartsWish {
  readonly vm?: Partial<VmBody>;
  readonly own?: Partial<Pick<EstateObject<'vm'>, 'isTwin'>>;
  readonly datastore?: Partial<EstateObject<'datastore'>['body']>;
  readonly reservations?: readonly Partial<Reservation>[];
  readonly connection?: Partial<Connection>;
  readonly busy?: number;
  readonly exceptRequestId?: string;
  readonly maintenance?: KnownMaintenance;
  readonly isNeeded?: true;
  readonly closed?: readonly string[];
}

export function makePartsWorld(wish: PartsWish = {}): World {
  const { vm, own, datastore, reservations = [], connection, busy, exceptRequestId } = wish;
  const index = makeIndex([
    make('host', 'host-1', { body: { name: 'esx-1', networkHandles: ['net-1', 'net-2b'] } }),
    make('datastore', 'ds-san', { body: { name: 'SAN-A', ...datastore } }),
    make('network', 'net-1', { body: { name: 'office' } }),
    make('network', 'net-2a', { body: { name: 'DMZ', switchName: 'dvs-other' } }),
    make('network', 'net-2b', { body: { name: 'DMZ', switchName: 'dvs-own' } }),
    make('network', 'net-3', { body: { name: 'elsewhere' } }),
    make('vm', 'vm-1', { ...own, body: { ...BODY, ...vm } }),
  ]);
  const hardware = { nicSettings: [] };
  const opened = { id: 'vc', kind: 'vcenter', hardware, provisioning: {}, ...connection };
  return {
    ...{ index, rules: PLACEMENT_RULES, now: new Date(0), exceptRequestId },
    reservations: reservations as readonly Reservation[],
    connectionOf: () => ({ connection: opened as unknown as Connection, state: undefined }),
    busyWith: () => busy,
    ...{ goalOf: () => 'balance' as const, closedHostIds: new Set(wish.closed) },
    evacuationOf: () => 'drover',
    capacityOf: () => undefined,
    answerOf: () => undefined,
    purposesOf: () => (wish.isNeeded ? [{ what: 'database', name: 'db' } as never] : []),
    movedFrom: () => undefined,
    maintenanceOf: () => wish.maintenance,
    pacesOf: () => [],
  };
}

export const idOf = (handle: string) => `id-of-${handle}`;

export function codesOf({ blockers }: Plan): string[] {
  return blockers.map(({ code }) => code);
}

export function wordsOf({ blockers }: Plan): string[] {
  return blockers.map(toNoteWords);
}
