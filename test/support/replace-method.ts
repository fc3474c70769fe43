/** Puts another method in the place of one of a class; it is called with the original, bound, before its own values. */
export function replaceMethod<K extends string, T extends { [name in K]: (...values: never[]) => unknown }>(
  prototype: T,
  method: K,
  instead: (
    original: (...values: Parameters<T[K]>) => ReturnType<T[K]>,
    ...values: Parameters<T[K]>
  ) => ReturnType<T[K]>,
): void {
  const original = prototype[method];
  const value = function (this: T, ...values: Parameters<T[K]>): ReturnType<T[K]> {
    return instead((...given) => original.apply(this, given) as ReturnType<T[K]>, ...values);
  };
  Object.defineProperty(prototype, method, { value, configurable: true, writable: true });
}
