import type { ActGroup } from '../records'

/** The last that is in force and can be undone, of acts that come the last first. */
export function lastInForce(acts: readonly ActGroup[]): ActGroup | undefined {
  return acts.find(({ undone, is_undoing, kind }) => !undone && !is_undoing && kind !== 'purge')
}
