/** Which way the emptying of a host takes, and where on it a process is killed. */
import type { MessageView } from '#bot/conversation/conversation-port.ts';
import type { Click } from './people.ts';
import type { SeamOnWay } from './place.ts';
import { FROZEN } from './seams.ts';

export interface Way {
  /** What is said of the VM that cannot move; absent: nothing, and the job is cancelled over it. */
  readonly answer?: 'Save' | 'Leave';
  /** Cancelled when so many of a hundred moves are done. */
  readonly cancelledAt?: number;
}

export const WAYS: Readonly<Record<string, Way>> = {
  saved: { answer: 'Save' },
  left: { answer: 'Leave' },
  'cancelled at 0 %': { cancelledAt: 0 },
  'cancelled at 50 %': { cancelledAt: 50 },
  'cancelled at 100 %': { cancelledAt: 100 },
  /** The only one in which all may be over before. */
  'saved and cancelled': { answer: 'Save', cancelledAt: 50 },
};

/** Where a control dies: an order repeated on the host's mark would be taken for the same one. */
export const OWN_SEAMS = { look: 'acted#3' } as const;

/** Ann answers for the VM, and cancels, as soon as her card lets her. */
export function listClicks({ answer, cancelledAt }: Way, moves: number): readonly Click[] {
  const when = (view: MessageView) =>
    isRunning(view) && countMoved(view) >= Math.ceil((moves * (cancelledAt ?? 0)) / 100);
  return [
    ...(answer ? [{ person: 'ann', on: 'job', label: `${answer}: ` } as const] : []),
    ...(cancelledAt === undefined
      ? []
      : [{ person: 'ann', on: 'job', label: 'Cancel', when } as const]),
  ];
}

function isRunning({ card }: MessageView): boolean {
  return !/J-\d+ .*: starting/.test(card.summary);
}

/** `12 VMs moved` stands as a step of its own; few of them stand each by itself. */
function countMoved({ card }: MessageView): number {
  const lines = card.body.flatMap((block) => (block.block === 'steps' ? block.steps : []));
  const summed = lines.flatMap(({ text }) => /^(\d+) VMs? moved/.exec(text)?.[1] ?? []);
  const single = lines.filter(({ mark, text }) => mark === 'done' && text.startsWith('move '));
  return Number(summed[0] ?? single.length);
}

/** The way to the decision is the same for every job, and other beds kill on it. */
const OF_JOB = [
  'start_checked',
  'job_started',
  /** Of the host's mark, with which all begins. */
  ...['claimed', 'looked', 'sending', 'acted'],
  'before job_ended',
  'job_ended',
  FROZEN,
] as const;

const OF_MOVES = [
  /** The first move, of those that begin at once. */
  'claimed#3',
  /** Some orders are out, some are not. */
  ...['acted#3', 'acted#7'],
  ...['started', 'started#6', 'followed', 'verified#8', 'step_ended#6'],
  /** The last ones, when no other waits for its turn. */
  'acted#17',
  /** All moves are over, and the host's state is not settled. */
  'step_ended#19',
] as const;

/** Somebody's word on the VM that cannot move. */
const OF_ANSWER = ['asked', 'acknowledged#3', 'before answered', 'answered'] as const;

const OF_CANCEL = ['before cancelled', 'cancelled'] as const;

/** How far each way comes. */
export const EVACUATION_SEAMS: readonly SeamOnWay[] = [
  ...on([...OF_JOB, ...OF_MOVES, ...OF_ANSWER], 'saved'),
  ...on(['answered', 'before job_ended'], 'left'),
  ...['cancelled at 0 %', 'cancelled at 50 %', 'cancelled at 100 %'].flatMap((way) =>
    on([...OF_CANCEL, 'before job_ended', 'job_ended'], way),
  ),
  ...on(['before job_ended'], 'saved and cancelled'),
];

function on(seams: readonly string[], way: string): SeamOnWay[] {
  return seams.map((seam) => ({ seam, way }));
}
