import { ask as server, Refused, sentence, type Ask } from '../api/http'
import type { AskedRehearsal, Rehearsed } from '../records'
import { triedOf, type Limit } from './limits'

export const SPANS = [
  { seconds: 3600, name: 'Last hour', words: 'the last hour' },
  { seconds: 86_400, name: '24 hours', words: 'the last 24 hours' },
  { seconds: 7 * 86_400, name: '7 days', words: 'the last 7 days' },
] as const
const AGAIN = 1500 // milliseconds after which a replay is asked again while another runs
const BUSY = 429

/** What a rule would have told of the days that were kept, and how often with other limits. */
export class Replay {
  seconds = $state<number>(SPANS[1].seconds)
  result = $state.raw<Rehearsed | null>(null)
  busy = $state(false)
  problem = $state('')
  /** The path of the limit that is to be varied, and of that whose counts are there. */
  path = $state('')
  private varied = $state('')
  private turn = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private ending: AbortController | null = null

  constructor(
    private readonly asking: Ask = server,
    private readonly now: () => number = () => Date.now() / 1000,
  ) {}

  /** How often, with each value of a limit that was tried; nothing as long as another one was. */
  countsOf(path: string): readonly { value: number; events: number; told: number }[] {
    if (path !== this.varied) return []
    return (this.result?.varied ?? []).map(({ value, events, told }) => ({ value: Number(value), events, told }))
  }

  /** Ask what a rule of a text, null for the rules in use, would have told; `limit` is tried with other values. */
  async run(text: string | null, rule: string, limit: Limit | null): Promise<void> {
    this.stop()
    const turn = ++this.turn
    const asked: AskedRehearsal = {
      since: Math.max(0, this.now() - this.seconds),
      until: null,
      text,
      rule,
      vary: limit && { rule, field: limit.path, values: triedOf(limit) },
    }
    this.busy = true
    this.ending = new AbortController()
    try {
      const result = await this.asking<Rehearsed>('POST', '/api/rules/replay', asked, this.ending.signal)
      if (turn !== this.turn) return
      this.result = result
      this.varied = limit?.path ?? ''
      this.problem = ''
      this.busy = false
    } catch (error) {
      if (turn === this.turn) this.failed(error, () => void this.run(text, rule, limit))
    }
  }

  /** Nobody waits for the answer any more. */
  stop(): void {
    this.turn += 1
    clearTimeout(this.timer)
    this.ending?.abort()
    this.ending = null
    this.busy = false
  }

  /** Nothing is known of a rule that is not asked about any more. */
  clear(): void {
    this.stop()
    this.result = null
    this.problem = ''
  }

  private failed(error: unknown, again: () => void): void {
    if (error instanceof Refused && error.status === BUSY) this.timer = setTimeout(again, AGAIN)
    else {
      this.problem = sentence(error)
      this.result = null
      this.busy = false
    }
  }
}
