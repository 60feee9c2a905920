import { afterEach, expect, test, vi } from 'vitest'
import { ask, onWentOut, Refused, withQuery } from '../src/api/http'

afterEach(() => vi.unstubAllGlobals())

function answering(status: number, body: string): void {
  vi.stubGlobal('fetch', async () => new Response(body, { status, headers: { 'Retry-After': '3' } }))
}

async function refusal(): Promise<Refused> {
  return ask('GET', '/api/x').then(
    () => { throw new Error('it was not refused') },
    (error: unknown) => error as Refused,
  )
}

test("a refusal is said in the server's sentence", async () => {
  answering(429, '{"error": "too many pictures at once"}')
  const refused = await refusal()
  expect(refused.message).toBe('Too many pictures at once')
  expect(refused.status).toBe(429)
  expect(refused.headers.get('Retry-After')).toBe('3')
})

test("what is no word of the server is said by its status", async () => {
  answering(502, '<html>Bad gateway</html>')
  expect((await refusal()).message).toBe('The server answered 502.')
})

test('a server that is away is told as such', async () => {
  vi.stubGlobal('fetch', async () => { throw new TypeError('Failed to fetch') })
  expect((await refusal()).status).toBe(0)
})

test('whoever is no longer signed in is told at once', async () => {
  answering(401, '{"error": "sign in"}')
  const told = vi.fn()
  const end = onWentOut(told)
  await refusal()
  end()
  await refusal()
  expect(told).toHaveBeenCalledTimes(1)
})

test('what is empty, false or null is not asked for, zero is', () => {
  expect(withQuery('/api/events', { person: '', unknown: false, before: null, since: 0, camera: 'a&b' })).toBe('/api/events?since=0&camera=a%26b')
  expect(withQuery('/api/events', {})).toBe('/api/events')
})
