export const THEMES = ['auto', 'light', 'dark'] as const
export type ThemeName = (typeof THEMES)[number]

const KEY = 'svod-theme'

/** Light, dark, or as the system wishes; remembered in this browser. */
export class Theme {
  name = $state<ThemeName>('auto')

  start(): void {
    const kept = localStorage.getItem(KEY)
    this.set(THEMES.find((each) => each === kept) ?? 'auto')
  }

  set(name: ThemeName): void {
    this.name = name
    localStorage.setItem(KEY, name)
    document.documentElement.dataset.theme = name
  }

  next(): void {
    this.set(THEMES[(THEMES.indexOf(this.name) + 1) % THEMES.length] ?? 'auto')
  }
}
