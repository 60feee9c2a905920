const MOST = 200

/** What was before and after, so that it can be undone and done again. */
export class Steps<State> {
  private past = $state.raw<readonly State[]>([])
  private future = $state.raw<readonly State[]>([])

  get canUndo(): boolean {
    return this.past.length > 0
  }

  get canRedo(): boolean {
    return this.future.length > 0
  }

  /** What was before a step that has been done now. */
  keep(before: State): void {
    this.past = [...this.past, before].slice(-MOST)
    this.future = []
  }

  /** What was before; undefined where nothing was. */
  undo(now: State): State | undefined {
    const before = this.past.at(-1)
    if (before === undefined) return undefined
    this.past = this.past.slice(0, -1)
    this.future = [...this.future, now]
    return before
  }

  redo(now: State): State | undefined {
    const after = this.future.at(-1)
    if (after === undefined) return undefined
    this.future = this.future.slice(0, -1)
    this.past = [...this.past, now]
    return after
  }

  clear(): void {
    this.past = this.future = []
  }
}
