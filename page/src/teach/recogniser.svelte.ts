import { openChannel, type Open } from '../api/channel'
import { ask, type Ask } from '../api/http'
import { ActLog } from '../datasets/acts.svelte'
import type { Acts, ActGroup, RecogniserState, TeachNews, TeachSettings, Versions, VersionState } from '../records'

/** The recogniser that was looked at last in this browser. */
export const KEPT = 'svod-teach'
export const pathOf = (name: string): string => `/api/teach/${encodeURIComponent(name)}`

/** One recogniser as the server tells of it, whoever changes it. */
export class Recogniser {
  state = $state.raw<RecogniserState | null>(null)
  readonly log = new ActLog()
  versions = $state.raw<readonly VersionState[]>([])
  problem = $state('')
  private channel: ReturnType<Open> | null = null
  private act = -1
  private version: number | null | undefined = undefined

  constructor(
    readonly name: string,
    private readonly asking: Ask = ask,
    private readonly open: Open = openChannel,
  ) {}

  get path(): string {
    return pathOf(this.name)
  }

  start(): void {
    this.channel ??= this.open(`${this.path}/news`, {
      text: (text) => this.hear((JSON.parse(text) as TeachNews).recogniser),
      state: (_, reason) => (this.problem = reason),
    })
  }

  stop(): void {
    this.channel?.close()
    this.channel = null
  }

  hear(state: RecogniserState): void {
    this.state = state
    this.problem = ''
    if (state.state !== this.act) void this.readActs()
    if (state.learning.version !== this.version) void this.readVersions()
    this.act = state.state
    this.version = state.learning.version
  }

  /** Undo what was done, or the last of it, unless something happened that the log does not know of yet. */
  async undo(group: ActGroup | undefined = this.log.last): Promise<void> {
    if (group) this.log.take(await this.asking<Acts>('POST', `${this.path}/undo`, { acts: group.numbers, state: this.log.state }))
  }

  async use(version: number): Promise<void> {
    this.versions = (await this.asking<Versions>('POST', `${this.path}/versions/${version}/use`)).versions
  }

  async decide(use: boolean): Promise<void> {
    await this.asking('POST', `${this.path}/decision`, { use })
  }

  async wish(changes: Partial<TeachSettings>): Promise<void> {
    if (!this.state) return
    const settings = { ...this.state.settings, ...changes }
    this.state = { ...this.state, settings }
    this.state = await this.asking<RecogniserState>('PUT', `${this.path}/settings`, settings)
  }

  private async readActs(): Promise<void> {
    this.log.take(await this.asking<Acts>('GET', `${this.path}/acts`))
  }

  private async readVersions(): Promise<void> {
    this.versions = (await this.asking<Versions>('GET', `${this.path}/versions`)).versions
  }
}
