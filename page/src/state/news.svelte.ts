import { Channel, type ChannelState, type Heard } from '../api/channel'
import type { CameraNews, CameraState, EventNews, TrainingNews, TrainingState } from '../records'

type Told =
  | ({ type: 'cameras' } & Omit<CameraNews, 'type'>)
  | ({ type: 'events' } & Omit<EventNews, 'type'>)
  | ({ type: 'training' } & Omit<TrainingNews, 'type'>)

/** What changes by itself on the server, as it changes. */
export class News {
  state = $state<ChannelState>('connecting')
  /** Counts how often the connection came back, so that whoever shows what was asked asks again. */
  returns = $state(0)
  cameras = $state.raw<CameraState[] | null>(null)
  events = $state(0)
  training = $state.raw<TrainingState | null>(null)
  private channel: { close(): void } | null = null
  private wasLost = false

  constructor(private readonly open: (path: string, heard: Heard) => { close(): void } = (path, heard) => new Channel(path, heard)) {}

  start(): void {
    this.channel ??= this.open('/api/news', {
      text: (text) => this.hear(JSON.parse(text) as Told),
      state: (state) => this.changed(state),
    })
  }

  stop(): void {
    this.channel?.close()
    this.channel = null
  }

  private hear(news: Told): void {
    if (news.type === 'cameras') this.cameras = news.cameras
    else if (news.type === 'events') this.events = news.number
    else if (news.type === 'training') this.training = news.training
  }

  private changed(state: ChannelState): void {
    this.state = state
    if (state === 'lost') this.wasLost = true
    if (state === 'open' && this.wasLost) {
      this.wasLost = false
      this.returns += 1
    }
  }
}
