/** Scenarios of sipp(1). Whoever calls or is called says where its sound goes; sipp itself sends none. */
export interface CallerScenario {
  /** Where the caller hears. */
  readonly rtpPort: number;
  /** Who hangs up: the caller so long after the answer, or the other side. */
  readonly hangsUp: { readonly afterMs: number } | 'other';
}

const from = '"Load" <sip:+13125550199@[local_ip]:[local_port]>;tag=[pid]c[call_number]';
const contact = '<sip:+13125550199@[local_ip]:[local_port]>';

const sdp = (rtpPort: number): string =>
  [
    'v=0',
    'o=load 1 1 IN IP[local_ip_type] [local_ip]',
    's=-',
    'c=IN IP[local_ip_type] [local_ip]',
    't=0 0',
    `m=audio ${rtpPort} RTP/AVP 0 101`,
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=ptime:20',
  ].join('\n');

const send = (retransmitted: boolean, lines: readonly string[], body = ''): string => {
  const type = body === '' ? [] : ['Content-Type: application/sdp'];
  const text = [...lines, ...type, 'Content-Length: [len]', '', body].join('\n');
  return `<send${retransmitted ? ' retrans="500"' : ''}><![CDATA[\n${text}\n]]></send>`;
};

const inDialog = (method: string): string[] => [
  `${method} [next_url] SIP/2.0`,
  'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]',
  'Max-Forwards: 70',
  '[routes]',
  `From: ${from}`,
  '[last_To:]',
  'Call-ID: [call_id]',
  `CSeq: ${method === 'ACK' ? 1 : 2} ${method}`,
];

const copied = ['[last_Via:]', '[last_From:]', '[last_To:]', '[last_Call-ID:]', '[last_CSeq:]'];

const scenario = (name: string, steps: readonly string[]): string =>
  ['<?xml version="1.0" encoding="UTF-8"?>', `<scenario name="${name}">`, ...steps, '</scenario>', ''].join(
    '\n',
  );

/** A call to `[service]` that is answered, held for a while and ended. */
export function callerScenario({ rtpPort, hangsUp }: CallerScenario): string {
  const ending =
    hangsUp === 'other'
      ? ['<recv request="BYE"/>', send(false, ['SIP/2.0 200 OK', ...copied])]
      : [`<pause milliseconds="${hangsUp.afterMs}"/>`, send(true, inDialog('BYE')), '<recv response="200"/>'];
  return scenario('caller', [
    send(
      true,
      [
        'INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0',
        'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]',
        'Max-Forwards: 70',
        `From: ${from}`,
        'To: <sip:[service]@[remote_ip]:[remote_port]>',
        'Call-ID: [call_id]',
        'CSeq: 1 INVITE',
        `Contact: ${contact}`,
      ],
      sdp(rtpPort),
    ),
    '<recv response="100" optional="true"/>',
    '<recv response="180" optional="true"/>',
    '<recv response="183" optional="true"/>',
    '<recv response="200" rrs="true"/>',
    send(false, inDialog('ACK')),
    ...ending,
  ]);
}

/** A phone that answers at once and waits for the other side to hang up. */
export const calleeScenario = (rtpPort: number): string =>
  scenario('callee', [
    '<recv request="INVITE"/>',
    send(
      true,
      [
        'SIP/2.0 200 OK',
        '[last_Via:]',
        '[last_Record-Route:]',
        '[last_From:]',
        '[last_To:];tag=[pid]a[call_number]',
        '[last_Call-ID:]',
        '[last_CSeq:]',
        'Contact: <sip:callee@[local_ip]:[local_port]>',
      ],
      sdp(rtpPort),
    ),
    '<recv request="ACK"/>',
    '<recv request="BYE"/>',
    send(false, ['SIP/2.0 200 OK', ...copied]),
    // Repeated BYEs find their call for so long.
    '<timewait milliseconds="2000"/>',
  ]);
