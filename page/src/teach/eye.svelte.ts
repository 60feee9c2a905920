import { Channel, type ChannelState } from '../api/channel'
import { framed, unframed } from '../api/framed'
import { openCamera, whyNot } from '../live/device-camera'
import { Rate } from '../live/shot'
import type { HoldCount, LiveAnswer, TeachAnswer, TeachRefusal } from '../records'

const WIDEST = 640
const HIGHEST = 480
const QUALITY = 0.85
const IN_FLIGHT = 2

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
  problem = $state('')
  rate = $state(0)
  /** What the pictures show while the button is held; null while it is not. */
  record = $state.raw<readonly string[] | null>(null)
  map = $state(false)
  private channel: Channel | null = null
  private stream: MediaStream | null = null
  private readonly video = document.createElement('video')
  private readonly sent = new Map<number, ImageBitmap>()
  private readonly meter = new Rate()
  private number = 0

  /** `camera` is that of the server; null for this browser's. */
  constructor(
    private readonly path: string,
    private readonly camera: number | null,
  ) {
    this.video.muted = true
    this.video.playsInline = true
  }

  start(): void {
    const where = this.camera === null ? 'webcam' : `cameras/${this.camera}`
    this.channel = new Channel(`${this.path}/${where}`, {
      text: (text) => this.heard(JSON.parse(text) as TeachAnswer | TeachRefusal),
      binary: (data) => void this.seen(data),
      state: (state, reason) => this.changed(state, reason),
    })
    if (this.camera === null) void this.film()
  }

  stop(): void {
    this.channel?.close()
    this.channel = null
    this.stream?.getTracks().forEach((track) => track.stop())
    this.stream = null
    this.forget()
    this.picture?.bitmap.close()
    this.picture = null
  }

  private changed(state: ChannelState, reason: string): void {
    this.state = state
    if (reason) this.problem = reason
    if (state !== 'open') this.forget()
  }

  private async film(): Promise<void> {
    try {
      const stream = await openCamera(null, WIDEST, HIGHEST)
      if (!this.channel) return stream.getTracks().forEach((track) => track.stop())
      this.stream = stream
      this.video.srcObject = stream
      await this.video.play()
      this.next()
    } catch (error) {
      this.problem = whyNot(error)
    }
  }

  private next(): void {
    if (!this.stream) return
    this.video.requestVideoFrameCallback(() => {
      if (this.state === 'open' && this.sent.size < IN_FLIGHT) void this.send()
      this.next()
    })
  }

  private async send(): Promise<void> {
    const number = ++this.number
    const record = this.record // of the moment that it is taken
    const width = Math.min(WIDEST, this.video.videoWidth)
    const height = Math.round((this.video.videoHeight * width) / this.video.videoWidth)
    const canvas = new OffscreenCanvas(width, height)
    canvas.getContext('2d')!.drawImage(this.video, 0, 0, width, height)
    this.sent.set(number, await createImageBitmap(canvas))
    const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY })
    const message = framed({ number, record, map: this.map }, new Uint8Array(await jpeg.arrayBuffer()))
    if (!this.channel?.send(message)) this.drop(number)
  }

  private heard(told: TeachAnswer | TeachRefusal): void {
    const bitmap = this.sent.get(told.number ?? -1)
    this.sent.delete(told.number ?? -1)
    this.take(told, bitmap)
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
      this.problem = told.error
      bitmap?.close()
      return
    }
    this.problem = ''
    this.answer = told.answer
    if (told.hold) this.hold = told.hold
    this.rate = this.meter.tick(performance.now())
    if (!bitmap) return
    const last = this.picture
    this.picture = { bitmap, width: told.width, height: told.height }
    last?.bitmap.close()
  }

  private drop(number: number): void {
    this.sent.get(number)?.close()
    this.sent.delete(number)
  }

  private forget(): void {
    for (const number of [...this.sent.keys()]) this.drop(number)
  }
}
