/** What powershell.exe writes on standard error when nobody sits before it: objects as XML, progress among them. */
const OBJECTS = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">';

export const CLIXML_MARK = '#< CLIXML\r\n';

export function toProgressXml(activity: string): string {
  const record = `<AV>${toEscaped(activity)}</AV><AI>0</AI><Nil /><PI>-1</PI><PC>-1</PC><T>Completed</T><SR>-1</SR><SD> </SD>`;
  return `${OBJECTS}<Obj S="progress" RefId="0"><TN RefId="0"><T>System.Management.Automation.PSCustomObject</T><T>System.Object</T></TN><MS><I64 N="SourceId">1</I64><PR N="Record">${record}</PR></MS></Obj></Objs>`;
}

/** Recorded: said whenever a session loads its first module. */
export const PREPARING = 'Preparing modules for first use.';

export function toErrorXml(messages: readonly string[]): string {
  const lines = messages.map((text) => `<S S="Error">${toEscaped(`${text}\r\n`)}</S>`);
  return `${OBJECTS}${lines.join('')}</Objs>`;
}

function toEscaped(text: string): string {
  return text
    .replace(/_(?=x[0-9A-F]{4}_)/g, '_x005F_')
    .replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`)
    .replace(
      /\p{Cc}/gu,
      (letter) => `_x${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
    );
}
