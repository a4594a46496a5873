/** Every command of this release, in the order of `help`. */
import { approvalList, approvalShow } from './approval-list.ts';
import { clusterBalanceCommand } from './cluster-balance.ts';
import { clusterList } from './cluster-list.ts';
import type { CommandDefinition } from './command.ts';
import { connectionAccept } from './connection-accept.ts';
import { connectionList } from './connection-list.ts';
import { connectionShow } from './connection-show.ts';
import { datastoreList } from './datastore-list.ts';
import { defineExplain } from './explain.ts';
import { defineHelp } from './help.ts';
import { hostList } from './host-list.ts';
import { hostMaintenanceEnterCommand, hostMaintenanceExitCommand } from './host-maintenance.ts';
import { hostRate } from './host-rate.ts';
import { jobCancel } from './job-cancel.ts';
import { jobList, jobShow, jobWatch } from './job-list.ts';
import { jobRetry } from './job-retry.ts';
import { link, linkList, linkRevoke, unlink } from './link.ts';
import { networkList } from './network-list.ts';
import { roleList } from './role-list.ts';
import { roleShow } from './role-show.ts';
import { templateList } from './template-list.ts';
import { version } from './version.ts';
import { vmCreateCommand } from './vm-create.ts';
import { vmDiskAddCommand, vmDiskRemoveCommand } from './vm-disk.ts';
import { vmIdentify } from './vm-identify.ts';
import { vmList } from './vm-list.ts';
import { vmMaintenanceEnterCommand, vmMaintenanceExitCommand } from './vm-maintenance.ts';
import { vmMigrateCommand } from './vm-migrate.ts';
import { vmNetworkConnectCommand, vmNetworkDisconnectCommand } from './vm-network.ts';
import {
  vmDeleteCommand,
  vmPauseCommand,
  vmResumeCommand,
  vmSaveCommand,
  vmShutdownCommand,
  vmStartCommand,
  vmStopCommand,
} from './vm-power.ts';
import { vmShow } from './vm-show.ts';
import { approvalApprove, approvalDeny } from './vote.ts';
import { whoami } from './whoami.ts';

export const COMMANDS: readonly CommandDefinition[] = [
  vmList,
  vmShow,
  vmCreateCommand,
  vmStartCommand,
  vmShutdownCommand,
  vmStopCommand,
  vmSaveCommand,
  vmPauseCommand,
  vmResumeCommand,
  vmDeleteCommand,
  vmDiskAddCommand,
  vmDiskRemoveCommand,
  vmNetworkConnectCommand,
  vmNetworkDisconnectCommand,
  vmMigrateCommand,
  vmMaintenanceEnterCommand,
  vmMaintenanceExitCommand,
  vmIdentify,
  hostList,
  hostRate,
  hostMaintenanceEnterCommand,
  hostMaintenanceExitCommand,
  clusterList,
  clusterBalanceCommand,
  datastoreList,
  networkList,
  templateList,
  connectionList,
  connectionShow,
  connectionAccept,
  jobList,
  jobShow,
  jobWatch,
  jobCancel,
  jobRetry,
  approvalList,
  approvalShow,
  approvalApprove,
  approvalDeny,
  roleList,
  roleShow,
  whoami,
  link,
  unlink,
  linkList,
  linkRevoke,
  defineExplain(() => COMMANDS),
  defineHelp(() => COMMANDS),
  version,
];
