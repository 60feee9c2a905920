import { ask as server, sentence, type Ask } from '../api/http'
import type { AskedReason, Reason, Reasons } from '../records'

const PAUSE = 2000 // milliseconds between two questions about now

/** Why a rule does not hold, now and again and again, or did not at a time. */
export class Why {
  reasons = $state.raw<readonly Reason[] | null>(null)
  problem = $state('')
  private timer: ReturnType<typeof setTimeout> | undefined
  private turn = 0

  constructor(private readonly asking: Ask = server) {}

  /** Of a time in seconds since the epoch; with null of now, until it is stopped. */
  async ask(text: string | null, rule: string, time: number | null): Promise<void> {
    this.stop()
    const turn = ++this.turn
    try {
      const asked: AskedReason = { rule, time, text }
      const { cameras } = await this.asking<Reasons>('POST', '/api/rules/why', asked)
      if (turn !== this.turn) return
      this.reasons = cameras
      this.problem = ''
    } catch (error) {
      if (turn !== this.turn) return
      this.reasons = null
      this.problem = sentence(error)
    }
    if (time === null) this.timer = setTimeout(() => void this.ask(text, rule, time), PAUSE)
  }

  stop(): void {
    this.turn += 1
    clearTimeout(this.timer)
  }

  clear(): void {
    this.stop()
    this.reasons = null
    this.problem = ''
  }
}
