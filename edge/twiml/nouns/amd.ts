import type { AttributeTable, Attributes, HttpMethod } from '../attributes.ts';

/** Answering-machine detection on a dialled party (https://www.twilio.com/docs/voice/answering-machine-detection). */
export interface MachineDetection {
  readonly mode: 'Enable' | 'DetectMessageEnd';
  /** For the whole of it. */
  readonly timeoutMs: number;
  /** Speech longer than this is a machine's. */
  readonly speechThresholdMs: number;
  /** Silence after speech that ends it. */
  readonly speechEndThresholdMs: number;
  /** Silence at the beginning that ends detection. */
  readonly silenceTimeoutMs: number;
  /** Told of the result, while the call goes on. */
  readonly callback?: { readonly url: string; readonly method: HttpMethod };
}

export const machineDetectionAttributes = {
  machineDetection: { kind: 'choice', values: ['Enable', 'DetectMessageEnd'], fault: 21234 },
  machineDetectionTimeout: { kind: 'integer', min: 3, max: 60, fault: 21234, default: 30 },
  machineDetectionSpeechThreshold: { kind: 'integer', min: 1000, max: 6000, fault: 21234, default: 2400 },
  machineDetectionSpeechEndThreshold: { kind: 'integer', min: 500, max: 5000, fault: 21234, default: 1200 },
  machineDetectionSilenceTimeout: { kind: 'integer', min: 2000, max: 10_000, fault: 21234, default: 5000 },
  amdStatusCallback: { kind: 'url', fault: 11100 },
  amdStatusCallbackMethod: { kind: 'method', fault: 21209, default: 'POST' },
} as const satisfies AttributeTable;

export function machineDetection(
  given: Attributes<typeof machineDetectionAttributes>,
): MachineDetection | undefined {
  if (given.machineDetection === undefined) return undefined;
  const detection = {
    mode: given.machineDetection,
    timeoutMs: given.machineDetectionTimeout * 1000,
    speechThresholdMs: given.machineDetectionSpeechThreshold,
    speechEndThresholdMs: given.machineDetectionSpeechEndThreshold,
    silenceTimeoutMs: given.machineDetectionSilenceTimeout,
  };
  if (given.amdStatusCallback === undefined) return detection;
  return { ...detection, callback: { url: given.amdStatusCallback, method: given.amdStatusCallbackMethod } };
}
