import type { ChannelState } from '../api/channel'
import type { Shot } from './shot'

/** Where live pictures come from. `delay` is milliseconds from picture to screen, as far as known. */
export interface Source {
  readonly name: string
  /** The camera's number on the server; null for this browser's. */
  readonly camera: number | null
  readonly shot: Shot | null
  readonly state: ChannelState
  readonly problem: string
  readonly held: boolean
  readonly rate: number
  readonly delay: number | null
  start(): void
  stop(): void
  hold(): void
  release(): void
}
