/** A WebSocket that comes back by itself. */

export type ChannelState = 'connecting' | 'open' | 'lost' | 'refused'

export interface Heard {
  text?: (text: string) => void
  binary?: (data: ArrayBuffer) => void
  state?: (state: ChannelState, reason: string) => void
}

export type Open = (path: string, heard: Heard) => Pick<Channel, 'send' | 'close'>

export const openChannel: Open = (path, heard) => new Channel(path, heard)

const FIRST_WAIT = 500
const LONGEST_WAIT = 8000
const REFUSALS = { least: 4400, most: 4428 } // a status of HTTP, and 4000; 429 says to come again

export class Channel {
  private socket: WebSocket | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private wait = FIRST_WAIT
  private ended = false

  constructor(
    private readonly path: string,
    private readonly heard: Heard,
    private readonly connect: (url: string) => WebSocket = (url) => new WebSocket(url),
  ) {
    this.open()
  }

  /** False where nothing can be sent now. */
  send(message: string | Uint8Array<ArrayBuffer>): boolean {
    if (this.socket?.readyState !== 1) return false
    this.socket.send(message)
    return true
  }

  close(): void {
    this.ended = true
    clearTimeout(this.timer)
    if (this.socket) shut(this.socket)
    this.socket = null
  }

  private open(): void {
    const socket = this.connect(addressOf(this.path))
    socket.binaryType = 'arraybuffer'
    this.socket = socket
    this.say('connecting')
    socket.onopen = () => this.say('open')
    socket.onmessage = (event: MessageEvent) => {
      if (this.ended) return
      this.wait = FIRST_WAIT // only who hears something is really back
      if (typeof event.data === 'string') this.heard.text?.(event.data)
      else this.heard.binary?.(event.data as ArrayBuffer)
    }
    socket.onclose = (event: CloseEvent) => this.closed(event)
  }

  private closed(event: CloseEvent): void {
    if (this.ended) return
    if (event.code >= REFUSALS.least && event.code <= REFUSALS.most) {
      this.ended = true
      this.say('refused', event.reason || 'The server refuses this.')
      return
    }
    this.say('lost', event.code > REFUSALS.most ? event.reason : '')
    this.timer = setTimeout(() => this.open(), this.wait)
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT)
  }

  private say(state: ChannelState, reason = ''): void {
    if (!this.ended || state === 'refused') this.heard.state?.(state, reason)
  }
}

/** Who closes a socket that is not open yet is warned by the browser; it is closed as soon as it is. */
function shut(socket: WebSocket): void {
  if (socket.readyState === 0) socket.onopen = () => socket.close()
  else socket.close()
}

function addressOf(path: string): string {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'
  return `${scheme}//${location.host}${path}`
}
