import type { Leg, Playable, Playback, Recorder, RecordOptions, Room } from '../media.ts';
import { numberOf, played, recorded } from './client-leg.ts';
import type { Switchboard } from './switchboard.ts';

/** A room as the main thread sees it. */
export class ClientRoom implements Room {
  private readonly room: number;
  private readonly board: Switchboard;
  private closed = false;

  constructor(room: number, board: Switchboard) {
    this.room = room;
    this.board = board;
  }

  async join(leg: Leg, options: { readonly muted?: boolean; readonly held?: boolean } = {}): Promise<void> {
    const { muted = false, held = false } = options;
    await this.board.line.request('join', { room: this.room, leg: numberOf(leg), muted, held });
  }

  async leave(leg: Leg): Promise<void> {
    await this.board.line.request('leave', { room: this.room, leg: numberOf(leg) });
  }

  mute(leg: Leg, on: boolean): void {
    this.board.line.order({ kind: 'mute', room: this.room, leg: numberOf(leg), on });
  }

  hold(leg: Leg, on: boolean): void {
    this.board.line.order({ kind: 'hold', room: this.room, leg: numberOf(leg), on });
  }

  coach(coach: Leg, coached: Leg | undefined): void {
    const pupil = coached === undefined ? undefined : numberOf(coached);
    this.board.line.order({ kind: 'coach', room: this.room, coach: numberOf(coach), coached: pupil });
  }

  play(items: readonly Playable[], options: { readonly loop?: number } = {}): Playback {
    return played(this.board, { kind: 'room', room: this.room }, this.closed, items, options.loop);
  }

  async record(options: RecordOptions): Promise<Recorder> {
    return recorded(this.board, { kind: 'room', room: this.room }, options);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.board.line.request('closeRoom', { room: this.room }).catch(() => undefined);
  }
}
