/** The camera of this browser, among those of the server by their numbers. */
export const BROWSER = 'browser'

export interface ServerCamera {
  readonly number: number
  readonly name: string
}

/** Through which camera a recogniser looks: the one that was chosen for it last in this browser, while that is there.
 *
 * Else it is the server's first, so that nobody is asked for a camera without need. */
export class SourceChoice {
  private wished = $state('')

  /** `key` is what the browser remembers it under. */
  constructor(
    private readonly key: string,
    private readonly memory: Pick<Storage, 'getItem' | 'setItem'> | undefined = storage(),
  ) {
    try {
      this.wished = this.memory?.getItem(key) ?? ''
    } catch {
      this.wished = ''
    }
  }

  /** `BROWSER` or a camera's number; '' where there is none, or as long as the server's are not known (null). */
  of(cameras: readonly ServerCamera[] | null, browser: boolean): string {
    if (this.wished === BROWSER && browser) return BROWSER
    if (!cameras) return ''
    const found = cameras.find(({ name }) => nameOf(name) === this.wished) ?? cameras[0]
    return found ? String(found.number) : browser ? BROWSER : ''
  }

  choose(value: string, cameras: readonly ServerCamera[]): void {
    const camera = cameras.find(({ number }) => String(number) === value)
    this.wished = camera ? nameOf(camera.name) : value
    try {
      this.memory?.setItem(this.key, this.wished)
    } catch {
      // it counts until the page is closed
    }
  }
}

/** Cameras are remembered by name: numbers follow the order in which a server was told of them. */
const nameOf = (name: string): string => `camera ${name}`

function storage(): Storage | undefined {
  try {
    return localStorage
  } catch {
    return undefined // forbidden
  }
}
