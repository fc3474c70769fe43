// A proxy that leads a test's Debian root to its mirror: GET over plain HTTP to port 80, nothing else.
//   node apt-proxy.mjs ADDRESS PORT
import { createServer, request } from 'node:http';

const [address, port] = process.argv.slice(2);
createServer((incoming, outgoing) => {
  const url = URL.canParse(incoming.url) ? new URL(incoming.url) : undefined;
  if (incoming.method !== 'GET' || url?.protocol !== 'http:' || url.port !== '') {
    outgoing.writeHead(403).end();
    return;
  }
  const asked = request(url, { headers: incoming.headers }, (answer) => {
    outgoing.writeHead(answer.statusCode, answer.headers);
    answer.pipe(outgoing);
  });
  asked.on('error', () => outgoing.destroy());
  outgoing.on('close', () => asked.destroy());
  asked.end();
}).listen(Number(port), address);
