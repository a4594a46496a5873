/**
 * What stands in the ids of a drawn card, and what a click on it says.
 *
 * An `action_id` says only what happens at the click: it is done, or asks first. Which action it is stands in the
 * button's value: an opaque id, looked up and authorized anew.
 */
export const clickKinds = ['do', 'ask', 'details'] as const;
export type ClickKind = (typeof clickKinds)[number];

const prefix = 'drover';

export function toActionId(kind: ClickKind, at: number): string {
  return `${prefix}.${kind}.${at}`;
}

/** Undefined for what Drover did not draw. */
export function readActionId(actionId: string): ClickKind | undefined {
  const [name, kind, at] = actionId.split('.');
  if (name !== prefix || !/^\d{1,3}$/.test(at ?? '')) return undefined;
  return clickKinds.find((known) => known === kind);
}

export const formCallbackId = `${prefix}.form`;
export const searchActionId = `${prefix}.search`;
export const valueActionId = `${prefix}.value`;
export const ticksActionId = `${prefix}.ticks`;

/** Each input has a block of its own, even where two share a name. */
export function toInputBlockId(at: number, name: string): string {
  return `${prefix}.input.${at}.${name}`;
}

export function readInputName(blockId: string): string | undefined {
  return /^drover\.input\.\d+\.(.+)$/s.exec(blockId)?.[1];
}
