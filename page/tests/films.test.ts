import { expect, test } from 'vitest'
import { Refused } from '../src/api/http'
import { FilmJobs } from '../src/films/jobs.svelte'
import { FilmResults } from '../src/films/results.svelte'
import { upload } from '../src/films/upload'
import type { JobState } from '../src/records'
import { away, server, settled } from './server'

const MIB = 2 ** 20
const job = (more: Partial<JobState> = {}): JobState => ({
  id: 'j', name: 'a.mp4', size: 10 * MIB, received: 0, state: 'upload', faces: true, detect: [], annotate: false,
  created: 1, frames: 0, total: null, frames_per_second: 0, left: null, error: null, ...more,
})
const film = { size: 10 * MIB, slice: (from: number, to: number) => new Blob([new Uint8Array(Math.min(to, 10 * MIB) - from)]) }

/** A server that takes pieces, and breaks off as the answers before say. */
function taking(breaks: Error[]) {
  let received = 0
  return server(({ method, path, sent }) => {
    if (method === 'GET') return job({ received })
    const broken = breaks.shift()
    const offset = Number(new URLSearchParams(path.split('?')[1]).get('offset'))
    if (offset !== received) return new Refused(409, 'another piece is next')
    if (broken && broken.message !== 'taken and lost') return broken
    received += (sent as Blob).size
    return broken ? away() : job({ received, state: received === film.size ? 'waiting' : 'upload' })
  })
}

const sendAll = (ask: ReturnType<typeof server>['ask'], signal = new AbortController().signal) => upload(ask, film, job(), () => undefined, signal, async () => undefined)

test('a film goes in pieces that follow each other', async () => {
  const { ask, asked } = taking([])
  expect((await sendAll(ask)).state).toBe('waiting')
  expect(asked.map(({ path }) => path)).toEqual(['/api/jobs/j/film?offset=0', '/api/jobs/j/film?offset=4194304', '/api/jobs/j/film?offset=8388608'])
})

test('after a break it goes on from what the server has, be the piece lost or only its answer', async () => {
  const { ask } = taking([away(), new Error('taken and lost'), new Refused(429, 'later')])
  expect((await sendAll(ask)).received).toBe(film.size)
})

test('what the server does not take ends it', async () => {
  await expect(sendAll(taking([new Refused(413, 'too large')]).ask)).rejects.toThrow('too large')
})

test('whoever cancels sends no more', async () => {
  const abort = new AbortController()
  abort.abort()
  const { ask, asked } = taking([])
  await expect(sendAll(ask, abort.signal)).rejects.toThrow(DOMException)
  expect(asked).toEqual([])
})

test('the same film that was broken off is gone on with, another is begun', async () => {
  const { ask, asked } = server(({ method, path }) => {
    if (path === '/api/jobs' && method === 'GET') return { jobs: [job({ received: 4 * MIB })] }
    return job({ id: 'j', received: 10 * MIB, state: 'waiting' })
  })
  const jobs = new FilmJobs(ask)
  await jobs.read()
  await jobs.send({ ...film, name: 'a.mp4' } as unknown as File, { faces: true, detect: [], annotate: false })
  expect(asked[1]?.path).toBe('/api/jobs/j/film?offset=4194304')
  await jobs.send({ ...film, name: 'b.mp4' } as unknown as File, { faces: true, detect: [], annotate: false })
  expect(asked.some(({ method, path }) => method === 'POST' && path === '/api/jobs')).toBe(true)
})

test('results are read from where they ended, and told as who was there when', async () => {
  const line = (frame: number, time: number, label: string | null) => JSON.stringify({ frame, time, width: 1, height: 1, seen: [{ kind: 'face', label }] }) + '\n'
  const parts = [line(0, 0, 'Ada') + line(1, 0.5, 'Ada'), line(2, 5, 'Ada') + line(3, 5.5, null)]
  const offsets: string[] = []
  const results = new FilmResults('j', async (_method, path) => {
    const offset = Number(path.split('offset=')[1])
    offsets.push(String(offset))
    return new Response(parts[offset] ?? '', { headers: { 'Next-Offset': String(Math.min(offset + 1, parts.length)) } })
  })
  await results.read()
  await results.read()
  expect(results.appearances).toEqual([
    { name: 'Ada', kind: 'face', frames: 3, spans: [{ from: 0, to: 0.5 }, { from: 5, to: 5 }] },
    { name: 'Stranger', kind: 'face', frames: 1, spans: [{ from: 5.5, to: 5.5 }] },
  ])
  expect(results.frames).toBe(4)
  expect(await (await results.file()).text()).toBe(parts.join(''))
  expect(offsets).toEqual(['0', '1', '2', '2', '2'])
})

test('a file that is wished while results are being read holds also what came after that reading', async () => {
  const line = (frame: number) => JSON.stringify({ frame, time: 0, width: 1, height: 1, seen: [] }) + '\n'
  const answers: ((response: Response) => void)[] = []
  const results = new FilmResults('j', () => new Promise((resolve) => answers.push(resolve)))
  const next = async (text: string, offset: number) => {
    await settled()
    answers.shift()?.(new Response(text, { headers: { 'Next-Offset': String(offset) } }))
  }
  void results.read()
  await settled()
  const file = results.file()
  await next(line(0), 0)
  await next(line(1), 0)
  expect(await (await file).text()).toBe(line(0) + line(1))
  expect(answers).toEqual([])
})

test('no file is made of results that cannot be read', async () => {
  const lost = new FilmResults('j', () => Promise.reject(new Error('The server does not answer.')))
  await expect(lost.file()).rejects.toThrow('The server does not answer.')
})
