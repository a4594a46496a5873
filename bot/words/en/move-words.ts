/** One sentence a code of what moves VMs and empties hosts. */
import type { Facts } from '#core/errors.ts';
import type { PlanCode } from '#core/plan/plan-codes.ts';
import { quoteWord } from '../../grammar/quote.ts';
import { listOf, plural, sizeOf, textOf } from '../units.ts';
import { PLATFORM_WORDS } from './platform-words.ts';

export const MOVE_WORDS = {
  host_enters_maintenance: () => 'is being emptied for maintenance, or has been',
  host_is_its_own: () => 'it is there now',
  host_in_another_cluster: () =>
    'in another cluster, where nothing starts it again when a host fails',
  host_cpu_differs: (f) =>
    `another CPU (${textOf(f, 'cpu')}, where it runs on ${textOf(f, 'was')}): possible only while the VM is off`,
  host_misses_datastore: (f) =>
    `does not see ${textOf(f, 'datastore')}: possible once it does, or with --datastore`,
  host_rule_forbids: (f) => `forbidden by the cluster’s rule ${textOf(f, 'rule')}`,
  platform_forbids: (f) =>
    `${f.vm === undefined ? '' : `${textOf(f, 'vm')}: `}its platform says: ${textOf(f, 'words')} (${textOf(f, 'name')})`,
  platform_warns: (f) =>
    `${f.vm === undefined ? 'Its' : `${textOf(f, 'vm')}: its`} platform warns: ${textOf(f, 'words')} (${textOf(f, 'name')})`,
  vm_on_no_known_host: (f) => `On which host ${textOf(f, 'vm')} is is not known.`,
  vm_on_closed_host: (f) =>
    `${textOf(f, 'vm')} is on ${textOf(f, 'host')}, which is in maintenance or being emptied for it. Move it first: vm migrate ${quoteWord(textOf(f, 'vm'))}`,
  vm_already_there: (f) => `${textOf(f, 'vm')} is on ${textOf(f, 'host')} already.`,
  vm_cannot_go_there: (f) =>
    `${textOf(f, 'vm')} cannot go to ${textOf(f, 'host')} now; why stands beside it.`,
  vm_host_misses_datastore: (f) =>
    `${textOf(f, 'host')}, on which ${textOf(f, 'vm', 'it')} is, does not see ${textOf(f, 'datastore')}; name a host that does: --host`,
  vm_cannot_run_quick: (f) =>
    `${textOf(f, 'connection')} has no quick migration; leave --quick out and ${textOf(f, 'vm')} moves while it runs.`,
  vm_tied_to_host: (f) =>
    `${textOf(f, 'vm')} cannot move: ${TIE_WORDS[String(f.what)] ?? 'it is tied to its host'} (${textOf(f, 'label')}).`,
  vm_needs_other_rule: (f) =>
    `${textOf(f, 'vm')} cannot move: the rule ${textOf(f, 'rule')} leaves no host for it.`,
  vm_has_no_host: (f) =>
    `${textOf(f, 'vm')} cannot move: no other host may run it. Why of each: host rate ${quoteWord(textOf(f, 'vm'))}`,
  vm_without_room: (f) =>
    `${textOf(f, 'vm')} cannot move: it needs ${sizeOf(f, 'wantedBytes')} of memory, and the most that is left on a host beside its reserve is ${sizeOf(f, 'freeBytes')}.`,
  moves_not_checked: (f) =>
    `Checked by Drover alone, not by the platform: ${listOf(f, 'vms', 5)}. It is asked again before the start.`,
  moves_asked_later: (f) =>
    `Its platform says of ${Number(f.count) === 1 ? 'the move' : 'a move'} back only once ${textOf(f, 'host')} takes VMs again; what it refuses then stays where it is.`,
  moves_wish_broken: (f) =>
    `The rule ${textOf(f, 'rule')}, which is a wish, is not kept meanwhile.`,
  files_move_too: (f) =>
    `The new host does not see its files: they go along to ${textOf(f, 'datastore')}.`,
  files_of_vms_move_too: (f) =>
    `The new host does not see the files of ${listOf(f, 'vms', 5)}: they go along to ${textOf(f, 'datastore')}.`,
  vm_there_left_out: (f) =>
    `${textOf(f, 'vm')} is on ${textOf(f, 'host')} already, and is left out.`,
  vm_of_many_cannot_go_there: (f) =>
    `${textOf(f, 'vm')} cannot go to ${textOf(f, 'host')} now. Why: host rate ${quoteWord(textOf(f, 'vm'))}`,
  vms_of_several_connections: (f) =>
    `One line moves VMs of one connection. Of ${textOf(f, 'connection')}: ${toMigrateLine(f, 'vms')}`,
  vms_move_without: (f) =>
    `Nothing moves while that stands. Without ${listOf(f, 'vms', 5)}: ${toMigrateLine(f, 'rest')}`,
  vms_stay_off: (f) =>
    `${plural(Number(f.count ?? 0), 'VM')} that ${Number(f.count) === 1 ? 'is' : 'are'} off or saved ${Number(f.count) === 1 ? 'stays' : 'stay'} there.`,
  vm_waits_for_consent: (f) =>
    `What becomes of ${textOf(f, 'vm')} is asked on the job’s card; nothing is done to it by itself.`,
  host_not_there: (f) =>
    `${textOf(f, 'host')} is not connected (${textOf(f, 'state')}); nothing can be moved off it until it is.`,
  host_already_in_maintenance: (f) => `${textOf(f, 'host')} is in maintenance and empty already.`,
  host_not_in_maintenance: (f) =>
    `${textOf(f, 'host')} is not in maintenance and is not being emptied.`,
  vms_stay_away: (f) =>
    `${plural(Number(f.count ?? 0), 'VM')} that Drover moved away ${Number(f.count) === 1 ? 'stays' : 'stay'} where they are. To bring them back: host maintenance exit ${quoteWord(textOf(f, 'host'))} --move-back`,
  vm_not_moved_back: (f) =>
    `${textOf(f, 'vm')} is not moved back: ${AWAY_WORDS[String(f.why)] ?? textOf(f, 'why')}.`,
  ...PLATFORM_WORDS,
} satisfies Partial<Record<PlanCode, (facts: Facts) => string>>;

/** The line that moves these VMs as it was wished. */
function toMigrateLine(facts: Facts, key: string): string {
  const { [key]: names, host, datastore, quick } = facts;
  return [
    'vm migrate',
    ...(Array.isArray(names) ? names.map((name) => quoteWord(String(name))) : []),
    ...(host === undefined ? [] : [`--host ${quoteWord(String(host))}`]),
    ...(datastore === undefined ? [] : [`--datastore ${quoteWord(String(datastore))}`]),
    ...(quick === true ? ['--quick'] : []),
  ].join(' ');
}

const TIE_WORDS: Readonly<Record<string, string>> = {
  passthrough: 'a device of its host is passed through to it',
  local_image: 'it uses a drive or image that only its host has',
  setting: 'its platform is set to leave it there',
};

const AWAY_WORDS: Readonly<Record<string, string>> = {
  gone: 'it is no more',
  twin: 'two VMs show its identity',
  off: 'it is off now',
  suspended: 'it is saved now',
  paused: 'it is paused now',
  unknown: 'its state is not known',
  tied: 'it is tied to the host where it is',
  busy: 'another job changes it, or it cannot be reached',
  place: 'on which host it is is not known',
};
