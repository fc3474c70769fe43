import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../control/config/load.ts';
import { configPart, type Config } from '../../../edge/config.ts';

/** The configuration of a text as `strowger.yaml`, which has no fault. */
export function parseConfig(text: string): Config {
  const directory = mkdtempSync(join(tmpdir(), 'strowger-config-'));
  try {
    const file = join(directory, 'strowger.yaml');
    writeFileSync(file, text);
    const config = loadConfig(configPart, file);
    assert.ok(config.ok, JSON.stringify(config));
    return config.value;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
