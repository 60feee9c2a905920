import { openChannel, type Open } from '../api/channel'
import { ask, Refused, sentence, withQuery, type Ask } from '../api/http'
import { lastInForce } from '../datasets/acts.svelte'
import type { Acts, BoxedPictures, BoxedPictureState, BoxedSetState, BoxNews, DetectorTrainingState, ProposedBoxes, Shown } from '../records'
import { Annotation } from './annotation.svelte'
import { View } from './view.svelte'

const NEAR = 6
const TOGETHER = 20

export const pathOf = (name: string): string => `/api/boxes/${encodeURIComponent(name)}`

/** A dataset that is boxed, whoever else does so, and the picture of it that is worked on. */
export class BoxedSet {
  state = $state.raw<BoxedSetState | null>(null)
  here = $state.raw<BoxedPictureState | null>(null)
  annotation = $state.raw<Annotation | null>(null)
  view = $state.raw<View | null>(null)
  near = $state.raw<readonly BoxedPictureState[]>([])
  problem = $state('')
  looking = $state(false)
  sending = $state('')
  /** What new boxes are called. */
  label = $state('')
  private channel: ReturnType<Open> | null = null
  private act = -1
  private proposing: Promise<void> = Promise.resolve()
  private turn: Promise<void> = Promise.resolve()

  constructor(
    readonly name: string,
    private readonly mayDraw = true,
    private readonly asking: Ask = ask,
    private readonly open: Open = openChannel,
  ) {}

  get path(): string {
    return pathOf(this.name)
  }

  get labels(): string[] {
    const told = (this.state?.classes ?? []).map(({ label }) => label)
    return this.label && !told.includes(this.label) ? [...told, this.label] : told
  }

  pictureOf(hash: string, side: number): string {
    return `${this.path}/pictures/${hash}?side=${side}`
  }

  start(): void {
    this.channel ??= this.open(`${this.path}/news`, {
      text: (text) => this.hear((JSON.parse(text) as BoxNews).boxes),
      state: (_, reason) => (this.problem = reason),
    })
  }

  stop(): void {
    this.channel?.close()
    this.channel = null
  }

  hear(state: BoxedSetState): void {
    const { act, state: before } = { act: this.act, state: this.state }
    this.state = state
    this.act = state.state
    this.label ||= state.classes[0]?.label ?? ''
    if (!state.pictures) this.leave()
    else if (!this.here && !before?.pictures) void this.go(state.open ?? 0)
    else if (act !== state.state) void this.follow()
  }

  /** To a picture by its place; what was done by hand here is kept first. */
  go(place: number): Promise<void> {
    return this.after(async () => {
      if (await this.settle()) await this.show(place)
    })
  }

  /** Keep all boxes that are shown, and go on; a picture without any is left as it is. */
  keep(): Promise<void> {
    return this.after(async () => {
      await this.proposing
      const { annotation, here } = this
      if (!annotation || !here) return
      if (this.mayDraw && (annotation.drafts.length || annotation.changed) && !(await this.save(true))) return
      await this.show(this.next(here.place))
    })
  }

  /** Say that nothing is on the picture, and go on. */
  nothing(): Promise<void> {
    return this.after(async () => {
      await this.proposing
      if (!this.annotation || !this.here) return
      this.annotation.clear()
      if (await this.save(true)) await this.show(this.next(this.here.place))
    })
  }

  /** A step on the picture, or else the last act on the dataset. */
  undo(): Promise<void> {
    if (this.annotation?.undo()) return Promise.resolve()
    return this.after(async () => {
      const { acts, state } = await this.asking<Acts>('GET', `${this.path}/acts`)
      const last = lastInForce(acts)
      if (!last) return
      await this.asking<Acts>('POST', `${this.path}/undo`, { acts: last.numbers, state })
      const about = this.near.find(({ hash }) => last.summary.startsWith(hash.slice(0, 12)))
      await this.show(about?.place ?? this.here?.place ?? 0)
    })
  }

  async find(hash: string): Promise<void> {
    const { place } = await this.asking<BoxedPictureState>('GET', `${this.path}/pictures/${hash}/boxes`)
    await this.go(place)
  }

