/** One page of a list as the gateway answers. */
export interface PageOf<T> {
  rows: readonly T[];
  total: number;
  next: string | null;
}

interface Kept<T> {
  cursor: string | null;
  rows: readonly T[];
  next: string | null;
}

export type ReadPage<T> = (cursor: string | null, signal: AbortSignal) => Promise<PageOf<T>>;

/**
 * A long list that is read page by page, as far as it is looked at, and one page further, so that scrolling meets no gap. A page begins where
 * the one before ends, so that they are read in order; those that are looked at are read again when something changed.
 */
export class Pager<T> {
  total: number | undefined;
  error: unknown;

  /** Rises with every change: what is shown follows it. */
  version = 0;

  readonly #pages: Kept<T>[] = [];
  #end = new AbortController();
  #first = 0;
  #last = 0;
  #isBusy = false;
  #isStale = false;

  constructor(
    private readonly read: ReadPage<T>,
    readonly size: number,
    private readonly changed: () => void,
  ) {}

  row(at: number): T | undefined {
    return this.#pages[Math.floor(at / this.size)]?.rows[at % this.size];
  }

  /** All rows that were read. */
  *rows(): Generator<T> {
    for (const page of this.#pages) {
      yield* page.rows;
    }
  }

  /** The rows that are looked at. */
  look(first: number, last: number): void {
    if (this.#end.signal.aborted) {
      this.#end = new AbortController();
    }

    this.#first = Math.floor(Math.max(0, first) / this.size);
    this.#last = Math.floor(Math.max(0, last) / this.size);
    void this.#work();
  }

  /** Reads the pages again that are looked at. */
  refresh(): void {
    this.#isStale = true;
    void this.#work();
  }

  /** Ends what is being read, and reads no more until the list is looked at again. */
  close(): void {
    this.#end.abort();
  }

  async #work(): Promise<void> {
    if (this.#isBusy) {
      return;
    }

    this.#isBusy = true;
    const { signal } = this.#end;
    try {
      while (!signal.aborted) {
        if (this.#isStale) {
          this.#isStale = false;
          await this.#readAgain();
        } else if (this.#lacks()) {
          await this.#readAt(this.#pages.length);
        } else {
          break;
        }
      }
    } catch (error) {
      if (!signal.aborted) {
        this.error = error;
        this.#tell();
      }
    } finally {
      this.#isBusy = false;
    }

    if (signal !== this.#end.signal) {
      await this.#work();
    }
  }

  #lacks(): boolean {
    const last = this.#pages.at(-1);
    return last === undefined || (this.#pages.length <= this.#last + 1 && last.next !== null);
  }

  async #readAgain(): Promise<void> {
    const upTo = Math.min(this.#last, this.#pages.length - 1);
    for (let at = Math.min(this.#first, Math.max(0, upTo)); at <= Math.max(0, upTo) && at <= this.#pages.length; at++) {
      await this.#readAt(at);
    }
  }

  async #readAt(at: number): Promise<void> {
    const cursor = at === 0 ? null : (this.#pages[at - 1]?.next ?? null);
    const { signal } = this.#end;
    const page = await this.read(cursor, signal);
    signal.throwIfAborted();
    const was = this.#pages[at];
    this.#pages[at] = { cursor, rows: page.rows, next: page.next };
    if (was !== undefined && was.next !== page.next) {
      // The pages after it began elsewhere.
      this.#pages.length = at + 1;
    }

    this.total = page.total;
    this.error = undefined;
    this.#tell();
  }

  #tell(): void {
    this.version++;
    this.changed();
  }
}
