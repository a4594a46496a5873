/** All tables, the same on SQLite and PostgreSQL, and their columns as Kysely sees them. */
import type { InferEntity } from '@mikro-orm/core';
import type { ColumnType } from 'kysely';
import {
  Card,
  CardAction,
  CardCopy,
  Destination,
  Inbox,
  PostNote,
  Telling,
} from './conversation.ts';
import {
  ConnectionState,
  EstateObject,
  HostMaintenance,
  MovePace,
  Noticed,
  NoticedVm,
  Reservation,
  VmMaintenance,
} from './estate.ts';
import { AuditEvent, Counter, GroupPin, Mark, WakeUp } from './installation.ts';
import { Gate, Job, JobTarget, JobTry, Plan, Step } from './jobs.ts';
import {
  AccountLink,
  ChatPlace,
  ChatReader,
  LinkCode,
  TerminalToken,
  WebSession,
} from './links.ts';
import { Request, Vote } from './requests.ts';

export const entities = [
  Inbox,
  Card,
  CardCopy,
  CardAction,
  PostNote,
  Plan,
  Job,
  JobTarget,
  JobTry,
  Step,
  Gate,
  EstateObject,
  ConnectionState,
  Reservation,
  HostMaintenance,
  VmMaintenance,
  MovePace,
  Noticed,
  NoticedVm,
  Request,
  Vote,
  AccountLink,
  LinkCode,
  WebSession,
  TerminalToken,
  ChatPlace,
  ChatReader,
  Destination,
  Telling,
  AuditEvent,
  Mark,
  GroupPin,
  Counter,
  WakeUp,
];

export interface Tables {
  inbox: Columns<typeof Inbox>;
  card: Columns<typeof Card>;
  card_copy: Columns<typeof CardCopy>;
  card_action: Columns<typeof CardAction>;
  post_note: Columns<typeof PostNote>;
  plan: Columns<typeof Plan>;
  job: Columns<typeof Job>;
  job_target: Columns<typeof JobTarget>;
  job_try: Columns<typeof JobTry>;
  step: Columns<typeof Step>;
  gate: Columns<typeof Gate>;
  estate_object: Columns<typeof EstateObject>;
  connection_state: Columns<typeof ConnectionState>;
  reservation: Columns<typeof Reservation>;
  move_pace: Columns<typeof MovePace>;
  noticed: Columns<typeof Noticed>;
  noticed_vm: Columns<typeof NoticedVm>;
  host_maintenance: Columns<typeof HostMaintenance>;
  vm_maintenance: Columns<typeof VmMaintenance>;
  request: Columns<typeof Request>;
  vote: Columns<typeof Vote>;
  account_link: Columns<typeof AccountLink>;
  link_code: Columns<typeof LinkCode>;
  web_session: Columns<typeof WebSession>;
  terminal_token: Columns<typeof TerminalToken>;
  chat_place: Columns<typeof ChatPlace>;
  chat_reader: Columns<typeof ChatReader>;
  destination: Columns<typeof Destination>;
  telling: Columns<typeof Telling>;
  audit_event: Columns<typeof AuditEvent>;
  mark: Columns<typeof Mark>;
  group_pin: Columns<typeof GroupPin>;
  counter: Columns<typeof Counter>;
  wake_up: Columns<typeof WakeUp>;
}

/** A value in the shape of the dialect: SQLite has neither booleans nor instants nor JSON. */
export type Stored = string | number | boolean | Date | null;

/** Names are checked, values are not: `codec.ts` turns them. */
type Columns<Entity> = {
  [Name in keyof InferEntity<Entity> & string as ToSnake<Name>]: ColumnType<
    Stored,
    Stored | undefined,
    Stored
  >;
};

type ToSnake<Name extends string> = Name extends `${infer Head}${infer Tail}`
  ? Head extends Lowercase<Head>
    ? `${Head}${ToSnake<Tail>}`
    : `_${Lowercase<Head>}${ToSnake<Tail>}`
  : Name;
