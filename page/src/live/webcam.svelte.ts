import { Channel, type ChannelState } from '../api/channel'
import type { LostVideo, SentAnswer, SentRefusal, TakenVideo } from '../records'
import { withQuery } from '../api/http'
import { camerasOf, type DeviceCamera } from './device-camera'
import { DeviceFilm, type Sent } from './device-film.svelte'
import { Rate, type Shot } from './shot'
import { ShownPictures } from './shown-pictures'
import type { Source } from './source'
import { VideoLine } from './video-line.svelte'

const QUALITY = 0.8

/** What is looked for on the pictures, and which camera of the device is meant; null for the one it gives. */
export interface WebcamWishes {
  faces: boolean
  detect: string
  device: string | null
  /** Whether visits are recorded as those of the server's cameras; then what these look for is looked for. */
  visits: boolean
  /** Whether pictures go as a video, by WebRTC, where that can be had. */
  video: boolean
}

/** The camera of this browser: its pictures go to the server and are shown with their own answer. */
export class Webcam implements Source {
  readonly name = "This browser's camera"
  readonly camera = null
  shot = $state.raw<Shot | null>(null)
  state = $state<ChannelState>('connecting')
  private trouble = $state('')
  held = $state(false)
  rate = $state(0)
  delay = $state<number | null>(null)
  /** Of the device, as soon as one of them was allowed. */
  cameras = $state.raw<DeviceCamera[]>([])
  /** The video, where it is wished for; null where pictures go one by one. */
  line = $state.raw<VideoLine | null>(null)
  private channel: Channel | null = null
  private film = $state.raw<DeviceFilm | null>(null)
  private readonly meter = new Rate()
  private readonly pictures = new ShownPictures()

  constructor(private readonly wishes: WebcamWishes = { faces: true, detect: '', device: null, visits: false, video: false }) {}

  get problem(): string {
    return this.film?.problem || this.trouble
  }

  start(): void {
    if (!this.channel) void this.begin()
  }

  stop(): void {
    this.line?.close()
    this.line = null
    this.pictures.forget()
    this.channel?.close()
    this.channel = null
    this.film?.stop()
    this.film = null
    this.shot?.bitmap.close()
    this.shot = null
  }

  hold(): void {
    this.held = true
  }

  release(): void {
    this.held = false
  }

  private async begin(): Promise<void> {
    this.channel = new Channel(withQuery('/api/webcam', this.wishes.visits ? { visits: 1 } : { faces: Number(this.wishes.faces), detect: this.wishes.detect }), {
      text: (text) => this.heard(JSON.parse(text) as SentAnswer | SentRefusal | TakenVideo | LostVideo),
      state: (state, reason) => this.changed(state, reason),
    })
    const film = new DeviceFilm(QUALITY, () => this.state === 'open' && !this.held, () => ({}), (message) => this.channel?.send(message) ?? false)
    this.film = film
    if (!(await film.start(this.wishes.device))) return
    this.offerVideo()
    this.cameras = await camerasOf()
  }

  private changed(state: ChannelState, reason: string): void {
    this.state = state
    if (reason) this.trouble = reason
    if (state === 'open') return this.offerVideo()
    this.line?.fail()
    this.film?.forget()
  }

  /** As soon as there are both a camera and a connection. Until it is there, pictures go one by one. */
  private offerVideo(): void {
    const film = this.film
    if (!this.wishes.video || this.state !== 'open' || !film?.stream) return
    this.line?.close()
    this.line = new VideoLine(film.stream, (offer) => this.channel?.send(JSON.stringify({ offer })), (state) => this.goBy(film, state === 'open'))
  }

  private goBy(film: DeviceFilm, video: boolean): void {
    film.shown = video ? (picture) => this.pictures.add(picture) : null
    if (!video) this.pictures.forget()
  }

  private heard(said: SentAnswer | SentRefusal | TakenVideo | LostVideo): void {
    if (said.type === 'video') this.line?.answered((said as TakenVideo).answer)
    else if (said.type === 'no_video') this.line?.fail()
    else this.answered(said as SentAnswer | SentRefusal)
  }

  private sentFor(answer: SentAnswer | SentRefusal): Sent | undefined {
    if (answer.number !== null) return this.film?.answered(answer.number)
    return 'seen' in answer ? this.pictures.lookedAt(performance.now(), answer.waited + answer.worked) : undefined
  }

  private answered(answer: SentAnswer | SentRefusal): void {
    const sent = this.sentFor(answer)
    if (!('seen' in answer)) {
      this.trouble = answer.error
      sent?.bitmap.close()
      return
    }
    if (!sent || this.held) return sent?.bitmap.close()
    const last = this.shot
    this.trouble = ''
    this.shot = { bitmap: sent.bitmap, number: answer.number ?? (last?.number ?? 0) + 1, time: Date.now() / 1000, width: answer.width, height: answer.height, seen: answer.seen }
    last?.bitmap.close()
    this.rate = this.meter.tick(performance.now())
    this.delay = performance.now() - sent.at
  }
}
