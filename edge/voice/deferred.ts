/** Lets something run to its end whose failure changes nothing: sound of a leg or room that is being let go. */
export function quietly(doing: Promise<unknown> | undefined): void {
  doing?.catch(() => undefined);
}

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
