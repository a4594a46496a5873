/** Something that was noticed on a platform: what, since when, what it means for VMs, and what to type next. */
import type { Noticed, NoticedVms } from '#core/ports/noticed.ts';
import { quoteWord } from '../grammar/quote.ts';
import { NOTICED_WORDS, NOTICED_TEXTS as TEXTS } from '../words/en/noticed-words.ts';
import { toDuration, toTime } from '../words/units.ts';
import type { Block } from './card.ts';
import type { Draft } from './draft.ts';
import { runButton } from './refusal-card.ts';

export const VMS_SHOWN = 5;

export interface NoticedFacts {
  readonly noticed: Noticed;
  readonly vms: NoticedVms;
  readonly now: Date;
  readonly timeZone: string;
  /** Drawn for one person, who clicks what others type. */
  readonly hasButtons: boolean;
}

/** As `core/noticed` writes them, each where its code has it. */
interface Facts {
  readonly name: string;
  readonly platformState?: string;
  readonly cluster?: string;
  readonly ran?: number;
  readonly freeBytes?: number;
  readonly capacityBytes?: number;
  readonly limit?: number;
  readonly cleared?: number;
  readonly hosts?: readonly { readonly hostName: string; readonly reasons: readonly string[] }[];
}

export function noticedCard(given: NoticedFacts): Draft {
  const { noticed, now, timeZone, hasButtons } = given;
  const { since, endedAt } = noticed;
  const facts = noticed.facts as unknown as Facts;
  const title = toTitle(noticed, facts);
  const lines = listNext(noticed, facts);
  const [first, ...rest] = toWords(given, facts);
  return {
    ...{ title, summary: [title, ...(first ? [first] : [])].join('; ') },
    state: endedAt
      ? TEXTS.ended(toTime(endedAt, now, timeZone))
      : TEXTS.since(toTime(since, now, timeZone)),
    tone: toTone(noticed),
    body: [
      ...[...(first ? [first] : []), ...rest].map((text): Block => ({ block: 'text', text })),
      ...toTimes(given).map((text): Block => ({ block: 'text', text, weight: 'quiet' })),
      ...(hasButtons || lines.length === 0 ? [] : toNextBlocks(lines)),
    ],
    actions: hasButtons ? lines.map((line) => runButton(line)) : [],
  };
}

/** Everybody reads it there, so they are typed. */
function toNextBlocks(lines: readonly string[]): Block[] {
  return [
    { block: 'text', text: TEXTS.next, weight: 'quiet' },
    { block: 'code', text: lines.join('\n') },
  ];
}

function toTitle({ code, connectionId, endCode }: Noticed, { name }: Facts): string {
  const kind = code === 'host_down' ? 'Host' : 'Datastore';
  if (endCode === 'gone') return TEXTS.gone(kind, name, connectionId);
  return endCode ? NOTICED_WORDS[code].over(name) : NOTICED_WORDS[code].open(name);
}

function toTone({ code, endCode }: Noticed): Draft['tone'] {
  if (endCode) return endCode === 'gone' ? 'neutral' : 'good';
  return code === 'host_down' ? 'bad' : 'warning';
}

function toWords({ noticed, vms }: NoticedFacts, facts: Facts): string[] {
  const place = [noticed.connectionId, ...(facts.cluster ? [facts.cluster] : [])];
  const isOpen = noticed.endedAt === null;
  if (noticed.code === 'host_down') {
    const word = isOpen && facts.platformState ? [TEXTS.platform(facts.platformState)] : [];
    const ran = facts.ran === undefined ? [] : [TEXTS.ran(facts.ran)];
    return [...ran, ...toVmWords(vms), [...place, ...word].join(' · ')];
  }
  if (noticed.code === 'datastore_nearly_full') {
    const { freeBytes = 0, capacityBytes = 0, limit = 0, cleared = 0 } = facts;
    const space = [TEXTS.free(freeBytes, capacityBytes), place.join(' · ')];
    return isOpen ? [...space, TEXTS.limit(limit, cleared), TEXTS.moveAway] : space;
  }
  const hosts = (facts.hosts ?? []).map(({ hostName, reasons }) =>
    TEXTS.redirected(hostName, reasons),
  );
  return [...hosts, place.join(' · '), ...(isOpen ? [TEXTS.slow] : [])];
}

/** `5 VMs that stood on it run on other hosts now: web-01 on esx-02, web-02 on esx-03 and 3 more`. */
function toVmWords({ running, moved, first }: NoticedVms): string[] {
  const names = first.map(({ name, hostName }) => TEXTS.onHost(name, hostName)).join(', ');
  const more = running > first.length ? ` ${TEXTS.more(running - first.length)}` : '';
  return [
    ...(running === 0 ? [] : [`${TEXTS.runElsewhere(running)}: ${names}${more}`]),
    ...(moved === 0 ? [] : [TEXTS.moved(moved)]),
  ];
}

function toTimes({ noticed, now, timeZone }: NoticedFacts): string[] {
  const { since, endedAt, times, toldAt } = noticed;
  const time = (at: Date) => toTime(at, now, timeZone);
  const lasted = endedAt && [
    TEXTS.lasted(time(since), time(endedAt), toDuration(endedAt.getTime() - since.getTime())),
  ];
  return [...(lasted ?? []), ...(times > 1 ? [TEXTS.again({ times, told: time(toldAt) })] : [])];
}

/** Commands that change nothing by themselves: what is wise is for people to say. */
function listNext({ code, connectionId, endCode }: Noticed, { name, cluster }: Facts): string[] {
  if (endCode === 'gone') return [];
  const at = `--connection ${quoteWord(connectionId)}`;
  if (code === 'host_down') {
    const among = cluster ? `--cluster ${quoteWord(cluster)} ` : '';
    return [`vm list --host ${quoteWord(name)} ${at}`, `host list ${among}${at}`];
  }
  if (endCode) return [`datastore list ${at}`];
  return [`datastore list ${at}`, ...(code === 'io_redirected' ? [`host list ${at}`] : [])];
}
