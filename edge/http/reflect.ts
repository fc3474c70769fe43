/**
 * `Reflect.getMetadata` and its two siblings, from the decorators' metadata proposal: @peculiar/x509 builds on a
 * library that refuses to load without them. This module must be imported before it.
 */
type Properties = Map<PropertyKey | undefined, unknown>;

const store = new WeakMap<object, Map<unknown, Properties>>();

function own(key: unknown, target: object, property?: PropertyKey): unknown {
  return store.get(target)?.get(key)?.get(property);
}

const metadata = {
  defineMetadata(key: unknown, value: unknown, target: object, property?: PropertyKey): void {
    const keys = store.get(target) ?? new Map<unknown, Properties>();
    const properties = keys.get(key) ?? new Map<PropertyKey | undefined, unknown>();
    store.set(target, keys.set(key, properties.set(property, value)));
  },
  getOwnMetadata: own,
  getMetadata(key: unknown, target: object, property?: PropertyKey): unknown {
    for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at) as object | null) {
      const value = own(key, at, property);
      if (value !== undefined) return value;
    }
    return undefined;
  },
};

if (!('getMetadata' in Reflect)) Object.assign(Reflect, metadata);
