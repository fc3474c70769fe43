// Sends a message through an installed edge over HTTPS, as a tenant does, and waits until it is delivered.
//   node message.mjs ACCOUNT TOKEN      with the edge's certificate in NODE_EXTRA_CA_CERTS
const [account, token] = process.argv.slice(2);
const base = `https://127.0.0.1/2010-04-01/Accounts/${account}/Messages`;
const authorization = `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}`;

const answered = await fetch(`${base}.json`, {
  method: 'POST',
  headers: { authorization },
  body: new URLSearchParams({ From: '+14155550100', To: '+15125550142', Body: 'through the installed edge' }),
});
const { sid, message } = await answered.json();
if (answered.status !== 201) throw new Error(`the message was refused with ${answered.status}: ${message}`);
for (let tries = 0; tries < 100; tries++) {
  const { status } = await (await fetch(`${base}/${sid}.json`, { headers: { authorization } })).json();
  if (status === 'delivered') {
    process.stdout.write(`${sid} is delivered\n`);
    process.exit(0);
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
}
throw new Error(`${sid} was not delivered within ten seconds`);
