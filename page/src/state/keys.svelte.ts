import { untrack } from 'svelte'

/** A key that does something on the page that is shown; `group` is under which it is told. */
export interface Shortcut {
  key: string
  words: string
  group: string
  act: () => void
}

const KEPT = 'svod-keys'
const NAMES: Record<string, string> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc' }

/** Single keys that do something, as long as nobody writes; can be turned off for who speaks to the page. */
export class Keys {
  on = $state(true)
  all = $state.raw<readonly Shortcut[]>([])

  start(): () => void {
    this.on = localStorage.getItem(KEPT) !== 'off'
    const listen = (event: KeyboardEvent) => this.pressed(event)
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }

  set(on: boolean): void {
    this.on = on
    localStorage.setItem(KEPT, on ? 'on' : 'off')
  }

  /** Until the function that is returned is called. */
  add(group: string, keys: readonly [key: string, words: string, act: () => void][]): () => void {
    const mine = keys.map(([key, words, act]) => ({ key, words, group, act }))
    untrack(() => (this.all = [...this.all, ...mine]))
    return () => (this.all = this.all.filter((each) => !mine.includes(each)))
  }

  pressed(event: KeyboardEvent): void {
    if (!this.on || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTaken(event)) return
    const found = this.all.findLast(({ key }) => key === event.key)
    if (!found) return
    event.preventDefault()
    found.act()
  }
}

/** What is written on the key. */
export function keyName(key: string): string {
  return NAMES[key] ?? key.toUpperCase()
}

/** By whoever writes or chooses, or by a dialog that lies over the page. */
function isTaken(event: KeyboardEvent): boolean {
  const target = event.target as Element | null
  if (target?.closest?.('input, select, textarea, [contenteditable]')) return true
  return document.querySelector('dialog[open]') !== null
}
