import { openChannel, type ChannelState, type Open } from '../api/channel'
import { unframed } from '../api/framed'
import type { ViewHead } from '../records'
import { Rate, type Shot } from './shot'
import type { Source } from './source'

type Decode = (jpeg: Blob) => Promise<ImageBitmap>

/** The pictures of one camera of the server. The next is sent when the last is drawn. */
export class CameraView implements Source {
  shot = $state.raw<Shot | null>(null)
  state = $state<ChannelState>('connecting')
  problem = $state('')
  held = $state(false)
  rate = $state(0)
  delay = $state<number | null>(null)
  private channel: ReturnType<Open> | null = null
  private readonly meter = new Rate()
  private owed = false

  constructor(
    readonly camera: number,
    readonly name: string,
    private readonly open: Open = openChannel,
    private readonly decode: Decode = (jpeg) => createImageBitmap(jpeg),
  ) {}

  start(): void {
    this.channel ??= this.open(`/api/cameras/${this.camera}/view`, {
      binary: (data) => void this.take(data),
      state: (state, reason) => {
        this.state = state
        this.problem = reason
      },
    })
  }

  stop(): void {
    this.channel?.close()
    this.channel = null
    this.shot?.bitmap.close()
    this.shot = null
  }

  /** Keep the picture that is shown; the server is not asked for others, and so remembers this one. */
  hold(): void {
    this.held = true
  }

  release(): void {
    this.held = false
    if (this.owed) this.acknowledge()
  }

  private async take(data: ArrayBuffer): Promise<void> {
    try {
      const { head, jpeg } = unframed<ViewHead>(data)
      const bitmap = await this.decode(jpeg)
      if (this.held || !this.channel) bitmap.close()
      else this.show(head, bitmap)
    } finally {
      if (this.held) this.owed = true
      else this.acknowledge()
    }
  }

  private show(head: ViewHead, bitmap: ImageBitmap): void {
    const last = this.shot
    this.shot = { bitmap, number: head.number, time: head.time, width: head.width, height: head.height, seen: head.seen }
    last?.bitmap.close()
    this.rate = this.meter.tick(performance.now())
    this.delay = head.delay * 1000
  }

  private acknowledge(): void {
    this.owed = false
    this.channel?.send('k')
  }
}
