import { Channel, type ChannelState } from '../api/channel'
import { unframed } from '../api/framed'
import { DeviceFilm } from '../live/device-film.svelte'
import { Rate } from '../live/shot'
import type { HoldCount, LiveAnswer, TeachAnswer, TeachRefusal } from '../records'

const QUALITY = 0.85

export interface Picture {
  bitmap: ImageBitmap
  width: number
  height: number
}

/** What the recogniser looks through: this browser's camera or one of the server, and what it says of each picture. */
export class Eye {
  picture = $state.raw<Picture | null>(null)
  answer = $state.raw<LiveAnswer | null>(null)
  hold = $state.raw<HoldCount | null>(null)
  state = $state<ChannelState>('connecting')
  private trouble = $state('')
  rate = $state(0)
  /** What the pictures show while the button is held; null while it is not. */
  record = $state.raw<readonly string[] | null>(null)
  map = $state(false)
  private channel: Channel | null = null
  private film = $state.raw<DeviceFilm | null>(null)
  private readonly meter = new Rate()

  /** `camera` is that of the server; null for this browser's. */
  constructor(
    private readonly path: string,
    private readonly camera: number | null,
  ) {}

  /** Whether the camera of this browser could not be had. */
  get isUnopened(): boolean {
    return !!this.film?.problem
  }

  get problem(): string {
    return this.film?.problem || this.trouble
  }

  start(): void {
    const where = this.camera === null ? 'webcam' : `cameras/${this.camera}`
    this.channel = new Channel(`${this.path}/${where}`, {
      text: (text) => this.heard(JSON.parse(text) as TeachAnswer | TeachRefusal),
      binary: (data) => void this.seen(data),
      state: (state, reason) => this.changed(state, reason),
    })
    if (this.camera === null) this.look()
  }

  stop(): void {
    this.channel?.close()
    this.channel = null
    this.film?.stop()
    this.picture?.bitmap.close()
    this.picture = null
  }

  private changed(state: ChannelState, reason: string): void {
    this.state = state
    if (reason) this.trouble = reason
    if (state !== 'open') this.film?.forget()
  }

  /** Ask for the camera of this browser, anew where it was refused. */
  look(): void {
    this.film?.stop()
    const head = () => ({ record: this.record, map: this.map })
    this.film = new DeviceFilm(QUALITY, () => this.state === 'open', head, (message) => this.channel?.send(message) ?? false)
    void this.film.start(null)
  }

  private heard(told: TeachAnswer | TeachRefusal): void {
    this.take(told, this.film?.answered(told.number)?.bitmap)
  }

  /** A picture of the server's camera; what is held now is what the next is kept as. */
  private async seen(data: ArrayBuffer): Promise<void> {
    const { head, jpeg } = unframed<TeachAnswer | TeachRefusal>(data)
    const bitmap = await createImageBitmap(jpeg)
    if (!this.channel) return bitmap.close()
    this.take(head, bitmap)
    this.channel.send(JSON.stringify({ number: 0, record: this.record, map: this.map }))
  }

  private take(told: TeachAnswer | TeachRefusal, bitmap: ImageBitmap | undefined): void {
    if ('error' in told) {
      this.trouble = told.error
      bitmap?.close()
      return
    }
    this.trouble = ''
    this.answer = told.answer
    if (told.hold) this.hold = told.hold
    this.rate = this.meter.tick(performance.now())
    if (!bitmap) return
    const last = this.picture
    this.picture = { bitmap, width: told.width, height: told.height }
    last?.bitmap.close()
  }
}
