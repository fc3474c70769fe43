import { compliancePath } from './bundles.ts';
import type { ApiRequest, Reply, Route } from './exchange.ts';
import { rowList } from './lists.ts';
import { Reader } from './readers.ts';

/**
 * What countries ask of those who hold numbers there (https://www.twilio.com/docs/phone-numbers/regulatory/api/regulations,
 * …/end-user-types and …/supporting-document-types). This edge knows no country's regulations, so the lists are empty, and
 * nothing in them can be fetched.
 */
export function regulationRoutes(): readonly Route[] {
  const emptyList = (
    path: string,
    name: string,
    fault: (reader: Reader) => Reply | undefined = () => undefined,
  ): Route => ({
    product: 'numbers',
    method: 'GET',
    path: `${compliancePath}/${path}`,
    handler: (request: ApiRequest) =>
      fault(new Reader(request.query)) ?? rowList(request, name, [], () => null),
  });
  return [
    emptyList('EndUserTypes', 'end_user_types'),
    emptyList('SupportingDocumentTypes', 'supporting_document_types'),
    emptyList('Regulations', 'results', filterFault),
  ];
}

/** What is wrong with the filters of regulations. */
function filterFault(reader: Reader): Reply | undefined {
  reader.choice('EndUserType', ['individual', 'business']);
  reader.text('IsoCountry', 2);
  reader.text('NumberType', 64);
  reader.flag('IncludeConstraints');
  return reader.fault;
}
