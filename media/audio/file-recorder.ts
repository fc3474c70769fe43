import type { Recorder, RecordingResult, RecordOptions } from '../media.ts';
import { systemDisk } from './disk.ts';
import type { Disk } from './disk.ts';
import { frameMs, frameSamples } from './frame.ts';
import { Recording } from './recording.ts';
import type { RecordingEnd } from './recording.ts';
import { WavWriter } from './files/wav-writer.ts';

/** A recording into a WAV file. The owner gives it each frame of the leg, its digits, and its end. */
export class FileRecorder implements Recorder {
  readonly done: Promise<RecordingResult>;
  private readonly recording: Recording;
  private readonly writer: WavWriter;
  private resolve: ((result: RecordingResult) => void) | undefined;
  private over = false;

  constructor(options: RecordOptions, disk: Disk = systemDisk) {
    this.writer = new WavWriter(options.file, options.channels === 'dual' ? 2 : 1, disk);
    this.recording = new Recording(options, this.writer);
    this.done = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  /** Nothing more is wanted. */
  get ended(): boolean {
    return this.over;
  }

  /** Samples that the disk was too slow for; they are silent in the file. */
  get lostSamples(): number {
    return this.writer.lostSamples;
  }

  /** 20 ms of what the party says and of what it hears. */
  write(inbound: Int16Array, outbound: Int16Array): void {
    if (this.over) return;
    const why = this.recording.write(inbound, outbound);
    if (why !== undefined || this.writer.failed) this.finish(why ?? 'stopped');
  }

  /** See `Recording.digit`. */
  digit(digit: string, durationMs: number, inBand: boolean): void {
    if (this.over) return;
    const why = this.recording.digit(digit, durationMs, inBand);
    if (why !== undefined) this.finish(why, digit);
  }

  pause(behavior: 'skip' | 'silence'): void {
    this.recording.pause(behavior);
  }

  resume(): void {
    this.recording.resume();
  }

  stop(): void {
    if (!this.over) this.finish(this.recording.end('stopped'));
  }

  legClosed(): void {
    if (!this.over) this.finish(this.recording.end('leg-closed'));
  }

  private finish(why: RecordingEnd, digit?: string): void {
    this.over = true;
    const frames = this.recording.keptFrames;
    const durationMs = frames * frameMs;
    void this.writer.finish(frames * frameSamples * this.recording.channels * 2).then((bytes) => {
      const result: RecordingResult =
        bytes === undefined ? { why: 'failed', durationMs, bytes: 0 } : { why, durationMs, bytes };
      this.resolve?.(digit === undefined || bytes === undefined ? result : { ...result, digit });
    });
  }
}
