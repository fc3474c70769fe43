import { textKey } from '../../../control/store/keys.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Table, TableSpec } from '../../../control/store/table.ts';
import type { IdForm } from '../../smpp/receipt-id.ts';

/** How each carrier writes its message ids in receipts, by its name. */
const formTable: TableSpec<string, IdForm> = { name: 'receipt-id-forms', key: textKey, version: 1 };

/** As many receipts in a row that only another form explains, and what was learned of a carrier is forgotten. */
const doubtsMax = 10;

/** `as-is` and the like are the operator's word on a carrier; `auto` learns its form from the receipts that match. */
export type MessageIdSetting = 'auto' | 'as-is' | 'hex' | 'decimal';

const formOfSetting: Readonly<Record<Exclude<MessageIdSetting, 'auto'>, IdForm>> = {
  'as-is': 'same',
  hex: 'receiptHexadecimal',
  decimal: 'receiptDecimal',
};

/** The forms of carriers' message ids: the operator's word, or what was learned, which outlives a restart. */
export class LearnedForms {
  private readonly table: Table<string, IdForm>;
  private readonly told = new Map<string, IdForm>();
  private readonly learned: Map<string, IdForm>;
  private readonly doubts = new Map<string, number>();

  constructor(store: Store) {
    this.table = store.table(formTable);
    this.learned = new Map(this.table.entries());
  }

  /** The operator's word. */
  assume(carrier: string, setting: MessageIdSetting): void {
    if (setting !== 'auto') this.told.set(carrier, formOfSetting[setting]);
  }

  of(carrier: string): IdForm {
    return this.told.get(carrier) ?? this.learned.get(carrier) ?? 'unknown';
  }

  /** A receipt has shown the form. */
  learn(carrier: string, form: IdForm): void {
    if (form === 'unknown') return;
    this.learned.set(carrier, form);
    this.table.put(carrier, form);
  }

  /** A receipt was found under the form that is known. */
  confirm(carrier: string): void {
    this.doubts.delete(carrier);
  }

  /** A receipt makes sense under another form alone: the carrier may have changed its message centre. */
  doubt(carrier: string): void {
    const doubts = (this.doubts.get(carrier) ?? 0) + 1;
    this.doubts.set(carrier, doubts);
    if (doubts < doubtsMax) return;
    this.doubts.delete(carrier);
    this.learned.delete(carrier);
    this.table.remove(carrier);
  }
}
