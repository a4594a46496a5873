/** One sentence an error code: the thing, what happened, and the way on where there is one. */
import type { ErrorCode, Facts } from '#core/errors.ts';
import { quoteWord } from '../../grammar/quote.ts';
import { lineOf } from '../line-of.ts';
import { sizeOf, textOf, toSize } from '../units.ts';
import { toPurposeWordsOf } from './own-vm-words.ts';
import { toInUseWords, toUnfitWords } from './storage-words.ts';

export const ERROR_WORDS: Readonly<Record<ErrorCode, (facts: Facts) => string>> = {
  not_reachable: (f) => `${textOf(f, 'connection', 'The platform')} is not reachable${because(f)}.`,
  certificate_not_trusted: (f) =>
    `The certificate of ${textOf(f, 'connection', 'the platform')} is not trusted${because(f)}. Check its CA file (or its thumbprint, where it has one) in drover.yaml.`,
  login_refused: (f) =>
    `${textOf(f, 'connection', 'The platform')} refused the login of Drover's account${because(f)}. Check what drover.yaml gives it to log in with.`,
  session_lost: (f) => `The session with ${textOf(f, 'connection', 'the platform')} was lost.`,
  no_answer: (f) =>
    `${textOf(f, 'connection', 'The platform')} did not answer after the order went out.`,
  answer_not_understood: (f) =>
    `${textOf(f, 'connection', 'The platform')} answered something that could not be read${because(f)}.`,
  time_limit_reached: () =>
    'The platform did not finish within the time limit of this step; it is followed until it does.',
  connection_on_hold: (f) =>
    `${textOf(f, 'connection', 'The connection')} is on hold; nothing is changed until an administrator accepts it: connection show ${textOf(f, 'connection', '')}`,
  connection_unknown: (f) =>
    `${textOf(f, 'connection', 'The connection')} does not answer now; nothing can be changed until it does.`,
  not_found: (f) =>
    `${textOf(f, 'vm', 'The object')} is no more where it stood, says its platform.`,
  not_the_vm_approved: (f) =>
    `Under that handle stands another VM than the one that was approved${f.vm ? ` (${textOf(f, 'vm')})` : ''}; nothing was done.`,
  object_unreadable: (f) =>
    `${textOf(f, 'vm', 'The object')} cannot be read on its platform${because(f)}.`,
  identity_twice: (f) =>
    `Two VMs show the identity of ${textOf(f, 'vm')}; an administrator says which is which: ${lineOf('vm identify', f)}`,
  state_unknown: (f) =>
    `The state of ${textOf(f, 'vm', 'the VM')} is not known; nothing is changed.`,
  is_replica: (f) => `${textOf(f, 'vm', 'It')} is a replica of a VM; VM commands do not change it.`,
  name_taken: (f) =>
    `The name ${textOf(f, 'name', '')} is taken in that folder.`.replace('  ', ' '),
  not_enough_space: (f) =>
    `${textOf(f, 'datastore', 'The datastore')} has not enough space${because(f)}.`,
  not_enough_memory: (f) => `${textOf(f, 'host', 'The host')} has not enough memory${because(f)}.`,
  wrong_power_state: (f) =>
    `The platform does not do that while ${textOf(f, 'vm', 'the VM')} is ${textOf(f, 'state', 'in this power state')}.`,
  guest_tools_missing: (f) =>
    `The guest of ${textOf(f, 'vm', 'the VM')} cannot be asked: its guest tools do not run. ${lineOf('vm stop', f)} powers it off.`,
  guest_did_not_shut_down: (f) =>
    `The guest of ${textOf(f, 'vm', 'the VM')} was asked to shut down and did not. ${lineOf('vm stop', f)} powers it off.`,
  another_task_runs: (f) =>
    f.status === undefined
      ? `Another task runs on ${textOf(f, 'vm', 'it')}, says the platform.`
      : `The platform is still at work on ${textOf(f, 'vm', 'it')} (${textOf(f, 'status')}); try again when that is over.`,
  host_unavailable: (f) => `${textOf(f, 'host', 'The host')} does not take it now${because(f)}.`,
  datastore_unavailable: (f) =>
    `${textOf(f, 'datastore', 'The datastore')} is not available${because(f)}.`,
  network_unavailable: (f) =>
    `${textOf(f, 'network', 'The network')} is not available on that host.`,
  template_unusable: (f) => `${textOf(f, 'template', 'The template')} cannot be used${because(f)}.`,
  disk_unusable: (f) => `A disk cannot be used so${because(f)}.`,
  parts_changed: (f) => toPartsChangedWords(f),
  nic_changed: (f) =>
    `${textOf(f, 'nic', 'The adapter')} of ${textOf(f, 'vm', 'the VM')} is on ${textOf(f, 'network', 'no network')} now, where somebody else has put it; it was left so.`,
  not_permitted_on_platform: (f) =>
    `Drover's account lacks a right on ${textOf(f, 'connection', 'the platform')}${because(f)}.`,
  not_supported: (f) => `${textOf(f, 'connection', 'The platform')} cannot do that.`,
  request_invalid: (f) => `The platform refused the order as invalid${because(f)}.`,
  cancelled_on_platform: () => 'The task was cancelled on the platform.',
  platform_refused: (f) => `The platform refused${because(f)}.`,
  rehearsal_failed: (f) =>
    `The plan could not be rehearsed: ${toUnrehearsed(f)}. Nothing was done; leave --rehearse out to ask without it.`,
  no_other_host: (f) =>
    `No other host inside what was agreed can take ${textOf(f, 'vm', 'it')} now.`,
  guest_went_off: toWentOffWords,
  two_copies: toTwoCopiesWords,
  moved_elsewhere: (f) =>
    `${textOf(f, 'vm', 'The VM')} stands on ${textOf(f, 'host', 'another host')}, where somebody else has put it.`,
  maintenance_incomplete: (f) =>
    `${textOf(f, 'host', 'The host')} is not empty; still running on it: ${textOf(f, 'left', 'VMs')}. ${f.isUnmarked ? 'Its platform shows no mark on it, and may place VMs there again' : 'It takes no new VMs'}, and nothing was stopped without somebody’s word.`,
  maintenance_taken_back: (f) =>
    `${textOf(f, 'host', 'The host')} takes VMs again; what was moved away stays where it is.`,
  maintenance_reached: (f) =>
    `${textOf(f, 'host', 'The host')} is in maintenance and nothing runs on it: that was over before the cancel. To let VMs come to it again: host maintenance exit ${quoteWord(textOf(f, 'host', 'host'))}`,
  maintenance_mark_stays: (f) =>
    `${textOf(f, 'host', 'The host')} still takes no VMs: its platform did not take the mark away. Try it once more: host maintenance exit ${quoteWord(textOf(f, 'host', 'host'))}`,
  maintenance_left_changed: (f) =>
    `Its maintenance is over; what others have changed meanwhile was left so: ${textOf(f, 'left')}.`,
  drain_left_some: (f) =>
    `Its platform has not moved ${textOf(f, 'left', 'some VMs')}; Drover goes on with them.`,
  not_all_came_back: (f) =>
    `${textOf(f, 'host', 'The host')} takes VMs again; its platform has not moved back ${textOf(f, 'left', 'some VMs')}.`,
  consent_needed: (f) =>
    f.what
      ? `Drover itself needs ${textOf(f, 'vm', 'the VM')}: ${toPurposeWordsOf(f)}. It moves when all others have, if somebody agrees to that.`
      : `${textOf(f, 'vm', 'The VM')} cannot be moved; somebody has to say what becomes of it.`,
  effect_without_success: (f) =>
    `The platform said it failed${because(f)}, and the result is there as wished.`,
  success_without_effect: (f) =>
    `The platform said done, and the result is not as wished${because(f)}.`,
  outcome_unknown: () => 'Whether it happened is not known; an operator has to look and say.',
  answer_lost: () => 'The answer was lost on the way; the result was looked at and is as wished.',
  did_not_happen: (f) =>
    `The platform shows no trace of it${because(f)}. It did not happen, or is gone again; give the command again if it is still wanted.`,
  said_by_operator: () => 'An operator looked and said so.',
  requester_lost_account: (f) =>
    `The account of ${textOf(f, 'person', 'the requester')} is ${textOf(f, 'state', 'not active')}.`,
  requester_lost_right: (f) =>
    `${textOf(f, 'person', 'The requester')} no longer has the right ${textOf(f, 'right', 'for it')}.`,
  requester_lost_role: (f) =>
    `${textOf(f, 'person', 'The requester')} has the right ${textOf(f, 'right', 'for it')} by the role ${textOf(f, 'role', 'of its group')}, which grants nothing now: the group ${textOf(f, 'written', 'it names')} was ${textOf(f, 'pinnedId', 'another')} when its name was first read, and the name is ${textOf(f, 'now', 'another')} now.`,
  made_by_older_version: () =>
    'This was made by an older version of Drover and cannot go on; give the command again.',
  cancelled: () => 'Cancelled.',
  directory_not_reachable: () =>
    'The directory does not answer, so nobody can be given a right now. Try again when it does.',
  domain_not_served: (f) =>
    `The directory’s servers have nothing under ${textOf(f, 'baseDn', 'the base')}, so nobody can be given a right. Set directory.baseDn to their domain; drover doctor shows it.`,
  account_not_readable: (f) =>
    `${textOf(f, 'account', 'The account')} cannot be judged: Drover's account may not read ${textOf(f, 'missing', 'all of it')}. On hardened domains it has to be in Windows Authorization Access Group.`,
  account_ambiguous: (f) =>
    `Several accounts are called ${textOf(f, 'login', 'that')}. Give the full name with its domain (ann@corp.example).`,
  group_ambiguous: (f) =>
    `Several groups are called ${textOf(f, 'group', 'that')}: ${textOf(f, 'found', '')}. Give its SID instead.`,
  group_not_security: (f) =>
    `${textOf(f, 'group', 'The group')} is a distribution group, which gives no rights. Name a security group.`,
  group_not_readable: (f) =>
    `The members of ${textOf(f, 'group', 'a group')} cannot be read${because(f)}. Drover's account needs the right to read them.`,
  called_inside_transaction: () => 'A fault inside Drover; its log says more.',
  storage_full: (f) =>
    `Drover's disk is full${because(f)}; nothing new is taken until there is room.`,
  storage_in_use: toInUseWords,
  storage_unfit: toUnfitWords,
  unexpected: () => 'A fault inside Drover; its log says more.',
};

