import { ask as server, sentence, withQuery, type Ask } from '../api/http'
import type { ClassesAnswer, FacesAnswer, Networks, ObjectsAnswer } from '../records'
import { shownOn, type Asked, type Limits } from './answers'

const LEAST_SCORE = 0.05

/** One picture, and all that can be asked about it. Limits act on answers that are here already. */
export class PictureQuestions {
  networks = $state.raw<Networks | null>(null)
  file = $state.raw<{ name: string; blob: Blob } | null>(null)
  bitmap = $state.raw<ImageBitmap | null>(null)
  error = $state('')
  faces = $state.raw<Asked<FacesAnswer> | null>(null)
  objects = $state.raw<Record<string, Asked<ObjectsAnswer>>>({})
  classes = $state.raw<Record<string, Asked<ClassesAnswer>>>({})
  limits = $state<Limits>({ face: 0, object: 0.5, shares: {} })
  detector = $state('')
  private abort = new AbortController()

  readonly seen = $derived.by(() => {
    const objects = this.objects[this.detector]
    return shownOn(answered(this.faces), answered(objects ?? null), this.limits)
  })

  constructor(
    private readonly ask: Ask = server,
    private readonly decode: (blob: Blob) => Promise<ImageBitmap> = (blob) => createImageBitmap(blob),
  ) {}

  async readNetworks(): Promise<void> {
    try {
      this.networks = await this.ask<Networks>('GET', '/api/networks')
      this.detector ||= this.networks.detectors[0]?.name ?? ''
    } catch (error) {
      this.error = sentence(error)
    }
  }

  async take(blob: Blob, name: string): Promise<void> {
    this.abort.abort()
    this.abort = new AbortController()
    this.error = ''
    try {
      this.bitmap = await this.decode(blob)
    } catch {
      this.error = `${name} is not a picture that this browser can read. Take a JPEG, PNG or WebP.`
      return
    }
    this.file = { name, blob }
    if (!this.networks) await this.readNetworks()
    this.askAll()
  }

  clear(): void {
    this.abort.abort()
    this.file = this.bitmap = this.faces = null
    this.objects = {}
    this.classes = {}
    this.error = ''
  }

  /** Whose faces these are may be answered differently now: somebody corrected a name. */
  askFacesAgain(): void {
    if (this.file) this.put<FacesAnswer>('/api/faces', this.file.blob, (asked) => (this.faces = asked))
  }

  /** Where a face is that is seen, in pixels as the server tells them; null where it was corrected meanwhile. */
  boxOf(place: number): [number, number, number, number] | null {
    return answered(this.faces)?.faces[place]?.box ?? null
  }

  /** All that was answered, with the limits that are set, for the file. */
  record(): object {
    return {
      picture: this.file?.name,
      limits: $state.snapshot(this.limits),
      faces: answered(this.faces),
      objects: values(this.objects),
      classes: values(this.classes),
    }
  }

  private askAll(): void {
    const { networks, file } = this
    if (!networks || !file) return
    const put = <T>(path: string, told: (asked: Asked<T>) => void) => this.put(path, file.blob, told)
    this.faces = null
    this.objects = {}
    this.classes = {}
    if (networks.faces) put<FacesAnswer>('/api/faces', (asked) => (this.faces = asked))
    for (const { name } of networks.detectors)
      put<ObjectsAnswer>(withQuery('/api/detect', { network: name, score: LEAST_SCORE }), (asked) => (this.objects = { ...this.objects, [name]: asked }))
    for (const { name } of networks.classifiers)
      put<ClassesAnswer>(withQuery('/api/classify', { network: name }), (asked) => (this.classes = { ...this.classes, [name]: asked }))
  }

  private put<T>(path: string, blob: Blob, told: (asked: Asked<T>) => void): void {
    const { signal } = this.abort
    told({ state: 'asking' })
    this.ask<T>('POST', path, blob, signal).then(
      (answer) => signal.aborted || told({ state: 'answered', answer }),
      (error) => signal.aborted || told({ state: 'refused', error: sentence(error) }),
    )
  }
}

function answered<T>(asked: Asked<T> | null): T | null {
  return asked?.state === 'answered' ? asked.answer : null
}

function values<T>(all: Record<string, Asked<T>>): T[] {
  return Object.values(all).flatMap((asked) => answered(asked) ?? [])
}
