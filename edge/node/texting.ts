import { fail, ok } from '../../control/base/result.ts';
import type { Messaging } from '../messaging/messaging.ts';
import type { Texting } from '../voice/texting.ts';

/** Messages of calls, accepted like a tenant's own; none once another process has the messages (`gone`). */
export const textingOf = (messaging: Messaging, gone: () => boolean): Texting => ({
  async send({ account, from, to, body, mediaUrls, statusCallback }) {
    if (gone())
      return fail({ code: 20503, detail: 'This edge is being replaced. Try again when the call is over.' });
    const accepted = await messaging.acceptance.accept({
      account,
      direction: 'outbound-call',
      from,
      to,
      body,
      mediaUrls,
      statusCallback,
      validityMs: null,
      sendAtMs: null,
      smartEncoding: false,
      provideFeedback: false,
      raw: null,
      receipt: null,
    });
    if (!accepted.ok) return fail(accepted.error);
    const { sid, status } = accepted.value;
    return ok({ sid, status });
  },
});
