import { z } from 'zod';
import { defaultOptOut, optOutPart } from '../../control/optouts/config.ts';
import { integer, rate } from '../../control/config/kinds.ts';

/** `senders`: message segments a second by sender class, with the rates that Twilio publishes. */
export const sendersPart = () =>
  z.strictObject({
    local: rate().default(1),
    mobile: rate().default(1),
    tollfree: rate().default(3),
    shortcode: rate().default(100),
    alphanumeric: rate().default(10),
    /** By sender: a number in E.164, a short code or an alphanumeric id. */
    overrides: z.record(z.string().min(1).max(16), rate()).default({}),
  });

/** `messages`: the bounds of a message's life. */
export const messagesPart = () =>
  z.strictObject({
    /** The longest, and default, ValidityPeriod. */
    validityPeriodMaxSeconds: integer(1, 604_800).default(36_000),
    /** Segments that may wait for one sender; one more is refused with 21611. */
    queueSegmentsMax: integer(1, 100_000_000).default(36_000),
    /** How long the parts of an inbound message wait for the rest. */
    inboundReassemblyMs: integer(1_000, 604_800_000).default(600_000),
    /**
     * How long a carrier's receipt is awaited after the message was sent. Message centres try for three days, as a rule;
     * a fourth is left for their report.
     */
    receiptsAwaitedHours: integer(1, 8_760).default(96),
    /** How long receipts and messages are kept for SMPP tenants who do not bind. */
    deliveriesKeptHours: integer(1, 8_760).default(72),
    /** What STOP, START and HELP are in the tenants' languages; a Messaging Service may have its own. */
    optOut: optOutPart().default(defaultOptOut),
  });
