/** A tenant's web application: fixed TwiML, and the sounds that it plays, which may be kept for an hour. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from './forked.ts';
import { toneWav } from './tone-wav.ts';

const server = createServer((request, response) => {
  const page = pages.get(request.url?.split('?')[0] ?? '');
  request.resume();
  response.writeHead(page === undefined ? 404 : 200, {
    'Content-Type': page?.type ?? 'text/plain',
    'Content-Length': page?.body.length ?? 0,
    ...(page?.type === 'audio/wav' ? { 'Cache-Control': 'max-age=3600', ETag: '"1"' } : {}),
  });
  response.end(page?.body);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;

const twiml = (verbs: string): { type: string; body: Buffer } => ({
  type: 'text/xml',
  body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?><Response>${verbs}</Response>`),
});
const wav = (durationMs: number): { type: string; body: Buffer } => ({
  type: 'audio/wav',
  body: toneWav(durationMs),
});
const pages = new Map([
  ['/second', twiml(`<Play>http://127.0.0.1:${port}/second.wav</Play>`)],
  ['/second.wav', wav(1_000)],
  ['/short', twiml(`<Play>http://127.0.0.1:${port}/short.wav</Play>`)],
  ['/short.wav', wav(100)],
  ['/bridge', twiml('<Dial><Number>+13125550142</Number></Dial>')],
]);

serve(
  () => port,
  () => server.close(),
);
