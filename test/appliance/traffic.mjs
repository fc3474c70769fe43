// Sends messages through an installed edge until its standard input ends: half of them over connections that are kept,
// half over a fresh one each. Then waits until every one that was accepted is delivered, prints what it saw, and fails
// if a request or a message was lost.
//   node traffic.mjs ACCOUNT TOKEN      with the edge's certificate in NODE_EXTRA_CA_CERTS
import { Agent, request } from 'node:https';

const [account, token] = process.argv.slice(2);
const messages = `/2010-04-01/Accounts/${account}/Messages`;
const kept = new Agent({ keepAlive: true, maxSockets: 2 });
const sendersOfAKind = 2;
const pauseMs = 100;
const deliveredWithinMs = 30_000;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves with status and body; rejects when the connection is refused or ends without an answer. */
function ask(method, path, agent, form) {
  const auth = `${account}:${token}`;
  const headers = form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: 443, method, path, agent, auth, headers }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk) => (body += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode, body }));
      answer.on('error', reject);
    });
    asked.setTimeout(30_000, () => asked.destroy(new Error('no answer within 30 s')));
    asked.on('error', reject);
    asked.end(form === undefined ? undefined : new URLSearchParams(form).toString());
  });
}

const accepted = [];
const troubles = [];
let slowestMs = 0;
let pauseLongestMs = 0;
let answeredAtMs = performance.now();
let goesOn = true;
process.stdin.resume().on('end', () => (goesOn = false));

async function send(kind, agent) {
  for (let nth = 0; goesOn; nth++) {
    const form = { From: '+14155550100', To: '+15125550142', Body: `${kind} ${nth}` };
    const begunMs = performance.now();
    try {
      const { status, body } = await ask('POST', `${messages}.json`, agent, form);
      const nowMs = performance.now();
      slowestMs = Math.max(slowestMs, nowMs - begunMs);
      pauseLongestMs = Math.max(pauseLongestMs, nowMs - answeredAtMs);
      answeredAtMs = nowMs;
      if (status === 201) accepted.push(JSON.parse(body).sid);
      else troubles.push(`${kind} ${nth}: ${status} ${body.slice(0, 200)}`);
    } catch (error) {
      troubles.push(`${kind} ${nth}: ${error.message}`);
    }
    await sleep(pauseMs);
  }
}

const senders = [];
for (let nth = 0; nth < sendersOfAKind; nth++) senders.push(send('kept', kept), send('fresh', false));
await Promise.all(senders);

const waiting = new Map(accepted.map((sid) => [sid, 'unseen']));
const untilMs = performance.now() + deliveredWithinMs;
while (waiting.size > 0 && performance.now() < untilMs) {
  for (const sid of [...waiting.keys()]) {
    const { status, body } = await ask('GET', `${messages}/${sid}.json`, kept);
    const state = status === 200 ? JSON.parse(body).status : String(status);
    if (state === 'delivered') waiting.delete(sid);
    else waiting.set(sid, state);
  }
  if (waiting.size > 0) await sleep(200);
}
for (const [sid, state] of waiting) troubles.push(`${sid} is ${state}`);

const delivered = accepted.length - waiting.size;
process.stdout.write(
  `${accepted.length} messages accepted, ${delivered} delivered, ${troubles.length} troubles; ` +
    `longest pause ${Math.round(pauseLongestMs)} ms, slowest answer ${Math.round(slowestMs)} ms\n`,
);
for (const trouble of troubles.slice(0, 20)) process.stdout.write(`  ${trouble}\n`);
process.exit(troubles.length === 0 && accepted.length > 0 ? 0 : 1);
