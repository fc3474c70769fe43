import { z } from 'zod';
import { limitsPart } from '../control/accounts/config.ts';
import { detailsPart } from '../control/billing/export/config.ts';
import { auditPart } from '../control/audit/config.ts';
import { corePart } from '../control/config/core.ts';
import { textKind, type Kinds } from '../control/config/kinds.ts';
import type { ConfigOf } from '../control/config/load.ts';
import { routesPart } from '../control/routing/config.ts';
import { mediaPart } from '../media/config.ts';
import { speechPart } from '../media/speech/config.ts';
import { capturePart } from './capture/config.ts';
import { consolePart } from './console/config.ts';
import { httpPart, httpsPart } from './http/config.ts';
import { messagesPart, sendersPart } from './messaging/config.ts';
import { carrierSipPart, sipPart, trunkTlsFault } from './sip/config.ts';
import { rivalInTls } from './sip/shared-proxies.ts';
import { carrierSmppPart, smppServerPart } from './smpp/config.ts';
import { callsPart } from './voice/config.ts';
import { webhooksPart } from './webhook/config.ts';

const carrierName = () =>
  textKind('a name of lower-case letters, digits and dashes', (text) =>
    /^[a-z0-9][a-z0-9-]{0,31}$/.test(text) ? text : undefined,
  );

const nameOf = (carrier: unknown): unknown =>
  typeof carrier === 'object' && carrier !== null && 'name' in carrier ? carrier.name : undefined;

const carriersPart = (kinds: Kinds) =>
  z
    .array(
      z.strictObject({
        name: carrierName(),
        smpp: carrierSmppPart(kinds).optional(),
        sip: carrierSipPart(kinds).optional(),
        routes: routesPart(),
      }),
    )
    .superRefine(
      (carriers, context) => {
        const seen = new Set<unknown>();
        for (const [index, carrier] of (carriers as readonly unknown[]).entries()) {
          const name = nameOf(carrier);
          if (name !== undefined && seen.has(name)) {
            context.addIssue({
              code: 'custom',
              path: [index, 'name'],
              message: 'another carrier has this name',
            });
          }
          seen.add(name);
        }
      },
      // Also when a carrier has faults of its own, so that all are reported at once.
      { when: ({ value }) => Array.isArray(value) },
    )
    .default([]);

/** The whole of `strowger.yaml`, composed from each room's own part. */
export const configPart = (kinds: Kinds) =>
  z
    .strictObject({
      ...corePart(kinds),
      http: httpPart().optional(),
      https: httpsPart(kinds).optional(),
      console: consolePart(kinds).optional(),
      limits: limitsPart().prefault({}),
      details: detailsPart().prefault({}),
      audit: auditPart().prefault({}),
      webhooks: webhooksPart().prefault({}),
      carriers: carriersPart(kinds),
      smpp: smppServerPart(kinds).optional(),
      senders: sendersPart().prefault({}),
      messages: messagesPart().prefault({}),
      sip: sipPart(kinds).optional(),
      media: mediaPart().prefault({}),
      speech: speechPart(kinds).prefault({}),
      calls: callsPart().prefault({}),
      capture: capturePart(kinds)
        .optional()
        .transform((capture) => capture ?? null),
    })
    .superRefine(({ carriers, sip }, context) => {
      for (const [index, { name, sip: trunk }] of carriers.entries()) {
        if (trunk?.tls === undefined) continue;
        const path = ['carriers', index, 'sip', 'tls'];
        const fault = trunkTlsFault(trunk.tls, sip);
        if (fault !== undefined) context.addIssue({ code: 'custom', path, message: fault });
        const rival = rivalInTls({ name, sip: trunk }, carriers);
        if (rival === undefined) continue;
        const message = `${rival} is reached at the same address with another certificate, ca or servername: they must agree`;
        context.addIssue({ code: 'custom', path, message });
      }
    })
    .transform(({ http, https, console, smpp, sip, ...rest }) => ({
      ...rest,
      // Whoever configures HTTPS and says nothing of HTTP wants HTTPS alone.
      http: http ?? ((https?.server ?? null) === null ? httpPart().parse({}) : null),
      https: https ?? null,
      console: console ?? null,
      smpp: smpp ?? null,
      sip: sip ?? null,
    }));

/** The configuration of one edge, checked, filled with defaults and frozen. */
export type Config = ConfigOf<typeof configPart>;
export type CarrierConfig = Config['carriers'][number];
