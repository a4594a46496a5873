/** Each configured group: whether it is there, and still the one that its name meant (H28). */
import { OperationError } from '#core/errors.ts';
import type { GroupPin } from '#core/ports/group-pins.ts';
import type { Disagreement } from '#core/rights/configured-group.ts';
import type { DirectoryExamination, ReadPinsOfConfig } from '../compose.ts';
import { listGroupNames } from '../config/group-names.ts';
import type { Config } from '../config.ts';
import { DOCTOR_WORDS } from '../words/en/doctor-words.ts';
import { ERROR_WORDS } from '../words/en/error-words.ts';
import type { Finding } from './doctor.ts';

type ExaminedGroup = DirectoryExamination['groups'][number];

export interface GroupQuestion {
  readonly config: Config;
  readonly groups: readonly ExaminedGroup[];
  readonly readPins: ReadPinsOfConfig;
}

export async function listGroupFindings(question: GroupQuestion): Promise<Finding[]> {
  const { config, groups, readPins } = question;
  const pins = await read(readPins);
  if (pins instanceof OperationError) {
    const words = ERROR_WORDS[pins.code](pins.facts);
    const fault = { isWell: false, text: DOCTOR_WORDS.pinsNotReadable(words) };
    return [fault, ...groups.map((group) => toFinding(group, undefined))];
  }
  const keys = Map.groupBy(listGroupNames(config), ({ name }) => name);
  return groups.map((group) => {
    const pin = pins.find(({ name }) => name === group.name) ?? null;
    const disagreement = pin && findDisagreement(group, pin);
    if (!disagreement) return toFinding(group, pin);
    const places = new Set(keys.get(group.name)?.map(({ key }) => key));
    return { isWell: false, text: DOCTOR_WORDS.disagreement(disagreement, [...places]) };
  });
}

async function read(readPins: ReadPinsOfConfig): Promise<readonly GroupPin[] | OperationError> {
  try {
    return await readPins();
  } catch (error) {
    if (error instanceof OperationError) return error;
    throw error;
  }
}

function toFinding(group: ExaminedGroup, pin: GroupPin | null | undefined): Finding {
  const isWell = group.state === 'found' && (group.unreadable?.length ?? 0) === 0;
  return { isWell, text: DOCTOR_WORDS.group(group, pin) };
}

const PARTED: Readonly<Partial<Record<ExaminedGroup['state'], Disagreement['code']>>> = {
  found: 'another_group',
  missing: 'no_group',
  ambiguous: 'group_ambiguous',
  distribution: 'group_not_security',
};

/** As it is judged at a start; what could not be looked at is not known. */
function findDisagreement(
  { name: written, state, groupId }: ExaminedGroup,
  { groupId: pinnedId }: GroupPin,
): Disagreement | undefined {
  const code = PARTED[state];
  if (!code || groupId === pinnedId) return undefined;
  return { written, pinnedId, pinnedName: null, nowId: groupId ?? null, code };
}
