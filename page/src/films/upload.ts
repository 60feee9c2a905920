import { Refused, type Ask } from '../api/http'
import type { JobState } from '../records'

const PIECE = 4 * 2 ** 20
const WAIT = 1500
const TRIES = 40

export interface Film {
  readonly size: number
  slice(from: number, to: number): Blob
}

/**
 * Sends what the server has not received yet, piece by piece, and goes on by itself after a break.
 *
 * Throws Refused where the server takes no more, and DOMException where `signal` ends it.
 */
export async function upload(
  ask: Ask,
  film: Film,
  job: JobState,
  told: (job: JobState) => void,
  signal: AbortSignal,
  pause: (milliseconds: number) => Promise<void> = (time) => new Promise((resolve) => setTimeout(resolve, time)),
): Promise<JobState> {
  let now = job
  let failures = 0
  while (now.state === 'upload' && now.received < film.size) {
    const piece = film.slice(now.received, now.received + PIECE)
    try {
      now = await ask<JobState>('PUT', `/api/jobs/${now.id}/film?offset=${now.received}`, bytesOf(piece), signal)
      failures = 0
    } catch (error) {
      if (!passes(error) || ++failures > TRIES) throw error
      await pause(WAIT)
      now = await whatIsThere(ask, now, signal)
    }
    told(now)
  }
  return now
}

/** A break of the connection, another piece that is wanted, or a busy server: try again. */
function passes(error: unknown): boolean {
  return error instanceof Refused && [0, 409, 429, 502, 503, 504].includes(error.status)
}

async function whatIsThere(ask: Ask, job: JobState, signal: AbortSignal): Promise<JobState> {
  try {
    return await ask<JobState>('GET', `/api/jobs/${job.id}`, undefined, signal)
  } catch (error) {
    if (error instanceof Refused && error.status === 0) return job
    throw error
  }
}

function bytesOf(piece: Blob): Blob {
  return new Blob([piece], { type: 'application/octet-stream' })
}
