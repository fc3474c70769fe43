import { fork } from 'node:child_process';
import { fail, type Result } from '../../../control/base/result.ts';
import { childProgram } from '../../../control/base/thread-program.ts';
import type { Ladder } from '../../capture/ladder/ladder.ts';
import type { Config } from '../../config.ts';
import type { WireReader } from '../../console/deps.ts';
import type { WireAnswer, WireQuestion } from './words.ts';

/** At once; more are asked to try again. */
const readersMax = 2;
const readMs = 20_000;

/** Reads the ring of captures for the console, each time in a process of its own, so that no traffic waits for it. */
export function wireReader({ data, carriers, smpp, sip }: Config): WireReader {
  const naming = {
    // What names the ends alone: no process needs the passwords.
    carriers: carriers.map((carrier) => ({
      name: carrier.name,
      smpp: carrier.smpp && { url: { host: carrier.smpp.url.host, port: carrier.smpp.url.port } },
      sip: carrier.sip && { proxy: carrier.sip.proxy, accept: carrier.sip.accept },
    })),
    smpp,
    sip: sip && { listen: sip.listen },
  };
  let reading = 0;
  return async (subject, sid) => {
    if (reading >= readersMax) return fail('others are being read at the moment: try again in a few seconds');
    reading++;
    try {
      return await read({ data, naming, subject, sid });
    } finally {
      reading--;
    }
  };
}

function read(question: WireQuestion): Promise<Result<Ladder, string>> {
  const { file, execArgv } = childProgram('main', import.meta.url);
  return new Promise((resolve) => {
    const child = fork(file, [], {
      execArgv: [...execArgv],
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), readMs);
    child.once('message', (answer) => resolve(answer as WireAnswer));
    child.once('error', (error) => resolve(fail(error.message)));
    child.once('close', () => {
      clearTimeout(timer);
      resolve(fail('it could not be read within its time: strowger trace shows it'));
    });
    child.send(question);
  });
}
