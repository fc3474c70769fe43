/** What a document may cost. All are fixed: 64 KB is Twilio's own limit (11750), the others are far above real TwiML. */
export const limits = {
  /** Bytes of the body as it came. */
  documentBytes: 64 * 1024,
  /** Elements inside elements; SSML in <Say> nests deepest, at about six. */
  depth: 16,
  elements: 1000,
  attributesPerElement: 50,
} as const;
