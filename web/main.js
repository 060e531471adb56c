/** A frame console: what is sent and received on one WebSocket. No framework, so that nothing stands in between. */

/** Enough to scroll through; a tab that is left open for days must not grow for days. */
const LOG_LINES_MAX = 500;

/** Every person of the examples has this password; nothing here is a secret. */
const PASSWORD = 'correct horse';

const EXAMPLES = [
  { action: 'reg', user: '张三', password: PASSWORD },
  { action: 'login', user: '张三', password: PASSWORD },
  { action: 'chat', to: '李四', text: '你好' },
  { action: 'ack', conversation: 'dm:张三:李四', received: 1, read: 1 },
  { action: 'ping' },
  { action: 'logout' },
];

const SIGNS = {
  sent: { sign: '→', label: 'sent' },
  received: { sign: '←', label: 'received' },
  note: { sign: '·', label: 'note' },
};

const byId = (id) => document.getElementById(id);
const [connectButton, disconnectButton, sendButton] = ['connect', 'disconnect', 'send'].map(byId);
const [form, frame, log, state] = ['form', 'frame', 'log', 'state'].map(byId);

let url = '';
let socket;

function connect() {
  const opened = new WebSocket(url);
  socket = opened;
  show('connecting');
  opened.addEventListener('open', () => {
    show('open');
    append('note', 'connected');
  });
  opened.addEventListener('message', (event) => append('received', String(event.data)));
  opened.addEventListener('close', ({ code, reason }) => {
    append('note', `closed (${code}${reason === '' ? '' : `, ${reason}`})`);
    show('closed');
  });
}

function show(newState) {
  state.value = newState;
  state.dataset.state = newState;
  connectButton.disabled = newState !== 'closed' || url === '';
  disconnectButton.disabled = newState === 'closed';
  sendButton.disabled = newState !== 'open';
}

function send() {
  if (socket?.readyState !== WebSocket.OPEN) return;
  socket.send(frame.value);
  append('sent', frame.value);
}

function append(kind, text) {
  const { sign, label } = SIGNS[kind];
  const time = document.createElement('time');
  const now = new Date();
  time.dateTime = now.toISOString();
  time.textContent = `${now.toLocaleTimeString('en-GB')}.${String(now.getMilliseconds()).padStart(3, '0')}`;
  const direction = document.createElement('span');
  direction.className = kind;
  direction.textContent = sign;
  direction.setAttribute('role', 'img');
  direction.setAttribute('aria-label', label);
  const content = document.createElement('span');
  content.textContent = text;
  const line = document.createElement('li');
  line.append(time, direction, content);
  log.prepend(line);
  while (log.childElementCount > LOG_LINES_MAX) log.lastElementChild.remove();
}

function addExample(example) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = example.action;
  button.addEventListener('click', () => {
    frame.value = JSON.stringify(example);
    frame.focus();
  });
  byId('examples').append(button);
  return button;
}

EXAMPLES.map(addExample)[0].click();
connectButton.addEventListener('click', connect);
disconnectButton.addEventListener('click', () => socket?.close(1000));
byId('clear').addEventListener('click', () => log.replaceChildren());
form.addEventListener('submit', (event) => {
  event.preventDefault();
  send();
});
frame.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
});

try {
  const response = await fetch('config.json');
  ({ url } = await response.json());
  byId('url').textContent = url;
} catch {
  append('note', 'config.json does not answer: is `npm start` running?');
}
show('closed');
