// A reporter of node's test runner that tells what failed and nothing else, for the end of a long run.

/** Tests that failed only because one within them did say nothing of their own. */
const second = 'subtestsFailed';

export default async function* failures(source) {
  for await (const { type, data } of source) {
    if (type !== 'test:fail') continue;
    const { error } = data.details;
    if (error.failureType === second) continue;
    const cause = error.cause ?? error;
    yield `failed: ${data.name} (${data.file}:${data.line})\n${indented(cause?.stack ?? String(cause))}\n`;
  }
}

function indented(text) {
  return text.replace(/^/gm, '    ');
}
