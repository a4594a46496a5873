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
  not_a_database:
    'its database file is something else. Name the data folder that Drover runs with, --data DIR, or restore the file from a backup',
  database_not_listening:
    'no PostgreSQL listens there. Start it, or correct database.url in drover.yaml',
  database_host_unknown:
    'the name of its machine cannot be found. Correct database.url in drover.yaml, or the name service',
  database_host_silent:
    'its machine does not answer. Look whether it is up and the network lets Drover through, or correct database.url in drover.yaml',
  database_broke_off:
    'what listens there broke the connection off. Look whether it is PostgreSQL, or correct database.url in drover.yaml',
  database_silent:
    'what listens there took the connection and did not answer in time. Look whether it is PostgreSQL and not stopped, or correct database.url in drover.yaml',
  database_answers_nothing:
    'the server let Drover log in and then answered nothing in time. Look whether it is stopped or overloaded (its log says so), or what stands between waits for it; then try again',
  database_without_tls:
    'the server speaks no TLS, and sslmode in database.url asks for it. Switch TLS on there (ssl = on), or take sslmode out',
  database_not_trusted:
    'its certificate is not trusted. Name the authority that signed it: sslrootcert=/path/ca.pem in database.url',
  database_of_another_name:
    'its certificate is for another name. Write the name that stands in it into database.url',
  no_data_folder: 'there is none. Name the one that Drover runs with: --data DIR',
  no_database_file:
    'there is none, so no Drover has run here. Name the data folder that it runs with, --data DIR, or its database in drover.yaml',
  not_of_drover:
    'it has none of Drover’s tables. Name the data folder that Drover runs with, --data DIR, or its database in drover.yaml',
  database_login_refused:
    'it refuses the login. Correct the user and password of database.url, or let that user in on the server (pg_hba.conf)',
  database_missing:
    'the server has no database of that name. Create it, or correct database.url in drover.yaml',
  database_not_ready: 'the server starts or ends just now. Try again in a moment',
  database_full_up:
    'the server takes no more connections. Raise its max_connections, or lower database.connections in drover.yaml',
  database_schema_missing:
    'the search path of its user names no schema that is there. Create the schema, or correct the path (alter role … set search_path = …)',
  database_read_only:
    'it takes no writes: it is a standby, or is set so. Name the primary in database.url, or switch default_transaction_read_only off there',
  database_option_refused:
    'the server refuses what options in database.url asks for. Correct it: options=-c%20name%3Dvalue, with a setting that the server has and its user may change',
  database_right_missing:
    'its user may not create tables there. Let that user own the database, or a schema in it',
};

export function toUnfitWords(facts: Facts): string {
  const reason = textOf(facts, 'reason', 'unknown reason');
  const system = facts.fileSystem === undefined ? '' : ` (${textOf(facts, 'fileSystem')})`;
  const why =
    reason === 'table_of_another'
      ? toForeignWords(facts)
      : (toFileWords(facts) ?? WHY[reason] ?? reason.replaceAll('_', ' '));
  return `${toPlace(facts)} cannot be used${system}: ${why}.`;
}

function toFileWords({ reason, path }: Facts): string | undefined {
  if (reason !== 'database_file_unreadable') return undefined;
  return `the file ${String(path)}, which database.url names, cannot be read. Correct database.url, or let Drover read it`;
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

function toPlace({ folder, file, database, at }: Facts): string {
  if (database !== undefined) return `The database ${String(database)} on ${String(at)}`;
  if (folder !== undefined) return `The data folder ${String(folder)}`;
  return file === undefined ? "Drover's storage" : `The file ${String(file)}`;
}
