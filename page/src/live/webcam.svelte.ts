import { Channel, type ChannelState } from '../api/channel'
import type { SentAnswer, SentRefusal } from '../records'
import { withQuery } from '../api/http'
import { camerasOf, type DeviceCamera } from './device-camera'
import { DeviceFilm } from './device-film.svelte'
import { Rate, type Shot } from './shot'
import type { Source } from './source'

const QUALITY = 0.8

/** What is looked for on the pictures, and which camera of the device is meant; null for the one it gives. */
export interface WebcamWishes {
  faces: boolean
  detect: string
  device: string | null
  /** Whether visits are recorded as those of the server's cameras; then what these look for is looked for. */
  visits: boolean
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
  private channel: Channel | null = null
  private film = $state.raw<DeviceFilm | null>(null)
  private readonly meter = new Rate()

  constructor(private readonly wishes: WebcamWishes = { faces: true, detect: '', device: null, visits: false }) {}

  get problem(): string {
    return this.film?.problem || this.trouble
  }

  start(): void {
    if (!this.channel) void this.begin()
  }

  stop(): void {
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
      text: (text) => this.answered(JSON.parse(text) as SentAnswer | SentRefusal),
      state: (state, reason) => this.changed(state, reason),
    })
    const film = new DeviceFilm(QUALITY, () => this.state === 'open' && !this.held, () => ({}), (message) => this.channel?.send(message) ?? false)
    this.film = film
    if (await film.start(this.wishes.device)) this.cameras = await camerasOf()
  }

  private changed(state: ChannelState, reason: string): void {
    this.state = state
    if (reason) this.trouble = reason
    if (state !== 'open') this.film?.forget()
  }

  private answered(answer: SentAnswer | SentRefusal): void {
    const sent = this.film?.answered(answer.number)
    if (!('seen' in answer)) {
      this.trouble = answer.error
      sent?.bitmap.close()
      return
    }
    if (!sent || this.held) return sent?.bitmap.close()
    const last = this.shot
    this.trouble = ''
    this.shot = { bitmap: sent.bitmap, number: answer.number, time: Date.now() / 1000, width: answer.width, height: answer.height, seen: answer.seen }
    last?.bitmap.close()
    this.rate = this.meter.tick(performance.now())
    this.delay = performance.now() - sent.at
  }
}
