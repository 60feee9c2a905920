import { ask as server, sentence, withQuery, type Ask } from '../api/http'
import type { VisitPage, VisitState } from '../records'

export interface Filter {
  who: string
  camera: string
  kind: string
  rule: string
  since: number | null
  until: number | null
}

export const ALL: Filter = { who: '', camera: '', kind: '', rule: '', since: null, until: null }
/** The choice of strangers, which can be nobody's name. */
export const STRANGERS = '\u0000strangers'
const THING = '\u0000thing '
const PAGE = 100

/** What a filter asks the server for. */
export function asked(filter: Filter): Record<string, string | number | boolean | null> {
  const { who, ...others } = filter
  if (who === STRANGERS) return { ...others, unknown: true }
  return { ...others, ...(who.startsWith(THING) ? { label: who.slice(THING.length) } : { person: who }) }
}

/** The choice of what is no face, by its label. */
export function thing(label: string): string {
  return THING + label
}

/** The filter that a link asks for. */
export function filterOf(query: URLSearchParams): Filter {
  const label = query.get('thing')
  const who = query.has('unknown') ? STRANGERS : label ? thing(label) : (query.get('person') ?? '')
  return { ...ALL, who, camera: query.get('camera') ?? '', kind: query.get('kind') ?? '', rule: query.get('rule') ?? '' }
}

/** Visits, the newest first, a page at a time; new ones come in at the top. */
export class Visits {
  list = $state.raw<VisitState[]>([])
  loading = $state(false)
  error = $state('')
  next = $state<string | null>(null)
  begun = $state(false)
  private filter: Filter = ALL
  private round = 0

  constructor(private readonly ask: Ask = server) {}

  /** From the beginning, with another filter. */
  async show(filter: Filter): Promise<void> {
    this.filter = filter
    this.round += 1
    this.next = null
    await this.load(null, (page) => page.visits)
  }

  async more(): Promise<void> {
    if (this.loading || this.next === null) return
    await this.load(this.next, (page) => [...this.list, ...page.visits])
  }

  /** What has changed lately, while all that was loaded stays. */
  async refresh(): Promise<void> {
    const round = this.round
    try {
      const page = await this.page(null)
      if (round === this.round) this.list = merged(page.visits, this.list)
    } catch {
      // the next news asks again
    }
  }

  private async load(before: string | null, put: (page: VisitPage) => VisitState[]): Promise<void> {
    const round = this.round
    this.loading = true
    try {
      const page = await this.page(before)
      if (round !== this.round) return // somebody has chosen another filter meanwhile
      this.list = put(page)
      this.next = page.next
      this.error = ''
      this.begun = true
    } catch (error) {
      if (round === this.round) this.error = sentence(error)
    } finally {
      if (round === this.round) this.loading = false
    }
  }

  private page(before: string | null): Promise<VisitPage> {
    return this.ask<VisitPage>('GET', withQuery('/api/events', { ...asked(this.filter), before, limit: PAGE }))
  }
}

/** The newer state of each, the newest first. */
export function merged(newer: readonly VisitState[], older: readonly VisitState[]): VisitState[] {
  const known = new Set(newer.map(({ id }) => id))
  return [...newer, ...older.filter(({ id }) => !known.has(id))]
}
