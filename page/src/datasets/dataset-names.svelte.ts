import { ask, type Ask } from '../api/http'

interface Names {
  names: readonly string[]
}

/** Which datasets there are, and which of them a page is about; the next visit begins with the same. */
export class DatasetNames {
  all = $state.raw<readonly string[] | null>(null)
  name = $state('')

  /** `path` lists them and takes a new one; `kept` is what the browser remembers the last one under. */
  constructor(
    private readonly path: string,
    private readonly kept: string,
    private readonly asking: Ask = ask,
    private readonly memory: Pick<Storage, 'getItem' | 'setItem'> = localStorage,
  ) {
    this.name = memory.getItem(kept) ?? ''
  }

  /** The one that is shown; null where there is none. */
  get chosen(): string | null {
    return this.all?.includes(this.name) ? this.name : null
  }

  async read(): Promise<void> {
    this.all = (await this.asking<Names>('GET', this.path)).names
    if (!this.all.includes(this.name)) this.name = this.all[0] ?? ''
  }

  /** A link names one that need not be there. */
  meet(name: string | null): void {
    if (name !== null) this.choose(name)
  }

  choose(name: string): void {
    this.name = name
    this.memory.setItem(this.kept, name)
  }

  async create(name: string): Promise<void> {
    const made = await this.asking<{ name: string }>('POST', this.path, { name })
    this.all = [...(this.all ?? []), made.name].sort()
    this.choose(made.name)
  }
}
