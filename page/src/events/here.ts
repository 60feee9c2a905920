import type { CameraState, VisitState } from '../records'

/** Whether somebody is there still: where a camera has ended, nobody knows any more. */
export function isHere({ over, camera }: VisitState, cameras: readonly CameraState[] | null): boolean {
  return !over && cameras?.find(({ name }) => name === camera)?.running !== false
}
