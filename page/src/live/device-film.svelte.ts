import { framed } from '../api/framed'
import { openCamera, whyNot } from './device-camera'

const WIDEST = 640
const HIGHEST = 480
const IN_FLIGHT = 2

export interface Sent {
  bitmap: ImageBitmap
  at: number
}

/** Pictures of the device's camera as they are sent and waited for; no more are under way than two. */
export class DeviceFilm {
  problem = $state('')
  /** Where they go out as a video, what takes them instead of `send`. */
  shown: ((picture: Sent) => void) | null = null
  stream: MediaStream | null = null
  private ended = false
  private readonly video = document.createElement('video')
  private readonly sent = new Map<number, Sent>()
  private number = 0

  /** `head` is what is said of a picture at the moment it is taken, `send` false where it cannot be sent. */
  constructor(
    private readonly quality: number,
    private readonly ready: () => boolean,
    private readonly head: () => object,
    private readonly send: (message: Uint8Array<ArrayBuffer>) => boolean,
  ) {
    this.video.muted = true
    this.video.playsInline = true
  }

  /** `device` is null for the camera that the browser gives. Whether it goes on now. */
  async start(device: string | null): Promise<boolean> {
    try {
      const stream = await openCamera(device, WIDEST, HIGHEST)
      if (this.ended) {
        stream.getTracks().forEach((track) => track.stop())
        return false
      }
      this.stream = stream
      this.video.srcObject = stream
      await this.video.play()
      this.next()
      return true
    } catch (error) {
      this.problem = whyNot(error)
      return false
    }
  }

  stop(): void {
    this.ended = true
    this.stream?.getTracks().forEach((track) => track.stop())
    this.stream = null
    this.video.srcObject = null
    this.forget()
  }

  /** The picture that an answer is about; whoever takes it closes it. */
  answered(number: number | null): Sent | undefined {
    const sent = this.sent.get(number ?? -1)
    this.sent.delete(number ?? -1)
    return sent
  }

  /** No answer comes any more to what was sent. */
  forget(): void {
    for (const number of [...this.sent.keys()]) this.answered(number)?.bitmap.close()
  }

  private next(): void {
    if (!this.stream) return
    this.video.requestVideoFrameCallback(() => {
      if (this.ready()) void this.pass()
      this.next()
    })
  }

  private async pass(): Promise<void> {
    if (this.shown) this.shown(await sentNow(this.drawn()))
    else if (this.sent.size < IN_FLIGHT) await this.take()
  }

  private drawn(): OffscreenCanvas {
    const width = Math.min(WIDEST, this.video.videoWidth)
    const height = Math.round((this.video.videoHeight * width) / this.video.videoWidth)
    const canvas = new OffscreenCanvas(width, height)
    canvas.getContext('2d')!.drawImage(this.video, 0, 0, width, height)
    return canvas
  }

  private async take(): Promise<void> {
    const number = ++this.number
    const head = this.head()
    const canvas = this.drawn()
    this.sent.set(number, await sentNow(canvas))
    const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality: this.quality })
    const message = framed({ ...head, number }, new Uint8Array(await jpeg.arrayBuffer()))
    if (!this.send(message)) this.answered(number)?.bitmap.close()
  }
}

async function sentNow(canvas: OffscreenCanvas): Promise<Sent> {
  const at = performance.now()
  return { bitmap: await createImageBitmap(canvas), at }
}
