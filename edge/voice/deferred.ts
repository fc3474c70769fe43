/** A promise that others resolve. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  /** The first value counts. */
  readonly resolve: (value: T) => void;
}

export function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
