/** Storage that does not fit, under its true name and with what would fit (H38). */
import type { Facts } from '#core/errors.ts';
import { textOf } from '../units.ts';

const WHY: Readonly<Record<string, string>> = {
  network_file_system:
    'it is a network share, where locks are not what they say. It needs a local disk',
  read_only: 'nothing can be written there. It needs a place that Drover may write to',
  not_a_directory: 'it is no folder',
  folder_missing: 'its folder does not exist',
  not_a_plain_file: 'it is no plain file',
  damaged: 'its database is damaged. Restore it from a backup',
  not_a_database: 'its database file is something else',
};

export function toUnfitWords(facts: Facts): string {
  const reason = textOf(facts, 'reason', 'unknown reason');
  const system = facts.fileSystem === undefined ? '' : ` (${textOf(facts, 'fileSystem')})`;
  const why =
    reason === 'table_of_another'
      ? toForeignWords(facts)
      : (WHY[reason] ?? reason.replaceAll('_', ' '));
  return `${toPlace(facts)} cannot be used${system}: ${why}.`;
}

/** Only PostgreSQL has schemas. */
function toForeignWords({ table, schema }: Facts): string {
  const name = `the table ${String(table)}`;
  const remedy = 'Give Drover a database of its own';
  if (schema === undefined) return `${name} is not Drover's own. ${remedy}`;
  return `${name} in the schema ${String(schema)} is not Drover's own. ${remedy}, or a schema of its own that stands first in the search path of its user (alter role … set search_path = …)`;
}

/** The owner writes its name after it has the lock: for a moment nobody has said anything. */
export function toInUseWords(facts: Facts): string {
  const { pid, host } = facts;
  const who = pid === undefined ? '' : `: process ${String(pid)} on ${String(host)}`;
  return `${toPlace(facts)} is in use by another Drover${who}. End that one, or give another folder.`;
}

function toPlace({ folder, file }: Facts): string {
  if (folder !== undefined) return `The data folder ${String(folder)}`;
  return file === undefined ? "Drover's storage" : `The file ${String(file)}`;
}
