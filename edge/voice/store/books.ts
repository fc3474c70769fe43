import type { Facet } from '../../../control/store/facets.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Conference, Stay } from '../conference.ts';
import type { Queue } from '../queue.ts';
import { isOver, type Recording } from '../recording.ts';
import type { Stream } from '../stream.ts';
import type { Transcription } from '../transcription.ts';
import { Book } from './book.ts';
import {
  conferenceTable,
  queueTable,
  recordingTable,
  stayTable,
  streamTable,
  transcriptionTable,
} from './tables.ts';

/** The list of everything of an account, and those narrowed by one value. */
export const ofAccount = (accountNo: number): Facet => [String(accountNo)];
export const narrowed = (accountNo: number, kind: string, value: string): Facet => [
  String(accountNo),
  kind,
  value,
];

/** The list, over all accounts, of what had not ended when the edge was last seen. */
export const underWay: Facet = ['under way'];

/** Lists: all, `call`, `conference`; `underWay`. */
export const recordingBook = (store: Store): Book<Recording> =>
  new Book(store, {
    table: recordingTable,
    prefix: 'RE',
    facets: ({ accountNo, callSid, conferenceSid, status }) => [
      ...(isOver(status) ? [] : [underWay]),
      ofAccount(accountNo),
      narrowed(accountNo, 'call', callSid),
      ...(conferenceSid === '' ? [] : [narrowed(accountNo, 'conference', conferenceSid)]),
    ],
  });

/** Lists: all, `name`, `status`; `underWay`. */
export const conferenceBook = (store: Store): Book<Conference> =>
  new Book(store, {
    table: conferenceTable,
    prefix: 'CF',
    facets: ({ accountNo, friendlyName, status }) => [
      ...(status === 'completed' ? [] : [underWay]),
      ofAccount(accountNo),
      narrowed(accountNo, 'name', friendlyName),
      narrowed(accountNo, 'status', status),
    ],
  });

/** Lists: `conference`; `underWay`. */
export const stayBook = (store: Store): Book<Stay> =>
  new Book(store, {
    table: stayTable,
    prefix: 'CP',
    facets: ({ accountNo, conferenceSid, leftMs }) => [
      ...(leftMs === 0 ? [underWay] : []),
      narrowed(accountNo, 'conference', conferenceSid),
    ],
  });

/** Lists: all, `name` (of which there is one). */
export const queueBook = (store: Store): Book<Queue> =>
  new Book(store, {
    table: queueTable,
    prefix: 'QU',
    facets: ({ accountNo, friendlyName }) => [
      ofAccount(accountNo),
      narrowed(accountNo, 'name', friendlyName),
    ],
  });

/** Lists: all, `recording`; `underWay`. */
export const transcriptionBook = (store: Store): Book<Transcription> =>
  new Book(store, {
    table: transcriptionTable,
    prefix: 'TR',
    facets: ({ accountNo, recordingSid, status }) => [
      ...(status === 'in-progress' ? [underWay] : []),
      ofAccount(accountNo),
      narrowed(accountNo, 'recording', recordingSid),
    ],
  });

/** Lists: `call`; `underWay`. */
export const streamBook = (store: Store): Book<Stream> =>
  new Book(store, {
    table: streamTable,
    prefix: 'MZ',
    facets: ({ accountNo, callSid, status }) => [
      ...(status === 'stopped' ? [] : [underWay]),
      narrowed(accountNo, 'call', callSid),
    ],
  });
