// Made by make_records.py of the server's records; not to be changed by hand.

/** Why something was refused: one sentence. */
export interface Problem {
  error: string
}

/** Who looks at the page; `role` is None for somebody who has not come in. `passwords` says whether any role has one; `retention_days` how long visits are kept, None where nothing is written to disk; `notices` say what is missing on this machine, and what brings it. `addresses` are those at which other machines find the page, `fingerprint` that of its certificate (SHA-256). `who` is how what was done to a dataset is signed in this session, None for somebody who has not come in. `video` says whether a browser's camera may come as video, by WebRTC. */
export interface SessionState {
  role: Role | null
  version: string
  passwords: boolean
  retention_days: number | null
  notices: (string)[]
  addresses: (string)[]
  fingerprint: string | null
  who: string | null
  video: boolean
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

/** What somebody who sits before a camera is to do, and what is wrong with the last picture. `taken` of `wanted` pictures are there. At the end, `over`, `missing` says which are not and `trouble` what was most often wrong, in words; `like` is who of those who are known this seems to be. */
export interface SittingNews {
  prompt: string
  taken: number
  wanted: number
  fault: string
  over: boolean
  missing: string
  trouble: string
  like: string | null
}

/** What stands before the JPEG of a picture that a page sends; `number` comes back with the answer. */
export interface SentHead {
  number: number
}

/** What is on a picture that a page sent; boxes in shares of its sides. `width` and `height` are its pixels; `waited` and `worked` milliseconds. `number` is None for a picture of its video. */
export interface SentAnswer {
  number: number | null
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

/** A page would rather send its camera's video by WebRTC: its offer, as SDP. */
export interface OfferedVideo {
  offer: string
}

/** The server's answer to an offer of video, as SDP. */
export interface TakenVideo {
  answer: string
  type: string
}

/** There is no video, or no longer; pictures may come as ever. */
export interface LostVideo {
  reason: string
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

/** Whose face a visit or a picture shows: `person`, None for "not the one who was told". One of `visit`, `live` and `picture` is given. Live pictures are remembered for some seconds. `picture` is one in base64, and `box` where the face is, in its pixels, as /api/faces tells it. */
export interface Corrected {
  visit: number | null
  live: LiveFace | null
  picture: string | null
  box: [number, number, number, number] | null
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

/** The datasets that are there. */
export interface BoxedSetNames {
  names: (string)[]
}

/** Some pictures in the order in which they came. */
export interface BoxedPictures {
  pictures: (BoxedPictureState)[]
}

/** A picture: where it is among all, and its boxes in pixels after the EXIF turn. `boxes` is None where nothing was said of them, and empty where nothing is. */
export interface BoxedPictureState {
  hash: string
  name: string
  place: number
  width: number
  height: number
  shooting: string
  boxes: (LabelledBox)[] | null
}

/** Where in a picture something of a class is; `number` is the box's own, by which it is named. */
export interface LabelledBox {
  number: number
  label: string
  box: Box
}

/** A rectangle in pixels; it may reach over the border of its picture. Example: >>> from svod_rcgn import Box >>> box = Box(left=10, top=20, right=50, bottom=80) >>> box.width, box.height, box.centre (40, 60, (30.0, 50.0)) */
export interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

/** What may be in a picture. */
export interface ProposedBoxes {
  boxes: (ProposedBox)[]
}

/** A box that may be accepted, mended or refused, and where it comes from. */
export interface ProposedBox {
  label: string
  box: Box
  score: number
  origin: Origin
}

/** Where a proposal comes from. */
export type Origin = 'carried' | 'network'

/** All that is in a picture, in place of the boxes that were `seen`; None where nothing had been said. */
export interface DrawnBoxes {
  boxes: (DrawnBox)[]
  seen: (LabelledBox)[] | null
}

/** A box in pixels of the picture; `number` is None for a new one. */
export interface DrawnBox {
  label: string
  left: number
  top: number
  right: number
  bottom: number
  number: number | null
}

/** A dataset, each time that it has changed. */
export interface BoxNews {
  boxes: BoxedSetState
  type: string
}

/** How a dataset stands: of its `pictures` it is said of `boxed` where things are. `state` is the number of the last act. `open` is the place of the first picture of which nothing was said, counted from 0, None where there is none. */
export interface BoxedSetState {
  name: string
  state: number
  pictures: number
  boxed: number
  open: number | null
  classes: (BoxCount)[]
  training: DetectorTrainingState
}

/** A class, and how many boxes it has. */
export interface BoxCount {
  label: string
  boxes: number
}

/** How the run fares that began last; `number` changes whenever anything does. `stage` says what it is at, with `done` of `total` steps; `left` are the seconds that are left of it as far as anybody knows. `notes` are lines that were said, and `error` is why nothing came of it. `in_use` is the detector that is asked now. `may_take_long` says whether there is something to learn longer with. */
export interface DetectorTrainingState {
  number: number
  running: boolean
  stage: string
  done: number
  total: number | null
  left: number | null
  notes: (string)[]
  epochs: (DetectorEpochState)[]
  in_use: DetectorVersion | null
  error: string | null
  may_take_long: boolean
}

/** One round of a long training: its loss, and mAP@0.5 of pictures left out. */
export interface DetectorEpochState {
  number: number
  loss: number
  half: number | null
}

/** A detector that is in use, and what it is worth on pictures that were left out. `half` is mAP@0.5, `mean` mAP@0.5:0.95, None where nothing could be left out; `interval` holds `half` at 95 %. `state` is the number of the dataset's last act then; `seconds` is how long the learning took. `notes` are lines on what to know of it. */
export interface DetectorVersion {
  name: string
  version: string
  state: number
  pictures: number
  seconds: number
  half: number | null
  mean: number | null
  interval: [number, number] | null
  classes: (TrainedClass)[]
  doubtful: (DoubtfulBox)[]
  notes: (string)[]
}

/** A class that was learned: its boxes, in how many pictures, and from which score it counts. `precision` is AP@0.5 of pictures left out, None where too little could be left out to say. */
export interface TrainedClass {
  label: string
  boxes: number
  pictures: number
  precision: number | null
  limit: number
}

/** Where a person may have erred: `told` is found there, and `said`, or nothing, is drawn. */
export interface DoubtfulBox {
  picture: string
  name: string
  said: string | null
  told: string
  score: number
  box: Box
}

/** The pictures that a query finds, in its order; `state` is the number of the dataset's last act. `total` counts all pictures that are there, whatever was asked for. */
export interface CollectionView {
  state: number
  total: number
  pictures: (string)[]
}

/** What there is to choose from. `shootings` are the newest first. `untagged`, `doubled`, `suspects` and `uncertain` count pictures of each kind. `learned` says whether answers to left-out pictures are known, without which there are no `confusion` and no suspects; `version` is the one in use. */
export interface CollectionOverview {
  state: number
  pictures: number
  classes: (ClassCount)[]
  shootings: (ShootingCount)[]
  untagged: number
  doubled: number
  suspects: number
  uncertain: number
  confusion: Confusion | null
  learned: boolean
  version: number | null
}

/** How much there is of a class: pictures said to show it and not to, boxes, shootings with it. */
export interface ClassCount {
  label: string
  yes: number
  no: number
  boxes: number
  shootings: number
}

/** A hold, upload or film: how many pictures are of it, and when the first came, in seconds. */
export interface ShootingCount {
  name: string
  pictures: number
  first: number
}

/** What left-out pictures show (rows) and were taken for (columns), counted; `labels` are of both. */
export interface Confusion {
  labels: (string)[]
  rows: ((number)[])[]
}

/** Some pictures in the order in which they were asked for; those that are gone are left out. */
export interface CollectionPictures {
  state: number
  pictures: (CollectionPicture)[]
}

/** A picture: what it is said to show (`yes`) and not to (`no`), and what it was taken for. `time` is when it came, in seconds since the epoch; `width` and `height` are pixels after the EXIF turn. `told` is the likeliest class when it was left out, or now where it has no tag, with its `probability`, 0..1; None where that was not asked. `suspicion` says in words why a tag is doubted. */
export interface CollectionPicture {
  hash: string
  name: string
  time: number
  width: number
  height: number
  yes: (string)[]
  no: (string)[]
  shooting: string
  told: string | null
  probability: number | null
  suspicion: string | null
}

/** What was done: the act, by which it is undone, and the number of the dataset's last act. */
export interface CollectionChange {
  state: number
  act: number
}

/** The most suspicious first; `total` counts those that are not told, too. */
export interface SuspectPictures {
  state: number
  total: number
  suspects: (SuspectPicture)[]
}

/** A picture whose tag the answer to it contradicts, given when it was left out with its shooting. `answer` is what it was taken for, in words, and `label` the class that this is about: it `denies` that the picture shows that, or says that it does. `probability`, 0..1, is how sure that was, and `likely` says that it was as sure of pictures that do show that. `evidence` says so in words. */
export interface SuspectPicture {
  picture: string
  name: string
  shows: (string)[]
  answer: string
  label: string
  denies: boolean
  probability: number
  likely: boolean
  evidence: string
}

/** The pictures that are most like one, the nearest first. `spread` is of these together with the one that was asked about, None where there is no other. `compared` counts those that could be: pictures that were not looked at yet are not among them. */
export interface SimilarPictures {
  state: number
  pictures: (SimilarPicture)[]
  spread: Spread | null
  compared: number
}

/** A picture, and the cosine, -1..1, of its embedding to that of the one that was asked about. */
export interface SimilarPicture {
  picture: string
  cosine: number
}

/** The least and the median cosine, -1..1, between any two pictures of a group. */
export interface Spread {
  least: number
  median: number
}

/** What would teach most, first. `untagged` counts the pictures of the dataset of which nothing is said, `live` the live ones that wait, and `collecting` says whether more are taken in. */
export interface QueueView {
  state: number
  untagged: number
  live: number
  collecting: boolean
  pictures: (QueuePicture)[]
}

/** A picture of which somebody should say what it shows. `live` ones are in memory alone. `told` is what it is taken for, with its `probability`, 0..1, and `known` False where it is like none of the classes; None where nobody could be asked. `worth` is how uncertain that is, 0..1, times how unlike it is to what is known and to those before it, 0..2; None where it was not looked at yet. `time` is when it came, in seconds since the epoch. */
export interface QueuePicture {
  picture: string
  name: string
  time: number
  live: boolean
  told: string | null
  probability: number | null
  known: boolean
  worth: number | null
}

/** What was done: the number of the last act, and the act by which it is undone; None for a skip. */
export interface QueueAnswered {
  state: number
  act: number | null
}

/** Pictures show classes (`said` is true), do not (false), or nothing is said of that any more (null). `state` is the number of the last act that was looked at, here and below. */
export interface TagPictures {
  pictures: (string)[]
  labels: (string)[]
  said: boolean | null
  state: number
}

/** Pictures show a class in place of another; those that do not show the first are left as they are. */
export interface RelabelPictures {
  pictures: (string)[]
  label_from: string
  label_to: string
  state: number
}

/** Pictures go; that can be undone. */
export interface DeletePictures {
  pictures: (string)[]
  state: number
}

/** A class is called otherwise. */
export interface RenameClass {
  label: string
  to: string
  state: number
}

/** A class becomes part of another one. */
export interface MergeClasses {
  label: string
  into: string
  state: number
}

/** What is said of a picture is right, it is to be what it was taken for or `label`, or it goes. */
export interface SettleSuspect {
  picture: string
  verdict: 'delete' | 'relabel' | 'right'
  state: number
  label: string | null
}

/** Why a rule does not hold: at a `time`, in seconds since the epoch, or now where that is None. `text` is a draft, which is for editors; None for the rules in use. */
export interface AskedReason {
  rule: string
  time: number | null
  text: string | null
}

/** Rules over what was seen from `since` to `until`, in seconds since the epoch; None is now. `text` is a draft, None for the rules in use; `rule` is the one that counts, None for all. `vary` is tried with each of its values besides. */
export interface AskedRehearsal {
  since: number
  until: number | null
  text: string | null
  rule: string | null
  vary: AskedVariation | null
}

/** Where a value stands in a rule, as `cooldown` or `when.of.0.from`, and what is tried there. */
export interface AskedVariation {
  rule: string
  field: string
  values: (string | boolean | number)[]
}

/** A rules file as somebody would like it to be. */
export interface DraftRules {
  text: string
}

/** A light: its `box`, (left, top, right, bottom) in shares of the picture. `colour` is #rrggbb, as bright as can be, and `name` what rules would call it; both are None where it is too bright to tell. */
export interface PickedLight {
  box: [number, number, number, number]
  colour: string | null
  name: string | null
}

/** Of each camera that the rule is for and of which something is kept. */
export interface Reasons {
  cameras: (Reason)[]
}

/** Why a rule did not hold on a camera, or that it did: in `words`, with what was seen `at` that time. `near` is how nearly it held, 0..1; None where nothing is known. */
export interface Reason {
  camera: string
  holds: boolean
  near: number | null
  at: number
  words: string
}

/** What came of it. `frames` were kept from `first` to `last`; it is not `complete` where the time was too short for all. `events` are the newest of `count`, the newest first. `days` are all from first to last. `unmeasured` are lights of which nothing is kept: they are measured only from when they are saved. */
export interface Rehearsed {
  frames: number
  first: number
  last: number
  complete: boolean
  count: number
  events: (RehearsedEvent)[]
  days: (RehearsedDay)[]
  varied: (VariedCount)[]
  unmeasured: (string)[]
}

/** What would have fired: from `begin` to `end`, in seconds since the epoch; None where it went on. `subject` is what it is about, and `told` whether anybody would have been told. */
export interface RehearsedEvent {
  rule: string
  camera: string
  subject: string
  begin: number
  end: number | null
  measures: Record<string, number>
  severity: string
  told: string
}

/** How often each rule would have fired on a day, as 2026-01-31 by local time, and told somebody. */
export interface RehearsedDay {
  day: string
  events: Record<string, number>
  told: Record<string, number>
}

/** How often the rule would have fired, and told somebody, with this value. */
export interface VariedCount {
  value: string | boolean | number
  events: number
  told: number
}

/** The file that can be changed, as it stands on disk. `exists` is whether there is one yet: it is made when it is saved for the first time. `state` changes with each change of the file. `followed` is whether cameras follow just this; a file that somebody changed by hand is not followed before it is read again. `undoable` is whether what it said before is kept. */
export interface RulesFile {
  name: string
  exists: boolean
  text: string
  state: string
  checked: CheckedRules
  others: (OtherRules)[]
  followed: boolean
  undoable: boolean
}

/** What a text says. `rules` is None where it cannot even be read; with a `problem` they cannot be used. `warnings` say what of them will come to nothing here, as a rule on objects where no detector runs. */
export interface CheckedRules {
  rules: RulesText | null
  problem: RulesProblem | null
  warnings: (string)[]
}

/** A rules file. `white` is what a camera, by its name, makes of white; `quota` the events an hour that a camera tells. */
export interface RulesText {
  quota?: number
  rules?: (RuleText)[]
  zones?: Record<string, ([number, number])[]>
  lines?: Record<string, [[number, number], [number, number]]>
  lights?: Record<string, LightText>
  colours?: Record<string, string>
  white?: Record<string, string>
}

/** A rule. `channels` are those that are told, all where none is named; "output" is standard output. `clip` as "5s..10s" keeps a film from so long before an event began to so long after. `cooldown` are the seconds after an event that was told in which another of the same rule and label is only recorded; `patience` those for which a detector may miss something without its being gone. */
export interface RuleText {
  name: string
  when: Present | Gone | Unseen | Zone | Line | Count | Speed | Near | State | Blinks | Colour | Attribute | All | Any | Not | Some | Then
  look?: Look
  cameras?: (string)[]
  severity?: 'alarm' | 'info' | 'warning'
  channels?: ('mqtt' | 'output' | 'slack' | 'webhook')[]
  clip?: string | null
  cooldown?: number
  patience?: number
  schedule?: Schedule | null
}

/** It has been there for so long; what a detector misses in between does not count. */
export interface Present {
  is: 'present'
  for?: number
}

/** It had been there, and has not been seen for so long. */
export interface Gone {
  is: 'gone'
  for?: number
}

/** Nothing that the rule looks at has been seen for so long. */
export interface Unseen {
  is: 'unseen'
  for: number
}

/** It has been in a zone for so long: dwell. `point` of its box says so; the box has to be further in or out than the share `inertia` of its height to come in or leave, so that trembling at the border is neither. */
export interface Zone {
  is: 'in'
  zone: string
  for?: number
  point?: 'all' | 'any' | 'bottom' | 'centre'
  inertia?: number
}

/** The bottom of its box has crossed a line, from one side to the other. `to` is the side it goes to, as seen from the line's first point towards the second. A track counts once unless it may `again`. It has to be further off the line than the share `inertia` of its height. */
export interface Line {
  is: 'crosses'
  line: string
  to?: 'either' | 'left' | 'right'
  again?: boolean
  inertia?: number
}

/** So many of what the rule looks at are there, or in a zone, for so long. */
export interface Count {
  is: 'count'
  at_least?: number | null
  at_most?: number | null
  zone?: string | null
  for?: number
}

/** It moves so fast over the last second, in metres a second where the picture is `width` metres wide. */
export interface Speed {
  is: 'speed'
  width: number
  above?: number | null
  below?: number | null
}

/** Something of another label is so near, for so long: the gap of the boxes in heights of the picture. */
export interface Near {
  is: 'near'
  label: string
  distance?: number
  for?: number
}

/** A light is on, off or blinks, for so long. */
export interface State {
  is: 'state'
  state: 'blinking' | 'off' | 'on'
  for?: number
}

/** A light blinks between two frequencies, in Hz, and has changed so often. */
export interface Blinks {
  is: 'blinks'
  from?: number
  to?: number
  alternations?: number
}

/** A light has one of the colours, for so long. */
export interface Colour {
  is: 'colour'
  colour: string | (string)[]
  for?: number
}

/** What else is known of it is so: a field of a person, or a number within bounds. */
export interface Attribute {
  is: 'attribute'
  name: string
  equals?: string | boolean | number | null
  at_least?: number | null
  at_most?: number | null
}

/** Each holds. */
export interface All {
  is: 'all'
  of: (Present | Gone | Unseen | Zone | Line | Count | Speed | Near | State | Blinks | Colour | Attribute | All | Any | Not | Some | Then)[]
}

/** One holds. */
export interface Any {
  is: 'any'
  of: (Present | Gone | Unseen | Zone | Line | Count | Speed | Near | State | Blinks | Colour | Attribute | All | Any | Not | Some | Then)[]
}

/** It does not hold. */
export interface Not {
  is: 'not'
  of: Present | Gone | Unseen | Zone | Line | Count | Speed | Near | State | Blinks | Colour | Attribute | All | Any | Not | Some | Then
}

/** Something else does: whatever the rule itself looks at, one of those that `look` means meets `of`. */
export interface Some {
  is: 'some'
  look: Look
  of: Present | Gone | Unseen | Zone | Line | Count | Speed | Near | State | Blinks | Colour | Attribute | All | Any | Not | Some | Then
}

/** What a rule looks at. `kind` is face, object, picture or light; `label` a class, a light's name or, of faces, a person, who may also stand as `person`. `unknown` takes those without a name. `score` is the least, 0..1. */
export interface Look {
  kind?: 'face' | 'light' | 'object' | 'picture' | null
  label?: string | null
  person?: string | null
  unknown?: boolean
  score?: number
}

/** One begins to hold after the other, each within so many seconds. */
export interface Then {
  is: 'then'
  of: (Present | Gone | Unseen | Zone | Line | Count | Speed | Near | State | Blinks | Colour | Attribute | All | Any | Not | Some | Then)[]
  within: number
}

/** When a rule counts, by local time; from 22:00 to 06:00 goes over midnight and is of the first day. */
export interface Schedule {
  days?: ('fri' | 'mon' | 'sat' | 'sun' | 'thu' | 'tue' | 'wed')[]
  from?: string
  to?: string
}

/** A light and where it is: its `box` on the picture, (left, top, right, bottom), or what has it. It is on a thing that a detector finds where `detected` is that thing's class; `box` is then the light's place on the thing, in shares of the thing's box, and all of it where none is given. Where it `follows`, that is its place on the first picture, and it goes with what is around it when the camera moves a little. `limit`, `slowest` and `contrast` are as in `lights.settings`. `shortest` are the seconds for which each of its states lasts at least, and `after` says which states may come after which: what cannot be is held back until it lasts. */
export interface LightText {
  box?: [number, number, number, number] | null
  detected?: string | null
  cameras?: (string)[]
  follows?: boolean
  limit?: number | null
  slowest?: number | null
  contrast?: number | null
  shortest?: Record<string, number>
  after?: Record<string, ('blinking' | 'off' | 'on')[]>
}

/** Why rules cannot be used, and where in their text, from 1, as far as that is known. */
export interface RulesProblem {
  words: string
  line: number | null
  column: number | null
}

/** Another file that is followed and cannot be changed here; None where it cannot be read. */
export interface OtherRules {
  name: string
  rules: RulesText | null
}

/** A rules file to follow from now on, unless it has changed since `state` was looked at. */
export interface SavedRules {
  text: string
  state: string
}

/** Rules as a form has them, and the text into which they are to be written. */
export interface WishedRules {
  rules: RulesText
  text: string
}

/** How digits are learned, each time that it has changed. */
export interface DigitNews {
  digits: DigitLearning
  type: string
}

/** What was corrected, and what was learned of it. `counts` are the drawings of each digit, 0 to 9, of so many `sittings`; `drawings` are the newest of them. `versions` are the newest first, none before the first learning. `problem` is why nothing can be learned here, None where it can. */
export interface DigitLearning {
  run: DigitRun
  counts: (number)[]
  sittings: number
  drawings: (DrawnDigit)[]
  versions: (DigitVersion)[]
  problem: string | null
}

/** How the run fares that began last; `number` changes whenever anything does. `stage` says what it is at, with `done` of `total` steps; `left` are the seconds that are left of it as far as anybody knows. `error` is why nothing came of it. */
export interface DigitRun {
  number: number
  running: boolean
  stage: string
  done: number
  total: number | null
  left: number | null
  error: string | null
}

/** A drawing that was kept: its hash, the digit that it shows, and whether the version in use knows it. */
export interface DrawnDigit {
  picture: string
  digit: string
  learned: boolean
}

/** A version of the digits' network. It has learned `drawings` of so many `sittings`, in so many `seconds`; the first is the one that was fetched, of none. `held_out` compares it with the one before on digits that none learns from, `left_out` on drawings that neither had learned from. `notes` are lines on what to know of it. */
export interface DigitVersion {
  number: number
  created: string
  drawings: number
  sittings: number
  seconds: number
  held_out: Compared
  left_out: Compared
  in_use: boolean
  notes: (string)[]
}

/** The shares that two versions read rightly of the same; `before` is of the one that was in use then. `chance` is how often a version that is as good would fare so badly. */
export interface Compared {
  before: Proportion | null
  now: Proportion | null
  chance: number
}

/** So many of so many trials: `share`, and the interval `low`..`high` that holds it at 95 %, all 0..1. */
export interface Proportion {
  count: number
  trials: number
  share: number
  low: number
  high: number
}

/** A picture of the queue shows `labels`, none of the classes, or is put aside until the next start. */
export interface AnswerQueue {
  picture: string
  verdict: 'none' | 'shows' | 'skip'
  state: number
  labels: (string)[]
}

/** The recognisers that are there. */
export interface RecogniserNames {
  names: (string)[]
}

/** What was done, the last first; `state` is the number of the last act. */
export interface Acts {
  state: number
  acts: (ActGroup)[]
}

/** Acts of one hold, upload or click, which are undone together; `numbers` are those of the journal. */
export interface ActGroup {
  numbers: (number)[]
  time: number
  who: string
  kind: string
  summary: string
  undone: boolean
  is_undoing: boolean
}

/** Versions, the newest first. */
export interface Versions {
  versions: (VersionState)[]
}

/** A version: what it was learned from, how good it is, and whether it is in use. */
export interface VersionState {
  number: number
  created: string
  pictures: number
  labels: (string)[]
  accuracy: Proportion | null
  in_use: boolean
}

/** What came of pictures that were sent: how many are new or known; those refused, with why. */
export interface Shown {
  added: number
  known: number
  refused: (string)[]
}

/** What is said of a picture; `answer` is None where that is switched off, `hold` while none is held. */
export interface TeachAnswer {
  number: number
  width: number
  height: number
  answer: LiveAnswer | null
  hold: HoldCount | null
  worked: number
  type: string
}

/** What is said of one picture. `learned` counts what was put in use, so it changes when another head answers; 0 says that nothing was learned yet. `told` are the classes that are there, none of them where it shows none of these; `answers` are the likeliest with their smoothed probabilities. `nearness` is the cosine, -1..1, to the nearest class. `general` is what the network that is learned on takes it for, of the classes that it came with. `nearest` are the pictures ever shown that are most like it. */
export interface LiveAnswer {
  learned: number
  known: boolean
  told: (string)[]
  answers: (Answer)[]
  nearness: number | null
  general: (Answer)[]
  nearest: (NearPicture)[]
  class_map: ClassMap | null
}

/** One class, by its number from 0, and how likely it is, 0..1. */
export interface Answer {
  index: number
  label: string
  probability: number
}

/** A picture by its hash, the cosine, -1..1, to what is seen, and the classes that it shows. */
export interface NearPicture {
  picture: string
  cosine: number
  shows: (string)[]
}

/** What places of the picture speak for a class: `values`, 0..255, row by row. */
export interface ClassMap {
  label: string
  rows: number
  columns: number
  values: (number)[]
}

/** So many pictures were seen, and so many of them kept as news. */
export interface HoldCount {
  seen: number
  kept: number
}

/** Why a picture was not looked at, or kept. */
export interface TeachRefusal {
  number: number | null
  error: string
  type: string
}

/** A recogniser, each time that it has changed. */
export interface TeachNews {
  recogniser: RecogniserState
  type: string
}

/** A recogniser as it stands: `state` is the number of the dataset's last act. `recording` says how many people hold the button now, and `advice` in words what is out of balance. */
export interface RecogniserState {
  name: string
  state: number
  pictures: number
  recording: number
  classes: (ClassCount)[]
  advice: (string)[]
  settings: TeachSettings
  learning: LearningState
}

/** What is wished of one recogniser, by whoever teaches it. With `training` it learns after each change, with `classification` it answers. `smoothing` is the time in seconds in which an answer's weight falls to 1/e, 0 for none; from a probability of `limit`, 0..1, on a class is told. With `collecting`, doubtful ones of the pictures that it answers wait in memory until somebody says what they show; without, none do, and those that did are forgotten. */
export interface TeachSettings {
  training: boolean
  classification: boolean
  smoothing: number
  limit: number
  collecting: boolean
}

/** How the learning fares; `number` changes whenever anything does. `stage` says what it is at, with `done` of `total` pictures. `learned` counts what was put in use, and `state` is the act up to which that knows the dataset. `epochs` are those of the last learning and `best` the one that was kept; `accuracy` and `loss` are of pictures that were left out with their shootings. `notes` and `sentences` say in words what could not be told and what changed, `forecast` what more pictures would bring. `question` waits for an answer. `error` says why nothing could be learned. `version` is the one in use, None before the first. */
export interface LearningState {
  number: number
  running: boolean
  stage: string
  done: number
  total: number | null
  learned: number
  state: number
  labels: (string)[]
  epochs: (Epoch)[]
  best: number | null
  accuracy: Proportion | null
  loss: number | null
  seconds: number
  notes: (string)[]
  sentences: (string)[]
  forecast: (string)[]
  question: WorseQuestion | null
  error: string | null
  version: number | null
}

/** How far the learning was after an epoch, counted from 1. `loss` is the mean cross-entropy, in nats, of the pictures learned from; `left_out_loss` that of those left out, and `accuracy` how many of those were right. Both are None where nothing could be left out. */
export interface Epoch {
  number: number
  loss: number
  left_out_loss: number | null
  accuracy: Proportion | null
}

/** What was learned last is worse than the version in use, which answers until somebody decides. */
export interface WorseQuestion {
  sentences: (string)[]
  changes: (ChangedPicture)[]
}

/** A picture that is answered otherwise; `kind` is better, worse or other. */
export interface ChangedPicture {
  picture: string
  kind: string
  shows: (string)[]
  before: string
  now: string
}

/** A rules file as somebody would like it to be, the camera to try it on, and the page's number for it. */
export interface TrialDraft {
  text: string
  camera: number
  number: number
}

/** A draft was taken: the names of the `rules` that are for this camera. With a `problem` it cannot be used, and the draft before it is tried further. */
export interface DraftNews {
  number: number
  rules: (string)[]
  problem: RulesProblem | null
  type: string
}

/** What the draft of a `number` says of the newest frame. Its events are all since the news before; of the oldest of these, so many were `missed`. */
export interface TrialNews {
  number: number
  seen: FollowedFrame
  missed: number
  type: string
}

/** What the draft says of one frame, whose `time` is in seconds since the epoch. */
export interface FollowedFrame {
  time: number
  holding: (HoldingRule)[]
  lights: (MeasuredLight)[]
  events: (TriedEvent)[]
}

/** A rule that holds now: of whom or what, and by which measures. `id` is that of the event which began it, and `since` its time, in seconds since the epoch. */
export interface HoldingRule {
  id: string
  rule: string
  subject: string
  since: number
  measures: Record<string, number>
}

/** A light of the draft as it is now. `state` is on, off or blinking, None where it cannot be told for the `reason`; `frequency` in Hz and `duty`, 0..1, are there while it blinks. `brightness` is in grey levels, and `box` in shares of the picture: None where the light was not found. */
export interface MeasuredLight {
  name: string
  state: string | null
  reason: string
  colour: string | null
  brightness: number | null
  frequency: number | null
  duty: number | null
  box: [number, number, number, number] | null
}

/** A rule of the draft began to hold, or ended: `phase` is begun or ended. `time` is in seconds since the epoch. `told` is whether somebody would be told of it, or what holds it back. */
export interface TriedEvent {
  id: string
  rule: string
  phase: string
  subject: string
  time: number
  measures: Record<string, number>
  severity: string
  told: string
}
