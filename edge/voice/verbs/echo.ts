import type { EchoVerb } from '../../twiml/verbs/echo.ts';
import { next, type RunVerb } from '../program/run.ts';

/** Sends back what the party says, until the call ends or is sent elsewhere (https://www.twilio.com/docs/voice/twiml/echo). */
export const runEcho: RunVerb<EchoVerb> = async (_verb, run) => {
  const leg = await run.leg();
  if (leg === undefined || run.interrupted) return next;
  await leg.echo(true);
  await run.interruption();
  await leg.echo(false);
  return next;
};
