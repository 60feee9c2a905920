import { ask as server, onWentOut, sentence, type Ask } from '../api/http'
import type { Role, SessionState } from '../records'
import { actors } from '../words/actors.svelte'

const RANKS: Role[] = ['viewer', 'editor', 'admin']

/** Who looks at the page, and what this machine lacks. */
export class Session {
  state = $state.raw<SessionState | null>(null)
  error = $state('')
  busy = $state(false)

  constructor(private readonly ask: Ask = server) {
    onWentOut(() => {
      if (this.state) this.state = { ...this.state, role: null }
    })
  }

  /** Whether the role of the one who looks is enough. */
  can(role: Role): boolean {
    const mine = this.state?.role
    return mine != null && RANKS.indexOf(mine) >= RANKS.indexOf(role)
  }

  async read(): Promise<void> {
    try {
      this.take(await this.ask<SessionState>('GET', '/api/session'))
      this.error = ''
    } catch (error) {
      this.error = sentence(error)
    }
  }

  async enter(secret: string): Promise<void> {
    this.busy = true
    this.error = ''
    try {
      this.take(await this.ask<SessionState>('POST', '/api/login', { secret: tokenOf(secret) }))
    } catch (error) {
      this.error = sentence(error)
    } finally {
      this.busy = false
    }
  }

  async leave(): Promise<void> {
    try {
      await this.ask('POST', '/api/logout')
    } finally {
      await this.read()
    }
  }

  private take(state: SessionState): void {
    this.state = state
    actors.mine = state.who
  }
}

/** Whoever pastes the whole link means its token. */
export function tokenOf(text: string): string {
  const trimmed = text.trim()
  return /^https?:\/\/\S+[?&]token=([^&#\s]+)/.exec(trimmed)?.[1] ?? trimmed
}
