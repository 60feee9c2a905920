/** The camera of this device as video to the server, by WebRTC. */

const PATIENCE = 3000 // milliseconds for all of it; after that pictures go one by one
const GATHERING = 1500 // of these; without any network Chromium never says that it has all addresses

export type VideoState = 'connecting' | 'open' | 'failed'

export class VideoLine {
  state = $state<VideoState>('connecting')
  private readonly timer: ReturnType<typeof setTimeout>

  constructor(
    stream: MediaStream,
    private readonly offer: (sdp: string) => void,
    private readonly told: (state: VideoState) => void = () => undefined,
    private readonly peer: RTCPeerConnection = new RTCPeerConnection({ iceServers: [] }),
  ) {
    this.timer = setTimeout(() => this.fail(), PATIENCE)
    peer.onconnectionstatechange = () => this.changed()
    this.begin(stream).catch(() => this.fail())
  }

  answered(sdp: string): void {
    if (this.state === 'connecting') this.peer.setRemoteDescription({ type: 'answer', sdp }).catch(() => this.fail())
  }

  fail(): void {
    this.close()
    this.become('failed')
  }

  close(): void {
    clearTimeout(this.timer)
    this.peer.onconnectionstatechange = null
    this.peer.close()
  }

  private async begin(stream: MediaStream): Promise<void> {
    const [track] = stream.getVideoTracks()
    if (!track) return this.fail()
    track.contentHint = 'detail' // else the picture begins small
    const { sender } = this.peer.addTransceiver(track, { direction: 'sendonly', streams: [stream] })
    await sender.setParameters({ ...sender.getParameters(), degradationPreference: 'maintain-resolution' })
    await this.peer.setLocalDescription(await this.peer.createOffer())
    await gathered(this.peer)
    if (this.state === 'connecting') this.offer(this.peer.localDescription!.sdp)
  }

  private become(state: VideoState): void {
    if (state === this.state) return
    this.state = state
    this.told(state)
  }

  private changed(): void {
    const { connectionState } = this.peer
    if (connectionState === 'connected') {
      clearTimeout(this.timer)
      this.become('open')
    } else if (connectionState === 'failed' || connectionState === 'disconnected' || connectionState === 'closed') this.fail()
  }
}

function gathered(peer: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, GATHERING)
    const done = () => {
      if (peer.iceGatheringState !== 'complete') return
      clearTimeout(timer)
      resolve()
    }
    peer.onicegatheringstatechange = done
    done()
  })
}
