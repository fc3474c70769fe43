import { parseUri } from './message/uri.ts';
import { bare, defaultPort } from './transport/flow.ts';

/** Of a trunk, what decides how we connect to it. */
export interface Connecting {
  readonly name: string;
  readonly sip?:
    | {
        readonly proxy: string;
        readonly register: { readonly registrar?: string | undefined } | null;
        readonly tls?: { readonly [field in (typeof shown)[number]]?: string | undefined } | undefined;
      }
    | undefined;
}

const shown = ['certificate', 'key', 'ca', 'servername'] as const;

/**
 * Who else among `trunks` is reached at the same place as `trunk` in TLS, and is to be shown or trusted something else:
 * which one a connection is for can be told by the place alone. undefined if nobody.
 */
export function rivalInTls(trunk: Connecting, trunks: readonly Connecting[]): string | undefined {
  const places = placesOf(trunk);
  return trunks.find(
    (other) =>
      other.name !== trunk.name &&
      placesOf(other).some((place) => places.includes(place)) &&
      shown.some((field) => trunk.sip?.tls?.[field] !== other.sip?.tls?.[field]),
  )?.name;
}

/** `host:port` of where a connection in TLS may be made. */
function placesOf({ sip }: Connecting): readonly string[] {
  return [sip?.proxy, sip?.register?.registrar].flatMap((text) => {
    const uri = text === undefined ? undefined : parseUri(text);
    if (uri?.kind !== 'sip') return [];
    const transport = uri.params.get('transport')?.toLowerCase();
    // Without one the DNS may still say TLS (RFC 3263 section 4.1).
    if (!uri.secure && transport !== undefined && transport !== 'tls') return [];
    return [`${bare(uri.host.toLowerCase())}:${uri.port ?? defaultPort('tls')}`];
  });
}
