import { ask as server, sentence, type Ask } from '../api/http'
import type { Jobs, JobState } from '../records'
import { upload } from './upload'

const OPEN = ['upload', 'waiting', 'running']
const SOON = 1000
const LATER = 5000

export interface Wishes {
  faces: boolean
  detect: string[]
  annotate: boolean
}

/** Films that are looked at on the server, and those that are being sent from here. */
export class FilmJobs {
  list = $state.raw<JobState[] | null>(null)
  error = $state('')
  /** Ids of the films that this page is sending. */
  sending = $state.raw<readonly string[]>([])
  private readonly aborts = new Map<string, AbortController>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private ended = false

  constructor(private readonly ask: Ask = server) {}

  start(): void {
    this.ended = false
    void this.follow()
  }

  /** What is being sent goes on; only the list is no longer asked for. */
  stop(): void {
    this.ended = true
    clearTimeout(this.timer)
  }

  async read(): Promise<void> {
    try {
      this.list = (await this.ask<Jobs>('GET', '/api/jobs')).jobs
      this.error = ''
    } catch (error) {
      this.error = sentence(error)
    }
  }

  /** Begin with a film, or go on with the one of that name and size that was broken off. */
  async send(film: File, wishes: Wishes): Promise<void> {
    const broken = this.list?.find(({ state, name, size }) => state === 'upload' && name === film.name && size === film.size)
    const job = broken ?? (await this.ask<JobState>('POST', '/api/jobs', { name: film.name, size: film.size, ...wishes }))
    if (this.aborts.has(job.id)) return
    const abort = new AbortController()
    this.aborts.set(job.id, abort)
    this.sending = [...this.aborts.keys()]
    this.put(job)
    try {
      await upload(this.ask, film, job, (now) => this.put(now), abort.signal)
    } finally {
      this.aborts.delete(job.id)
      this.sending = [...this.aborts.keys()]
      await this.read()
    }
  }

  async cancel(job: JobState): Promise<void> {
    this.aborts.get(job.id)?.abort()
    this.put(await this.ask<JobState>('POST', `/api/jobs/${job.id}/cancel`))
  }

  async remove(job: JobState): Promise<void> {
    this.aborts.get(job.id)?.abort()
    await this.ask('DELETE', `/api/jobs/${job.id}`)
    await this.read()
  }

  private async follow(): Promise<void> {
    await this.read()
    if (this.ended) return
    const busy = this.list?.some(({ state }) => OPEN.includes(state))
    this.timer = setTimeout(() => void this.follow(), busy ? SOON : LATER)
  }

  private put(job: JobState): void {
    const others = (this.list ?? []).filter(({ id }) => id !== job.id)
    this.list = [job, ...others].sort((one, other) => other.created - one.created)
  }
}

export function isOpen(job: JobState): boolean {
  return OPEN.includes(job.state)
}