/** Off, and whole: where, and how it comes up again. */
function toWentOffWords(f: Facts): string {
  const vm = textOf(f, 'vm', 'the VM');
  const where = f.host ? `, on ${textOf(f, 'host')}` : '';
  const went = `The guest of ${vm} went off meanwhile; it was running when the plan was made. It is whole${where}`;
  if (f.isHostClosed)
    return `${went}, which takes no VMs now. Move it, and start it then: ${lineOf('vm migrate', f)}`;
  return `${went}. To start it: ${lineOf('vm start', f)}`;
}

/** H15: exactly one is called the VM, and only where that is proven. */
function toTwoCopiesWords(f: Facts): string {
  const name = textOf(f, 'vm', 'The VM');
  const places = Array.isArray(f.copies) ? f.copies.map(toPlaceWords).join('; ') : 'two places';
  if (f.host !== undefined)
    return `${name} is the one on ${textOf(f, 'host')}. What its move left stands on ${places}, and is not removed by itself.`;
  const silent = f.silent === undefined ? '' : `; ${textOf(f, 'silent')} did not answer`;
  return `Which one is ${name} cannot be proven after its move: seen on ${places}${silent}. Nothing is removed: ${lineOf('vm identify', f)}`;
}

/** `esx-03 42949672960` → `esx-03 (40 GiB)`. */
function toPlaceWords(place: string): string {
  const at = place.lastIndexOf(' ');
  return `${place.slice(0, at)} (${toSize(Number(place.slice(at + 1)))})`;
}

