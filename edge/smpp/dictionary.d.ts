/** The part of npm `smpp`'s tables (lib/defs.js, 0.5.1) that this room derives its own from. */
declare module 'smpp/lib/defs.js' {
  /** A codec of that package; here only its identity counts. */
  interface WireType {
    readonly default: unknown;
  }
  interface CommandRow {
    readonly id: number;
    /** Mandatory parameters in wire order. */
    readonly params?: Readonly<Record<string, { readonly type: WireType }>>;
  }
  interface TlvRow {
    readonly id: number;
    readonly type: WireType;
  }
  interface Definitions {
    readonly types: {
      readonly int8: WireType;
      readonly cstring: WireType;
      readonly buffer: WireType;
      readonly dest_address_array: WireType;
      readonly unsuccess_sme_array: WireType;
      readonly tlv: {
        readonly int8: WireType;
        readonly int16: WireType;
        readonly int32: WireType;
        readonly cstring: WireType;
        readonly string: WireType;
        readonly buffer: WireType;
      };
    };
    readonly commands: Readonly<Record<string, CommandRow>>;
    readonly tlvs: Readonly<Record<string, TlvRow>>;
    readonly errors: Readonly<Record<string, number>>;
  }
  const definitions: Definitions;
  export default definitions;
}
