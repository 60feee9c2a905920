import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { VideoLine } from '../src/live/video-line.svelte'

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

function begun(tracks: object[] = [{}]) {
  const peer = new Peer()
  const offers: string[] = []
  const stream = { getVideoTracks: () => tracks } as unknown as MediaStream
  const line = new VideoLine(stream, (sdp) => offers.push(sdp), peer as unknown as RTCPeerConnection)
  return { line, peer, offers }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('an offer is answered, and a connection that is there stays', async () => {
  const { line, peer, offers } = begun()
  await vi.advanceTimersByTimeAsync(10)
  expect(offers).toEqual(['an offer'])
  line.answered('an answer')
  expect(peer.remote).toEqual({ type: 'answer', sdp: 'an answer' })
  peer.become('connected')
  await vi.advanceTimersByTimeAsync(10_000)
  expect([line.state, peer.isClosed]).toEqual(['open', false])
})

test('after three seconds without a connection it is given up', async () => {
  const { line, peer } = begun()
  await vi.advanceTimersByTimeAsync(2_900)
  expect(line.state).toBe('connecting')
  await vi.advanceTimersByTimeAsync(200)
  expect([line.state, peer.isClosed]).toEqual(['failed', true])
})

test('a connection that breaks off is given up at once, and what has no camera has no video', async () => {
  const { line, peer } = begun()
  await vi.advanceTimersByTimeAsync(10)
  peer.become('connected')
  peer.become('disconnected')
  expect(line.state).toBe('failed')
  const none = begun([])
  await vi.advanceTimersByTimeAsync(10)
  expect([none.line.state, none.offers]).toEqual(['failed', []])
})
