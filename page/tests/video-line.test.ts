import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { VideoLine, type VideoState } from '../src/live/video-line.svelte'

class Peer {
  connectionState = 'new'
  iceGatheringState = 'complete'
  localDescription = { sdp: 'an offer' }
  onconnectionstatechange: (() => void) | null = null
  onicegatheringstatechange: (() => void) | null = null
  isClosed = false
  remote: unknown = null
  addTransceiver = () => ({ sender: { getParameters: () => ({}), setParameters: async () => undefined } })
  createOffer = async () => ({})
  setLocalDescription = async () => undefined
  setRemoteDescription = async (said: unknown) => void (this.remote = said)
  close = () => (this.isClosed = true)

  become(state: string): void {
    this.connectionState = state
    this.onconnectionstatechange?.()
  }
}

function begun(tracks: object[] = [{}], peer = new Peer()) {
  const offers: string[] = []
  const told: VideoState[] = []
  const stream = { getVideoTracks: () => tracks } as unknown as MediaStream
  const line = new VideoLine(stream, (sdp) => offers.push(sdp), (state) => told.push(state), peer as unknown as RTCPeerConnection)
  return { line, peer, offers, told }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('an offer is answered, and a connection that is there stays', async () => {
  const { line, peer, offers, told } = begun()
  await vi.advanceTimersByTimeAsync(10)
  expect(offers).toEqual(['an offer'])
  line.answered('an answer')
  expect(peer.remote).toEqual({ type: 'answer', sdp: 'an answer' })
  peer.become('connected')
  await vi.advanceTimersByTimeAsync(10_000)
  expect([line.state, peer.isClosed, told]).toEqual(['open', false, ['open']])
})

test('after three seconds without a connection it is given up, and an answer comes too late', async () => {
  const { line, peer, told } = begun()
  await vi.advanceTimersByTimeAsync(2_900)
  expect(line.state).toBe('connecting')
  await vi.advanceTimersByTimeAsync(200)
  line.answered('an answer')
  expect([line.state, peer.isClosed, peer.remote, told]).toEqual(['failed', true, null, ['failed']])
})

test('a connection that breaks off is given up at once, and that is told once', async () => {
  const { line, peer, told } = begun()
  await vi.advanceTimersByTimeAsync(10)
  peer.become('connected')
  peer.become('disconnected')
  line.fail()
  expect([line.state, told]).toEqual(['failed', ['open', 'failed']])
})

test('without a camera nothing is offered', async () => {
  const { line, offers } = begun([])
  await vi.advanceTimersByTimeAsync(10)
  expect([line.state, offers]).toEqual(['failed', []])
})

test('where the browser never says that it has all addresses, it offers those that it has', async () => {
  const peer = new Peer()
  peer.iceGatheringState = 'gathering'
  const { offers } = begun([{}], peer)
  await vi.advanceTimersByTimeAsync(1_400)
  expect(offers).toEqual([])
  await vi.advanceTimersByTimeAsync(200)
  expect(offers).toEqual(['an offer'])
})
