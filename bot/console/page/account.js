import { call, protect } from './api.js';
import { find } from './elements.js';
import { wordFault } from './fault-words.js';

const words = {
  not_accepted:
    'Name or password is not right, or the account is locked. After two tries wait half an hour.',
  limited: 'Too many tries. Wait half an hour; nothing was asked of the directory.',
  disabled: 'This account is disabled. An administrator of the directory can help.',
  expired: 'This account has expired. An administrator of the directory can help.',
  password_must_change: 'The password has to be changed first, where you sign in to Windows.',
  password_expired: 'The password has expired. Change it where you sign in to Windows.',
  not_allowed_now: 'The directory does not allow this account to sign in now.',
  directory_not_reachable:
    'The directory cannot be reached, so nobody can be signed in. Try again later.',
};

function show({ name, csrf, terminalUntil }) {
  protect(csrf);
  find('name').textContent = name;
  find('sign-in').hidden = true;
  find('signed-in').hidden = false;
  find('get-code').focus();
  showTerminal(terminalUntil);
}

/** @param {string | undefined} until when the token that there is expires */
function showTerminal(until) {
  find('revoke-token').hidden = until === undefined;
  find('terminal-state').textContent =
    until === undefined
      ? 'With a token the command line, drover, speaks for you on this machine. You have none.'
      : `You have a token until ${new Date(until).toLocaleDateString()}. A new one takes its place.`;
}

function showForm() {
  find('signed-in').hidden = true;
  find('sign-in').hidden = false;
  find('login').focus();
}

function tell(fault) {
  find('fault').hidden = fault === undefined;
  find('fault').textContent = fault === undefined ? '' : (words[fault.code] ?? wordFault(fault));
}

function act(work) {
  return (event) => {
    event.preventDefault();
    tell();
    void work().catch(tell);
  };
}

find('sign-in').addEventListener(
  'submit',
  act(async () => {
    const password = find('password').value;
    find('password').value = '';
    show(await call('sign-in', { login: find('login').value, password }));
  }),
);
find('get-code').addEventListener(
  'click',
  act(async () => {
    const { code } = await call('link-code', {});
    find('code-text').textContent = `link ${code}`;
    find('code').hidden = false;
  }),
);
find('get-token').addEventListener(
  'click',
  act(async () => {
    const { token, expiresAt } = await call('terminal-token', {});
    find('token-text').textContent = token;
    find('token').hidden = false;
    showTerminal(expiresAt);
  }),
);
find('revoke-token').addEventListener(
  'click',
  act(async () => {
    await call('terminal-token/revoke', {});
    find('token').hidden = true;
    showTerminal(undefined);
  }),
);
find('sign-out').addEventListener(
  'click',
  act(async () => {
    await call('sign-out', {});
    find('code').hidden = true;
    find('token').hidden = true;
    showForm();
  }),
);

call('session').then(show, (fault) => (fault.code === 'sign_in_needed' ? showForm() : tell(fault)));
