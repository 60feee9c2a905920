/** Which pictures of a collection are shown, and in which order. */
export interface Filter {
  label: string
  shooting: string
  since: number | null
  until: number | null
  kind: Kind
  /** A cell of the confusion matrix: what pictures show, and what they were told to be. */
  shows: string
  told: string
  order: Order
}

export const KINDS = ['', 'untagged', 'suspect', 'doubled', 'uncertain'] as const
export type Kind = (typeof KINDS)[number]
export const ORDERS = ['newest', 'oldest', 'uncertain', 'alike'] as const
export type Order = (typeof ORDERS)[number]

export const ALL: Filter = { label: '', shooting: '', since: null, until: null, kind: '', shows: '', told: '', order: 'newest' }

/** That of a link, where what makes no sense counts as not there. */
export function filterOf(query: URLSearchParams): Filter {
  const text = (name: string) => query.get(name) ?? ''
  return {
    label: text('label'),
    shooting: text('shooting'),
    since: seconds(text('since')),
    until: seconds(text('until')),
    kind: KINDS.find((each) => each === text('kind')) ?? '',
    shows: text('shows'),
    told: text('told'),
    order: ORDERS.find((each) => each === text('order')) ?? 'newest',
  }
}

/** What the server is asked, and what a link has; what is as usual is left out. */
export function asked(filter: Filter): Record<string, string | number | null> {
  return { ...filter, order: filter.order === ALL.order ? null : filter.order }
}

/** Whether anything is left out; an order leaves nothing out. */
export function isFiltered(filter: Filter): boolean {
  return JSON.stringify({ ...filter, order: '' }) !== JSON.stringify({ ...ALL, order: '' })
}

/** The filter for a cell of the confusion matrix, and for nothing else. */
export function cell(shows: string, told: string): Filter {
  return { ...ALL, shows, told, order: 'uncertain' }
}

function seconds(text: string): number | null {
  const number = Number(text)
  return text && Number.isFinite(number) && number >= 0 ? number : null
}
