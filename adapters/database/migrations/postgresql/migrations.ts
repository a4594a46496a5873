/** The migrations of PostgreSQL, oldest first. */
import type { MigrationList } from '../migration-list.ts';

export const postgresqlMigrations: MigrationList = [
  {
    name: '0001-create-tables',
    load: async () => (await import('./0001-create-tables.ts')).CreateTables,
  },
  {
    name: '0002-step-carrier',
    load: async () => (await import('./0002-step-carrier.ts')).AddStepCarrier,
  },
  {
    name: '0003-links',
    load: async () => (await import('./0003-links.ts')).AddLinks,
  },
  {
    name: '0004-chat-places',
    load: async () => (await import('./0004-chat-places.ts')).AddChatPlaces,
  },
  {
    name: '0005-group-pins',
    load: async () => (await import('./0005-group-pins.ts')).AddGroupPins,
  },
  {
    name: '0006-post-notes',
    load: async () => (await import('./0006-post-notes.ts')).AddPostNotes,
  },
  {
    name: '0007-terminal-tokens',
    load: async () => (await import('./0007-terminal-tokens.ts')).AddTerminalTokens,
  },
  {
    name: '0008-tellings',
    load: async () => (await import('./0008-tellings.ts')).AddTellings,
  },
  {
    name: '0009-moves',
    load: async () => (await import('./0009-moves.ts')).AddMoves,
  },
  {
    name: '0010-vm-maintenance',
    load: async () => (await import('./0010-vm-maintenance.ts')).AddVmMaintenance,
  },
  {
    name: '0011-noticed',
    load: async () => (await import('./0011-noticed.ts')).AddNoticed,
  },
  {
    name: '0012-step-durations',
    load: async () => (await import('./0012-step-durations.ts')).AddStepDurations,
  },
  {
    name: '0013-job-tries',
    load: async () => (await import('./0013-job-tries.ts')).AddJobTries,
  },
];
