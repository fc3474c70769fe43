/** A step into the configuration: a key, or an index of a list. */
export type Path = readonly (string | number)[];

/** One thing that is wrong with a configuration file. Its words never repeat a value, which may be a secret. */
export interface Fault {
  /** As an operator writes it: `carriers[0].smpp.url`; '' for the file as a whole. */
  readonly path: string;
  /** From 1; null where the fault has no line (the file cannot be read). */
  readonly line: number | null;
  readonly message: string;
}

/** `carriers[0].smpp.url` */
export function pathText(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** `strowger.yaml:12: carriers[0].smpp.url: expected …`, the form that editors jump to. */
export function faultText(file: string, fault: Fault): string {
  const where = fault.line === null ? file : `${file}:${fault.line}`;
  return [where, fault.path, fault.message].filter((part) => part !== '').join(': ');
}