  async send(files: readonly File[]): Promise<Shown> {
    const all: Shown = { added: 0, known: 0, refused: [] }
    try {
      for (let begin = 0; begin < files.length; begin += TOGETHER) {
        this.sending = `${begin} of ${files.length} sent`
        const form = new FormData()
        files.slice(begin, begin + TOGETHER).forEach((file) => form.append('picture', file))
        const shown = await this.asking<Shown>('POST', `${this.path}/pictures`, form)
        all.added += shown.added
        all.known += shown.known
        all.refused = [...all.refused, ...shown.refused]
      }
    } finally {
      this.sending = ''
    }
    return all
  }

  async train(minutes: number): Promise<void> {
    this.put(await this.asking<DetectorTrainingState>('POST', `${this.path}/training`, { minutes }))
  }

  async stopTraining(): Promise<void> {
    this.put(await this.asking<DetectorTrainingState>('POST', `${this.path}/training/stop`))
  }

  private put(training: DetectorTrainingState): void {
    if (this.state && training.number > this.state.training.number) this.state = { ...this.state, training }
  }

  /** One after another, so that two quick keys do not cross each other. */
  private after(act: () => Promise<void>): Promise<void> {
    const next = this.turn.then(act)
    this.turn = next.catch((error) => {
      this.problem = sentence(error)
    })
    return this.turn
  }

  private next(place: number): number {
    const count = this.state?.pictures ?? 0
    return place + 1 < count ? place + 1 : (this.state?.open ?? place)
  }

  private async settle(): Promise<boolean> {
    return !this.annotation?.changed || (await this.save(false))
  }

  private async save(proposals: boolean): Promise<boolean> {
    const { annotation, here } = this
    if (!annotation || !here) return false
    try {
      const sent = { boxes: annotation.sent(proposals), seen: here.boxes }
      const kept = await this.asking<BoxedPictureState>('PUT', `${this.path}/pictures/${here.hash}/boxes`, sent)
      this.take(kept)
      return true
    } catch (error) {
      this.problem = sentence(error)
      if (error instanceof Refused && error.status === 409) await this.rebase(here, annotation)
      return false
    }
  }

  /** What was drawn stays on the page; kept once more, it takes the place of what happened meanwhile. */
  private async rebase(here: BoxedPictureState, annotation: Annotation): Promise<void> {
    this.here = await this.asking<BoxedPictureState>('GET', `${this.path}/pictures/${here.hash}/boxes`)
    annotation.rebase(this.here.boxes ?? [])
    annotation.changed = true
  }

  private async show(place: number): Promise<void> {
    const begin = Math.max(0, place - NEAR)
    const { pictures } = await this.asking<BoxedPictures>('GET', withQuery(`${this.path}/pictures`, { begin, count: 2 * NEAR + 1 }))
    this.near = pictures
    this.problem = ''
    const found = pictures.find((each) => each.place === place) ?? pictures.at(-1)
    if (!found) return this.leave()
    this.take(found)
    this.proposing = found.boxes === null && this.mayDraw ? this.propose(found) : Promise.resolve()
  }

  private take(picture: BoxedPictureState): void {
    if (this.here?.hash !== picture.hash) this.view = new View(picture.width, picture.height)
    this.here = picture
    this.near = this.near.map((each) => (each.hash === picture.hash ? picture : each))
    this.annotation = new Annotation(picture.width, picture.height, picture.boxes ?? [])
  }

  private async propose(picture: BoxedPictureState): Promise<void> {
    const { annotation } = this
    this.looking = true
    try {
      const { boxes } = await this.asking<ProposedBoxes>('GET', `${this.path}/pictures/${picture.hash}/proposals`)
      annotation?.propose(boxes)
    } catch (error) {
      this.problem = sentence(error)
    } finally {
      this.looking = false
    }
  }

  /** Others may have changed what is shown; what is being worked on stays. */
  private async follow(): Promise<void> {
    const { here, annotation } = this
    if (!here || annotation?.changed) return
    const begin = Math.max(0, here.place - NEAR)
    const { pictures } = await this.asking<BoxedPictures>('GET', withQuery(`${this.path}/pictures`, { begin, count: 2 * NEAR + 1 }))
    if (this.here !== here || this.annotation !== annotation || annotation?.changed) return
    this.near = pictures
    const now = pictures.find(({ hash }) => hash === here.hash)
    if (now && JSON.stringify(now.boxes) !== JSON.stringify(here.boxes)) this.take(now)
  }

  private leave(): void {
    this.here = this.annotation = this.view = null
    this.near = []
  }
}
