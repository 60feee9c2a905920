/** Answers of the server about one picture, and what of them the limits let through. */

import type { ClassesAnswer, FacesAnswer, ObjectsAnswer, Sighting } from '../records'

export interface Limits {
  face: number
  object: number
  /** By the name of the classifier; FIRST_SHARE for those that are not there. */
  shares: Record<string, number>
}

export const FIRST_SHARE = 0.1

export type Asked<T> = { state: 'asking' } | { state: 'answered'; answer: T } | { state: 'refused'; error: string }

/** Boxes in shares, of what passes its limit; a face below it is shown without its name. */
export function shownOn(faces: FacesAnswer | null, objects: ObjectsAnswer | null, limits: Limits): Sighting[] {
  return [
    ...(faces?.faces ?? []).map((face) => ({
      ...face,
      label: face.score >= limits.face ? face.label : null,
      box: inShares(face.box, faces!),
    })),
    ...(objects?.objects ?? [])
      .filter(({ score }) => score >= limits.object)
      .map(({ label, score, box }) => ({ kind: 'object', label, score, box: inShares(box, objects!), track: null, face: null, attributes: {} })),
  ]
}

/** The likeliest classes with whether they pass the limit; none does where the network knows nothing of it. */
export function classesOf(answer: ClassesAnswer, limit: number, most = 5): { label: string; share: number; quiet: boolean }[] {
  return answer.answers.slice(0, most).map(({ label, probability }) => ({ label, share: probability, quiet: !answer.known || probability < limit }))
}

function inShares(box: Sighting['box'], { width, height }: { width: number; height: number }): Sighting['box'] {
  if (!box) return null
  const [left, top, right, bottom] = box
  return [left / width, top / height, right / width, bottom / height]
}
