/** The migrations of SQLite, oldest first. */
import type { MigrationList } from '../migration-list.ts';
import { CreateTables } from './0001-create-tables.ts';
import { AddStepCarrier } from './0002-step-carrier.ts';
import { AddLinks } from './0003-links.ts';
import { AddChatPlaces } from './0004-chat-places.ts';
import { AddGroupPins } from './0005-group-pins.ts';
import { AddPostNotes } from './0006-post-notes.ts';
import { AddTerminalTokens } from './0007-terminal-tokens.ts';
import { AddTellings } from './0008-tellings.ts';
import { AddMoves } from './0009-moves.ts';
import { AddVmMaintenance } from './0010-vm-maintenance.ts';
import { AddNoticed } from './0011-noticed.ts';
import { AddStepDurations } from './0012-step-durations.ts';
import { AddJobTries } from './0013-job-tries.ts';

export const sqliteMigrations: MigrationList = [
  { name: '0001-create-tables', class: CreateTables },
  { name: '0002-step-carrier', class: AddStepCarrier },
  { name: '0003-links', class: AddLinks },
  { name: '0004-chat-places', class: AddChatPlaces },
  { name: '0005-group-pins', class: AddGroupPins },
  { name: '0006-post-notes', class: AddPostNotes },
  { name: '0007-terminal-tokens', class: AddTerminalTokens },
  { name: '0008-tellings', class: AddTellings },
  { name: '0009-moves', class: AddMoves },
  { name: '0010-vm-maintenance', class: AddVmMaintenance },
  { name: '0011-noticed', class: AddNoticed },
  { name: '0012-step-durations', class: AddStepDurations },
  { name: '0013-job-tries', class: AddJobTries },
];
