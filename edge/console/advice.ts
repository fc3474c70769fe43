import type { AlertRequest } from '../../control/events/alert.ts';

/** What an error means to whoever's application it is about, and what helps. */
export interface Advice {
  readonly means: string;
  readonly remedies: readonly string[];
}

const reach = 'Fetch the URL from a machine outside your own network, for example with curl -v.';
const twiml = 'Answer with an XML document whose root is <Response>, with Content-Type: text/xml.';
const logs = 'Look into your application’s own log at this time: the request came, and it failed there.';
const certificate =
  'Look at the certificate that the host shows: openssl s_client -connect HOST:443 -servername HOST';

/** Of the codes that this edge raises most, in our own words. */
const table: Readonly<Record<number, Advice>> = {
  11100: {
    means: 'The URL that was to be called is not an absolute http or https URL.',
    remedies: ['Correct it where it is configured: the number, the application, the service or the request.'],
  },
  11201: {
    means: 'No connection could be made in time.',
    remedies: [
      reach,
      'A firewall that drops instead of refusing looks like this: let this edge’s address through.',
    ],
  },
  11202: {
    means: 'The host refused the connection: nothing listens on that port.',
    remedies: ['Start the application, or correct the port of the URL.', reach],
  },
  11203: {
    means: 'The whole call, with its retries and redirects, took longer than it may.',
    remedies: [
      'Answer at once, and do what takes long afterwards.',
      'Look at the time that each request took, below.',
    ],
  },
  11205: {
    means: 'The connection was made, but no whole answer came over it in time.',
    remedies: ['Answer within 15 seconds, and do what takes long afterwards.', logs],
  },
  11206: {
    means: 'What came back is not valid HTTP, or compressed without having been asked for.',
    remedies: ['See whether the port speaks HTTP at all, and whether it wants https.', reach],
  },
  11210: {
    means: 'The DNS knows no such host.',
    remedies: [
      'Correct the host name of the URL.',
      'A name that only your own network knows cannot be called from here.',
    ],
  },
  11215: {
    means: 'The application redirected again and again.',
    remedies: ['Configure the URL that the redirects end at.'],
  },
  11220: {
    means: 'The TLS handshake failed.',
    remedies: [certificate, 'The host must offer TLS 1.2 or 1.3.'],
  },
  11235: {
    means: 'The certificate is for another host.',
    remedies: ['Correct the URL’s host, or the certificate.', certificate],
  },
  11236: { means: 'The certificate has expired, or is not valid yet.', remedies: ['Renew it.', certificate] },
  11237: {
    means: 'The certificate leads to no authority that is trusted.',
    remedies: ['Serve the whole chain, with the intermediate certificates.', certificate],
  },
  11243: {
    means: 'The URL’s #rp= names no retry policy.',
    remedies: ['Use 4xx, 5xx, ct, rt or all, separated by commas.'],
  },
  11750: { means: 'The answer is larger than 64 KB.', remedies: [twiml] },
  12100: {
    means: 'The answer could not be read as XML.',
    remedies: [twiml, 'An error page in HTML looks like this, too: open the URL and see what comes.'],
  },
  12102: { means: 'The root of the answer is not <Response>.', remedies: [twiml] },
  12200: {
    means: 'The document was run, but something in it is not TwiML and was passed over.',
    remedies: ['Correct the verb or attribute that the alert names.'],
  },
  12300: {
    means: 'The answer’s Content-Type is none that is understood here.',
    remedies: [twiml],
  },
  12400: {
    means: 'The edge itself failed.',
    remedies: ['Tell the operator, with the time and the SID below.'],
  },
  10001: {
    means: 'The account had no money left, or was not active.',
    remedies: ['Ask the operator about the balance.'],
  },
};

const refused: Advice = {
  means:
    'Your application answered, and refused the request: most often because its check of the signature failed.',
  remedies: [
    'Compare “URL signed” with the URL that your code checks against: behind a proxy it often sees http for https, another host or port.',
    'Use the account’s present auth token for the check.',
    'Check the signature with the tool, below.',
  ],
};

function http(status: number): Advice {
  if (status === 401 || status === 403) return refused;
  if (status === 404)
    return {
      means: 'Your application answered that there is nothing at this URL.',
      remedies: ['Correct the path of the URL, or add the route to your application.'],
    };
  if (status === 405)
    return {
      means: 'Your application takes no such method at this URL.',
      remedies: ['Change the method where the URL is configured, or let your application take it.'],
    };
  if (status >= 500)
    return {
      means: 'Your application was reached, and failed while it worked on the request.',
      remedies: [logs, 'Send the same request again by hand, and fix what it shows.'],
    };
  if (status >= 400)
    return {
      means: 'Your application was reached, and did not take the request.',
      remedies: [logs],
    };
  return {
    means: 'The URL could not be called, or its answer was none that can be worked with.',
    remedies: [
      reach,
      'Addresses of private networks are not called from here, unless the operator allows it.',
    ],
  };
}

/** What to tell of an alert; undefined: its own words say all that is known. */
export function adviceOf(code: number, request: AlertRequest | null): Advice | undefined {
  if (code === 11200 && request !== null) return http(request.responseStatus);
  return table[code];
}
