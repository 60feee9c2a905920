import type { ActGroup, Acts } from '../records'

/** The last that is in force and can be undone, of acts that come the last first. */
export function lastInForce(acts: readonly ActGroup[]): ActGroup | undefined {
  return acts.find(({ undone, is_undoing, kind }) => !undone && !is_undoing && kind !== 'purge')
}

/** What was done, as it was told last. Answers may overtake each other, and an old one would bring back an old last act. */
export class ActLog {
  private told = $state.raw<Acts>({ state: 0, acts: [] })

  /** The number of the last act that it knows of. */
  get state(): number {
    return this.told.state
  }

  get acts(): readonly ActGroup[] {
    return this.told.acts
  }

  get last(): ActGroup | undefined {
    return lastInForce(this.acts)
  }

  take(told: Acts): void {
    if (told.state >= this.state) this.told = told
  }
}
