import { z } from 'zod';
import { address, type Kinds } from '../../control/config/kinds.ts';
import { isLoopbackHost } from '../http/remote.ts';

/** `console`: the web application for operators and tenants. In plain HTTP on this machine's own addresses alone. */
export const consolePart = (kinds: Kinds) =>
  z
    .strictObject({
      listen: address().default({ host: '127.0.0.1', port: 9443 }),
      certificate: kinds.file().optional(),
      key: kinds.file().optional(),
    })
    .superRefine(({ listen, certificate, key }, context) => {
      const fault = (message: string): void => context.addIssue({ code: 'custom', message });
      if ((certificate === undefined) !== (key === undefined)) fault('certificate and key belong together');
      else if (certificate === undefined && !isLoopbackHost(listen.host))
        fault('expected certificate and key: without them the console listens on a loopback address alone');
    })
    .transform(({ listen, certificate, key }) => ({
      listen,
      tls: certificate === undefined || key === undefined ? null : { certificate, key },
    }));
