/** What a heap keeps: its place is written into the item, so that it can be moved or removed in O(log n). */
export interface HeapItem {
  /** Least first. */
  dueMs: number;
  /** Index in the heap, -1 when outside. Only the heap writes it. */
  heapIndex: number;
}

/** A binary heap of things that are due at a time. */
export class DueHeap<T extends HeapItem> {
  private readonly items: T[] = [];

  get size(): number {
    return this.items.length;
  }

  peek(): T | undefined {
    return this.items[0];
  }

  /** Puts `item` in, or moves it after its `dueMs` has changed. */
  schedule(item: T): void {
    if (item.heapIndex < 0) {
      item.heapIndex = this.items.length;
      this.items.push(item);
    }
    this.up(item.heapIndex);
    this.down(item.heapIndex);
  }

  remove(item: T): void {
    const index = item.heapIndex;
    if (index < 0) return;
    item.heapIndex = -1;
    const last = this.items.pop();
    if (last === undefined || last === item) return;
    this.set(index, last);
    this.up(index);
    this.down(last.heapIndex);
  }

  private set(index: number, item: T): void {
    this.items[index] = item;
    item.heapIndex = index;
  }

  private at(index: number): T {
    return this.items[index] as T;
  }

  private up(start: number): void {
    let index = start;
    const item = this.at(index);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.at(parent).dueMs <= item.dueMs) break;
      this.set(index, this.at(parent));
      index = parent;
    }
    this.set(index, item);
  }

  private down(start: number): void {
    let index = start;
    const item = this.at(index);
    const size = this.items.length;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= size) break;
      if (child + 1 < size && this.at(child + 1).dueMs < this.at(child).dueMs) child++;
      if (this.at(child).dueMs >= item.dueMs) break;
      this.set(index, this.at(child));
      index = child;
    }
    this.set(index, item);
  }
}
