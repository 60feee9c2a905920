// Made by make_records.py of the server's records; not to be changed by hand.

/** Why something was refused: one sentence. */
export interface Problem {
  error: string
}

/** Who looks at the page; `role` is None for somebody who has not come in. `passwords` says whether any role has one; `retention_days` how long visits are kept, None where nothing is written to disk; `notices` say what is missing on this machine, and what brings it. `addresses` are those at which other machines find the page, `fingerprint` that of its certificate (SHA-256). */
export interface SessionState {
  role: Role | null
  version: string
  passwords: boolean
  retention_days: number | null
  notices: (string)[]
  addresses: (string)[]
  fingerprint: string | null
}

/** A viewer looks, an editor teaches and labels, an admin changes people and settings. */
export type Role = 'admin' | 'editor' | 'viewer'

/** How one camera fares; `number` is what its picture is asked for with. `frames_per_second` are answers over the last minute, `latency` the median of seconds from a picture's capture to its answer, None before the first. */
export interface CameraState {
  number: number
  name: string
  live: boolean
  running: boolean
  frames: number
  frames_per_second: number
  latency: number | null
  last_error: string | null
}

/** What stands before the JPEG of a camera's picture. `number` counts its pictures, `time` is when it was taken, `delay` the seconds from capture to here; `width` and `height` are pixels. */
export interface ViewHead {
  number: number
  time: number
  delay: number
  width: number
  height: number
  seen: (Sighting)[]
}

/** What one picture showed of one thing; `label` is None for the unknown, `box` for the whole picture. */
export interface Sighting {
  kind: string
  label: string | null
  score: number
  box: [number, number, number, number] | null
  track: number | null
  face: FaceDetails | null
  attributes: Record<string, unknown>
}

/** What the faces wing knows besides. `nearest` is the likeliest person and `cosine`, -1..1, how alike the face is; `quality`, 0..1, is what the frame counts for, and `reasons` say what is wrong with it. */
export interface FaceDetails {
  nearest: string
  cosine: number
  quality: number | null
  reasons: (string)[]
}

/** How all cameras fare now. */
export interface CameraNews {
  cameras: (CameraState)[]
  type: string
}

/** Visits have begun, gone on or ended; `number` changes with each time. */
export interface EventNews {
  number: number
  type: string
}

/** How the learning of people fares now. */
export interface TrainingNews {
  training: TrainingState
  type: string
}

/** How the run fares that began last; `number` changes whenever anything does. `stage` says what it is at, with `done` of `total` pictures. At its end, `learned` says what came of it, or `error` why nothing did; `refused` are pictures that were not taken, with the reason. */
export interface TrainingState {
  number: number
  running: boolean
  stage: string
  done: number
  total: number | null
  learned: string | null
  error: string | null
  refused: (string)[]
}

/** What stands before the JPEG of a picture that a page sends; `number` comes back with the answer. */
export interface SentHead {
  number: number
}

/** What is on a picture that a page sent; boxes in shares of its sides. `width` and `height` are its pixels; `waited` and `worked` milliseconds. */
export interface SentAnswer {
  number: number
  width: number
  height: number
  seen: (Sighting)[]
  waited: number
  worked: number
  type: string
}

/** Why a picture that a page sent was not looked at; `number` is None where it could not be read. */
export interface SentRefusal {
  number: number | null
  error: string
  type: string
}

/** Visits, the newest first; `next` asks for those before them, None where there are none. */
export interface VisitPage {
  visits: (VisitState)[]
  next: string | null
}

/** One visit; `label` is None for a stranger, whom `number` tells from others. `over` is False while it goes on; `picture` and `clip` say whether there is one to be asked for. What a rule tells has its name in `rule`, and what it measured in `measures`. */
export interface VisitState {
  id: number
  kind: string
  label: string | null
  number: number | null
  camera: string
  first: number
  last: number
  over: boolean
  score: number
  picture: boolean
  announcements: (DeliveryState)[]
  rule: string
  measures: Record<string, number>
  clip: boolean
}

/** What became of one announcement of a visit. */
export interface DeliveryState {
  channel: string
  state: string
  attempts: number
  reason: string | null
}

/** What visits can be asked for by; `things` are labels of what is no face. */
export interface VisitChoices {
  cameras: (string)[]
  people: (string)[]
  rules: (string)[]
  things: (string)[]
}

/** Everybody who is known, by name. */
export interface People {
  people: (PersonState)[]
}

/** Somebody who is known: `folder` is the handle, `learned` the pictures that the classifiers know. `last` is when the last visit ended, None where there is none. */
export interface PersonState {
  folder: string
  name: string
  pictures: number
  learned: number
  preview: boolean
  visits: number
  last: number | null
  fields: Record<string, unknown>
}