function toPartsChangedWords(facts: Facts): string {
  const vm = textOf(facts, 'vm', 'The VM');
  if (facts.disks !== undefined)
    return `${vm} has a disk that the approval did not name (${textOf(facts, 'disks')}); nothing was done.`;
  return `${vm} does not have the part any more that the approval named; nothing was done.`;
}

/** The platform's own words, what differs, what is missing: whatever came with the code. */
function because(facts: Facts): string {
  if (Array.isArray(facts.differs)) return `: ${facts.differs.map(toDifference).join('; ')}`;
  if (facts.freeBytes !== undefined)
    return ` (${sizeOf(facts, 'freeBytes')} free, ${sizeOf(facts, 'wantedBytes')} wanted)`;
  if (facts.found === 'gone') return ': it is no more';
  const words = facts.words ?? facts.reason ?? facts.fault;
  return words === undefined ? '' : `: ${String(words)}`;
}

/** `memory 2147483648 4294967296` → `memory is 2 GiB instead of 4 GiB`. */
function toDifference(text: string): string {
  const [what = '', made = '?', ...wished] = text.split(' ');
  const isSize = what === 'memory' || what === 'disk';
  const show = (value: string) =>
    isSize && /^\d+$/.test(value) ? sizeOf({ value: Number(value) }, 'value') : value;
  return `${what} is ${show(made)} instead of ${show(wished.join(' '))}`;
}

function toUnrehearsed({ isBusy, isLate, seconds, isUnsettled }: Facts): string {
  if (isBusy) return 'others are rehearsed just now; ask again in a minute';
  if (isUnsettled) return 'the estate changed each time while it was rehearsed';
  return isLate
    ? `it took longer than ${seconds} s`
    : 'Drover’s twin of the estate failed, which stands in its log';
}
