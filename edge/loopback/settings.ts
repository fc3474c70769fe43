import { plainBehaviour, type Behaviour } from './behaviour.ts';

export interface LoopbackSettings {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Refuses binds with another system_id or password; null accepts any. */
  readonly systemId: string | null;
  readonly password: string | null;
  readonly behaviour: Behaviour;
  /** Numbers that begin so are the clients' own: texts to them go back to a client. */
  readonly ownPrefixes: readonly string[];
  /** submit_sm kept for `record`; the oldest go. */
  readonly recordMax: number;
  /** Messages whose end is still to come, beyond which ESME_RMSGQFUL; and deliver_sm that wait. */
  readonly pendingMax: number;
}

export const defaultSettings: LoopbackSettings = {
  host: '127.0.0.1',
  port: 0,
  systemId: null,
  password: null,
  behaviour: plainBehaviour,
  ownPrefixes: [],
  recordMax: 1_000,
  pendingMax: 200_000,
};
