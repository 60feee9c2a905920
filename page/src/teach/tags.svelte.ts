const MOST = 9

/** The tags that the next hold has, and the last ones used, which keys 1 to 9 choose; remembered in this browser. */
export class Tags {
  chosen = $state.raw<readonly string[]>([])
  recent = $state.raw<readonly string[]>([])

  constructor(private readonly key: string) {
    try {
      this.recent = (JSON.parse(localStorage.getItem(key) ?? '[]') as unknown[]).filter((each) => typeof each === 'string').slice(0, MOST)
    } catch {
      this.recent = []
    }
  }

  /** In the order of their keys: those used here, then those that the recogniser knows. */
  offered(known: readonly string[]): readonly string[] {
    return [...new Set([...this.recent, ...known])].slice(0, MOST)
  }

  /** Choose one alone, or together with the others. */
  choose(tag: string, together = false): void {
    const name = tag.trim().replaceAll(/\s+/g, ' ')
    if (!name) return
    if (!this.recent.includes(name)) this.remember(name)
    if (!together) this.chosen = [name]
    else if (this.chosen.includes(name)) this.chosen = this.chosen.filter((each) => each !== name)
    else this.chosen = [...this.chosen, name]
  }

  leave(tag: string): void {
    this.chosen = this.chosen.filter((each) => each !== tag)
  }

  private remember(name: string): void {
    this.recent = [...this.recent, name].slice(-MOST)
    localStorage.setItem(this.key, JSON.stringify(this.recent))
  }
}
