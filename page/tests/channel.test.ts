import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Channel, type ChannelState } from '../src/api/channel'

class FakeSocket {
  static all: FakeSocket[] = []
  readyState = 0
  binaryType = ''
  sent: unknown[] = []
  closed = false
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number; reason: string }) => void) | null = null

  constructor(readonly url: string) {
    FakeSocket.all.push(this)
  }

  send(message: unknown): void {
    this.sent.push(message)
  }

  close(): void {
    this.closed = true
  }

  open(): void {
    this.readyState = 1
    this.onopen?.()
  }

  end(code = 1006, reason = ''): void {
    this.readyState = 3
    this.onclose?.({ code, reason })
  }
}

const last = () => FakeSocket.all.at(-1)!

function channel(states: ChannelState[] = [], reasons: string[] = [], texts: string[] = []): Channel {
  return new Channel(
    '/api/news',
    { text: (text) => texts.push(text), state: (state, reason) => { states.push(state); reasons.push(reason) } },
    (url) => new FakeSocket(url) as unknown as WebSocket,
  )
}

beforeEach(() => {
  FakeSocket.all = []
  vi.useFakeTimers()
  vi.stubGlobal('location', { protocol: 'https:', host: 'cams.example.org:8050' })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('a page by TLS opens its sockets by TLS, too', () => {
  channel()
  expect(last().url).toBe('wss://cams.example.org:8050/api/news')
})

test('what breaks off comes back, each time after a longer wait, up to eight seconds', () => {
  const states: ChannelState[] = []
  channel(states)
  const waits: number[] = []
  for (let turn = 0; turn < 7; turn += 1) {
    last().end()
    let waited = 0
    const count = FakeSocket.all.length
    while (FakeSocket.all.length === count) {
      vi.advanceTimersByTime(100)
      waited += 100
    }
    waits.push(waited)
  }
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000])
  expect(states.slice(0, 3)).toEqual(['connecting', 'lost', 'connecting'])
})

test('who has been heard is waited for shortly again', () => {
  channel()
  for (let turn = 0; turn < 4; turn += 1) {
    last().end()
    vi.advanceTimersByTime(8000)
  }
  last().open()
  last().onmessage?.({ data: '{}' })
  last().end()
  const count = FakeSocket.all.length
  vi.advanceTimersByTime(500)
  expect(FakeSocket.all.length).toBe(count + 1)
})

test('what the server refuses is not tried again, and said in its words', () => {
  const states: ChannelState[] = []
  const reasons: string[] = []
  channel(states, reasons)
  last().end(4403, 'your role may not do this')
  vi.advanceTimersByTime(60_000)
  expect(FakeSocket.all.length).toBe(1)
  expect(states.at(-1)).toBe('refused')
  expect(reasons.at(-1)).toBe('your role may not do this')
})

test('nothing is sent or heard before the socket is open and after it is closed', () => {
  const texts: string[] = []
  const open = channel([], [], texts)
  expect(open.send('k')).toBe(false)
  last().open()
  expect(open.send('k')).toBe(true)
  open.close()
  last().onmessage?.({ data: 'late' })
  expect(texts).toEqual([])
  expect(last().closed).toBe(true)
})

test('a socket that is closed while it connects is closed when it is open, which browsers do not warn of', () => {
  const open = channel()
  open.close()
  expect(last().closed).toBe(false)
  last().open()
  expect(last().closed).toBe(true)
  vi.advanceTimersByTime(60_000)
  expect(FakeSocket.all.length).toBe(1)
})

test('who is told to come again comes again, and says why', () => {
  const reasons: string[] = []
  const states: ChannelState[] = []
  channel(states, reasons)
  last().end(4429, 'as many as can are there')
  expect([states.at(-1), reasons.at(-1)]).toEqual(['lost', 'as many as can are there'])
  vi.advanceTimersByTime(500)
  expect(FakeSocket.all.length).toBe(2)
})
