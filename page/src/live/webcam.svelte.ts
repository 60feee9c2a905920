import { Channel, type ChannelState } from '../api/channel'
import { framed } from '../api/framed'
import type { SentAnswer, SentRefusal } from '../records'
import { withQuery } from '../api/http'
import { camerasOf, openCamera, whyNot, type DeviceCamera } from './device-camera'
import { Rate, type Shot } from './shot'
import type { Source } from './source'

const IN_FLIGHT = 2
const WIDEST = 640
const HIGHEST = 480
const QUALITY = 0.8

interface Sent {
  bitmap: ImageBitmap
  at: number
}

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
  problem = $state('')
  held = $state(false)
  rate = $state(0)
  delay = $state<number | null>(null)
  /** Of the device, as soon as one of them was allowed. */
  cameras = $state.raw<DeviceCamera[]>([])
  private channel: Channel | null = null
  private stream: MediaStream | null = null
  private readonly video = document.createElement('video')
  private readonly sent = new Map<number, Sent>()
  private readonly meter = new Rate()
  private number = 0

  constructor(private readonly wishes: WebcamWishes = { faces: true, detect: '', device: null, visits: false }) {
    this.video.muted = true
    this.video.playsInline = true
  }

  start(): void {
    if (!this.stream && !this.channel) void this.begin()
  }

  stop(): void {
    this.channel?.close()
    this.channel = null
    this.stream?.getTracks().forEach((track) => track.stop())
    this.stream = null
    this.video.srcObject = null
    this.forget()
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
    try {
      const stream = await openCamera(this.wishes.device, WIDEST, HIGHEST)
      if (!this.channel) return stream.getTracks().forEach((track) => track.stop())
      this.stream = stream
      this.video.srcObject = stream
      await this.video.play()
      this.next()
      this.cameras = await camerasOf()
    } catch (error) {
      this.problem = whyNot(error)
    }
  }

  private changed(state: ChannelState, reason: string): void {
    this.state = state
    if (reason) this.problem = reason
    if (state !== 'open') this.forget()
  }

  private next(): void {
    if (!this.stream) return
    this.video.requestVideoFrameCallback(() => {
      if (this.state === 'open' && !this.held && this.sent.size < IN_FLIGHT) void this.send()
      this.next()
    })
  }

  private async send(): Promise<void> {
    const number = ++this.number
    const width = Math.min(WIDEST, this.video.videoWidth)
    const height = Math.round((this.video.videoHeight * width) / this.video.videoWidth)
    const canvas = new OffscreenCanvas(width, height)
    canvas.getContext('2d')!.drawImage(this.video, 0, 0, width, height)
    this.sent.set(number, { bitmap: await createImageBitmap(canvas), at: performance.now() })
    const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY })
    const message = framed({ number }, new Uint8Array(await jpeg.arrayBuffer()))
    if (!this.channel?.send(message)) this.drop(number)
  }

  private answered(answer: SentAnswer | SentRefusal): void {
    const sent = this.sent.get(answer.number ?? -1)
    if (answer.number !== null) this.sent.delete(answer.number)
    if (!('seen' in answer)) {
      this.problem = answer.error
      sent?.bitmap.close()
      return
    }
    if (!sent || this.held) return sent?.bitmap.close()
    const last = this.shot
    this.problem = ''
    this.shot = { bitmap: sent.bitmap, number: answer.number, time: Date.now() / 1000, width: answer.width, height: answer.height, seen: answer.seen }
    last?.bitmap.close()
    this.rate = this.meter.tick(performance.now())
    this.delay = performance.now() - sent.at
  }

  private drop(number: number): void {
    this.sent.get(number)?.bitmap.close()
    this.sent.delete(number)
  }

  private forget(): void {
    for (const number of [...this.sent.keys()]) this.drop(number)
  }
}
