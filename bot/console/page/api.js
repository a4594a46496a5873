/** Why a call was not answered as hoped: `not_reachable`, or the code that the server gave. */
export class CallFault extends Error {
  constructor(code, text) {
    super(code);
    this.code = code;
    this.text = text;
  }
}

let csrf;

/** Goes with every change: proves that it comes from a page of this server. */
export function protect(token) {
  csrf = token;
}

/** Reads from the server, or sends `body` to it. @throws CallFault */
export async function call(path, body) {
  const response = await fetch(`/api/${path}`, body === undefined ? {} : toPost(body)).catch(() => {
    throw new CallFault('not_reachable');
  });
  const answer = await response.json().catch(() => ({ code: 'not_reachable' }));
  if (!response.ok) throw new CallFault(answer.code ?? 'not_reachable', answer.text);
  return answer;
}

function toPost(body) {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(csrf && { 'x-drover-csrf': csrf }) },
    body: JSON.stringify(body),
  };
}
