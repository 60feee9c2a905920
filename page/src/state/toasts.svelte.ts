import { sentence } from '../api/http'

export interface Toast {
  id: number
  tone: 'good' | 'bad'
  text: string
  actions: readonly { text: string; act: () => void }[]
}

const SHOWN = 6000
const SHOWN_LONGER = 12_000 // milliseconds, where there is something to decide

/** What was done or refused, said for some seconds; what went wrong stays until it is closed. */
export class Toasts {
  shown = $state.raw<Toast[]>([])
  /** Dialogs that are open, the last of which shows them in place of the page. */
  dialogs = $state.raw<readonly object[]>([])
  private last = 0

  good(text: string, actions: Toast['actions'] = []): void {
    const id = this.add('good', text, actions)
    setTimeout(() => this.close(id), actions.length ? SHOWN_LONGER : SHOWN)
  }

  bad(error: unknown): void {
    const text = sentence(error)
    if (!this.shown.some((toast) => toast.text === text)) this.add('bad', text)
  }

  /** Be shown in a dialog until what is given back is called. */
  over(dialog: object): () => void {
    this.dialogs = [...this.dialogs, dialog]
    return () => (this.dialogs = this.dialogs.filter((each) => each !== dialog))
  }

  close(id: number): void {
    this.shown = this.shown.filter((toast) => toast.id !== id)
  }

  private add(tone: Toast['tone'], text: string, actions: Toast['actions'] = []): number {
    const id = ++this.last
    this.shown = [...this.shown.slice(-3), { id, tone, text, actions }]
    return id
  }
}