/** What was done, in one sentence. */
export interface Done {
  done: string
}

/** What is known of a person, by the names of fields: `name` is what the person is called. */
export interface Fields {
  fields: Record<string, string | number | number | boolean | null>
}

/** All visitors without a name. */
export interface Visitors {
  visitors: (VisitorState)[]
}

/** A visitor without a name: `folder` is the handle, `last` when the face was kept last. */
export interface VisitorState {
  folder: string
  pictures: (string)[]
  last: number
}

/** Whose face a visit or a live picture shows: `person`, None for "not the one who was told". One of `visit` and `live` is given. Live pictures are remembered for some seconds. */
export interface Corrected {
  visit: number | null
  live: LiveFace | null
  person: string | null
}

/** A face on a camera's picture: by the camera's and the picture's number, and its place in `seen`. */
export interface LiveFace {
  camera: number
  picture: number
  place: number
}

/** All corrections, the newest first. */
export interface Corrections {
  corrections: (CorrectionState)[]
}

/** What was said of one face: it is not `was`, and `person` is who it is, None where nobody said. */
export interface CorrectionState {
  id: number
  time: number
  was: string | null
  person: string | null
  visit: number | null
}

/** A film of so many bytes that is to come, and what it is looked at for; `detect` names networks. */
export interface NewJob {
  name: string
  size: number
  faces: boolean
  detect: (string)[]
  annotate: boolean
}

/** All jobs, the newest first. */
export interface Jobs {
  jobs: (JobState)[]
}

/** How a job fares: upload, waiting, running, done, failed or cancelled. `received` of `size` bytes are here, `frames` of `total` were looked at, None where nobody knows; `left` are seconds. */
export interface JobState {
  id: string
  name: string
  size: number
  received: number
  state: string
  faces: boolean
  detect: (string)[]
  annotate: boolean
  created: number
  frames: number
  total: number | null
  frames_per_second: number
  left: number | null
  error: string | null
}

/** What is on one frame of a film; boxes in its pixels, `time` in seconds from its beginning. */
export interface FrameLine {
  frame: number
  time: number
  width: number
  height: number
  seen: (Sighting)[]
}

/** Whose faces are on a picture of so many pixels. `version` is that of the classifiers; `waited` and `worked` are milliseconds. `picture` is the annotated one as JPEG in base64, where it was asked for. */
export interface FacesAnswer {
  width: number
  height: number
  network: string
  version: string
  faces: (Sighting)[]
  waited: number
  worked: number
  picture: string | null
}

/** What a whole picture shows; `known` is False where it is nothing that the network knows. */
export interface ClassesAnswer {
  width: number
  height: number
  network: string
  version: string
  known: boolean
  answers: (ClassAnswer)[]
  waited: number
  worked: number
  picture: string | null
}

/** One class by its number, and how likely it is, 0..1. */
export interface ClassAnswer {
  class: number
  label: string
  probability: number
}

/** The number on a picture; without one, `problem` says why: "empty" or "no digit". */
export interface NumberAnswer {
  width: number
  height: number
  network: string
  version: string
  number: string | null
  problem: string | null
  digits: (DigitAnswer)[]
  waited: number
  worked: number
  picture: string | null
}

/** One digit: where, in pixels, and what it may be, the likeliest first; not one if not `known`. */
export interface DigitAnswer {
  box: [number, number, number, number]
  known: boolean
  answers: (ClassAnswer)[]
}

/** A picture in base64, and the number that is written on it, read from the left. */
export interface WrittenNumber {
  picture: string
  number: string
}

/** The objects of a picture; `limits` says what was left out. `picture` is the annotated one as JPEG in base64, where it was asked for. */
export interface ObjectsAnswer {
  width: number
  height: number
  network: string
  version: string
  limits: Limits
  objects: (FoundObject)[]
  waited: number
  worked: number
  picture: string | null
}

/** What was left out: scored less than `score`, overlapped by more than `overlap`, came after `most`. Where classes have limits of their own, `score` is the least of them; `overlap` is None where the network leaves out doubles by itself. Of a film, what is followed is told from a score of `followed` on. */
export interface Limits {
  score: number
  overlap: number | null
  most: number
  followed: number | null
}

/** One object: its class by number and name, how sure that is, 0..1, and where it is, in pixels. */
export interface FoundObject {
  class: number
  label: string
  score: number
  box: [number, number, number, number]
}

/** What pictures can be asked about; `faces` is False where none are looked for. */
export interface Networks {
  faces: boolean
  digits: boolean
  classifiers: (NetworkState)[]
  detectors: (NetworkState)[]
}

/** A network that can be asked by its name; `classes` are so many things that it tells apart. */
export interface NetworkState {
  name: string
  version: string
  classes: number
}
