import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';
import { KeyRows } from '../../control/vault/key-row.ts';
import { keyIdOf } from '../../control/vault/seal-key.ts';
import { Vault } from '../../control/vault/vault.ts';
import { replaceMethod } from '../support/replace-method.ts';

// Loaded into `strowger seal rotate` by test/whole/kill-seal: ends it, as kill -9 does, at one step of its work.

/** The steps of a rotation, in their order. */
export const steps = [
  'the new key is handed over',
  'nothing is sealed anew yet',
  'some of it is sealed anew',
  'the new key is about to be kept',
  'the new key is kept',
  'the old key is about to be forgotten',
] as const;

const step = process.env['SEAL_KILLED_AT'];
const at = (name: (typeof steps)[number]): void => {
  if (name === step) process.kill(process.pid, 'SIGKILL');
};

if (step !== undefined) {
  const { setTimeout: wait } = globalThis;
  const settleMs = 5_000;
  // Running edges follow within a second; there is no need for the test to be as patient as the command.
  const hurried = (heard: () => void, delayMs?: number): NodeJS.Timeout => {
    if (delayMs === settleMs) at('the new key is handed over');
    return wait(heard, delayMs === settleMs ? 1_500 : delayMs);
  };
  globalThis.setTimeout = Object.assign(hurried, wait);

  let sealedAnew = 0;
  replaceMethod(Vault.prototype, 'reseal', (original, envelope, context) => {
    at('nothing is sealed anew yet');
    if (sealedAnew === 1) at('some of it is sealed anew');
    const anew = original(envelope, context);
    if (keyIdOf(anew) !== keyIdOf(envelope)) sealedAnew++;
    return anew;
  });

  const { renameSync } = fs;
  fs.renameSync = (from, to) => {
    at('the new key is about to be kept');
    renameSync(from, to);
    at('the new key is kept');
  };
  syncBuiltinESMExports();

  replaceMethod(KeyRows.prototype, 'put', (original, row) => {
    if (row.handover === null) at('the old key is about to be forgotten');
    original(row);
  });
}
