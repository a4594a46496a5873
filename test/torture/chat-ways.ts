/** Which way a job takes through the chats, and where on it a process is killed. */
import type { SlackMode } from '#test/helpers/peers/slack.ts';
import type { SeamOnWay } from './place.ts';
import { FROZEN, SEAMS } from './seams.ts';

export interface Way {
  readonly asks: 'slack' | 'teams';
  readonly agrees: 'slack' | 'teams';
  /** How what is said in Slack reaches Drover. */
  readonly mode: SlackMode;
}

export const WAYS: Readonly<Record<string, Way>> = {
  'Slack (socket) to Teams': { asks: 'slack', agrees: 'teams', mode: 'socket' },
  'Teams to Slack (http)': { asks: 'teams', agrees: 'slack', mode: 'http' },
  'Slack (http) to Teams': { asks: 'slack', agrees: 'teams', mode: 'http' },
  'Teams to Slack (socket)': { asks: 'teams', agrees: 'slack', mode: 'socket' },
};

export const WAY_NAMES = Object.keys(WAYS);
const [SOCKET_ASK, HTTP_CLICK, HTTP_ASK, SOCKET_CLICK] = WAY_NAMES;
const TEAMS_ASK = HTTP_CLICK;
const TEAMS_CLICK = SOCKET_ASK;

/** Between receive and acknowledgement, and between that and handling: each chat, each way in. */
const TAKING: readonly SeamOnWay[] = [
  /** It reached Drover, and no row is committed: the chat delivers again, or the person clicks again. */
  ...['before received'].flatMap((seam) => on(seam, SOCKET_ASK, TEAMS_ASK)),
  ...['received'].flatMap((seam) => on(seam, HTTP_ASK, TEAMS_ASK)),
  ...['acknowledged#1'].flatMap((seam) => on(seam, SOCKET_ASK, TEAMS_ASK)),
  ...['before received#2', 'received#2'].flatMap((seam) =>
    on(seam, TEAMS_CLICK, HTTP_CLICK, SOCKET_CLICK),
  ),
  ...['acknowledged#2'].flatMap((seam) => on(seam, TEAMS_CLICK, HTTP_CLICK)),
];

/** Between sending and recording. */
const TELLING: readonly SeamOnWay[] = ['slack', 'teams'].flatMap((chat) => {
  const own = chat === 'slack' ? HTTP_ASK : TEAMS_ASK;
  return [
    /** The note is committed and nothing was sent. */
    ...on(`noted ${chat}`, own),
    /** The chat has it, and its answer never comes. */
    ...on(`sent ${chat}`, own),
    /** The answer came, and is not recorded. */
    ...on(`before posted ${chat}`, own),
    /** The same of the job's card, which is at work then. */
    ...on(`before posted ${chat}#3`, own),
    /** Everything is recorded. */
    ...on(`posted ${chat}`, own),
    /** An edit was accepted and is not recorded. */
    ...on(`before edited ${chat}`, own),
  ];
});

const TOLD: ReadonlySet<string> = new Set(TAKING.map(({ seam }) => seam).concat('before told'));

/** All that lies between, which knows nothing of chats: each way in turn. */
const BETWEEN: readonly SeamOnWay[] = [...SEAMS, FROZEN]
  .filter((seam) => !TOLD.has(seam))
  .map((seam, at) => ({ seam, way: WAY_NAMES[at % WAY_NAMES.length] }));

export const CHAT_SEAMS: readonly SeamOnWay[] = [...TAKING, ...TELLING, ...BETWEEN];

function on(seam: string, ...ways: readonly (string | undefined)[]): SeamOnWay[] {
  return ways.map((way) => ({ seam, way }));
}
