/** What a vCenter was asked for and where its tasks stand, read by its own list of tasks and not by our client. */
import { login, postSoap, toElement } from '#test/helpers/peers/soap-call.ts';
import type { Vcsim } from '#test/helpers/peers/vcsim.ts';

export interface VcsimTask {
  /** `VirtualMachine.migrate` */
  readonly deed: string;
  /** The reference of what it was asked of. */
  readonly entity: string;
  /** `queued`, `running`, `success`, `error` */
  readonly state: string;
}

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

/** Failed ones count: Drover asked for them. */
export async function listTasks(vcsim: Vcsim): Promise<readonly VcsimTask[]> {
  const inner = `<specSet>
    <propSet><type>Task</type><pathSet>info.descriptionId</pathSet><pathSet>info.entity</pathSet>
      <pathSet>info.state</pathSet></propSet>
    <objectSet><obj type="TaskManager">TaskManager</obj><skip>true</skip>
      <selectSet ${XSI} xsi:type="TraversalSpec">
        <name>recent</name><type>TaskManager</type><path>recentTask</path><skip>false</skip>
      </selectSet></objectSet></specSet>`;
  const body = await retrieve(vcsim, inner);
  return body
    .split('<objects>')
    .slice(1)
    .map((object) => ({
      deed: readProperty(object, 'info.descriptionId'),
      entity: readProperty(object, 'info.entity'),
      state: readProperty(object, 'info.state'),
    }));
}

export async function readIsInMaintenance(vcsim: Vcsim, host: string): Promise<boolean> {
  const inner = `<specSet>
    <propSet><type>HostSystem</type><pathSet>runtime.inMaintenanceMode</pathSet></propSet>
    <objectSet><obj type="HostSystem">${host}</obj></objectSet></specSet>`;
  const body = await retrieve(vcsim, inner);
  return readProperty(body, 'runtime.inMaintenanceMode') === 'true';
}

async function retrieve(vcsim: Vcsim, inner: string): Promise<string> {
  const cookie = await login(vcsim.url, vcsim.caPem, vcsim);
  const element = toElement('RetrieveProperties', 'PropertyCollector', 'propertyCollector', inner);
  const { body, status } = await postSoap({ ...vcsim, element, cookie });
  if (status !== 200) throw new Error(`vcsim does not say: ${body}`);
  return body.replaceAll(/<returnval[^>]*>/g, '<objects>');
}

/** The names of the properties are ours. */
function readProperty(object: string, name: string): string {
  const [, rest = ''] = object.split(`<name>${name}</name>`);
  return /^\s*<val[^>]*>([^<]*)</.exec(rest)?.[1] ?? '';
}
