import { sentence } from '../api/http'
import type { CollectionPicture, CollectionPictures } from '../records'

export type Detail = CollectionPicture
export type AskDetails = (pictures: readonly string[]) => Promise<Pick<CollectionPictures, 'pictures'>>

const MOST_ASKED = 500 // that one question may be about
const MOST_KEPT = 4000

interface Kept {
  detail: Detail
  age: number
}

/** What is known of the pictures on the screen: asked as they come into sight, one question at a time, and
 * forgotten when many others were seen since. What is old is shown until what is new has come. */
export class Details {
  problem = $state('')
  private readonly kept = new Map<string, Kept>() // in the order in which they were seen last
  private wanted: readonly string[] = []
  private asking = false
  private age = 0
  private turn = $state(0)

  constructor(
    private readonly ask: AskDetails,
    private readonly most = MOST_KEPT,
  ) {}

  get size(): number {
    return this.kept.size
  }

  get(hash: string): Detail | undefined {
    void this.turn
    return this.kept.get(hash)?.detail
  }

  /** The pictures that can be seen now; those that went out of sight before they were asked for are left out. */
  need(hashes: readonly string[]): void {
    this.wanted = hashes.slice(0, MOST_ASKED)
    for (const hash of this.wanted) this.freshen(hash)
    if (!this.asking) void this.work()
  }

  /** Something has changed: all that is known may be old. */
  stale(): void {
    this.age += 1
    if (!this.asking) void this.work()
  }

  private async work(): Promise<void> {
    this.asking = true
    try {
      for (let lacking = this.lacking(); lacking.length; lacking = this.lacking()) {
        const age = this.age
        const { pictures } = await this.ask(lacking)
        this.take(lacking, pictures, age)
      }
      this.problem = ''
    } catch (error) {
      this.problem = sentence(error)
    } finally {
      this.asking = false
    }
  }

  private lacking(): string[] {
    return this.wanted.filter((hash) => this.kept.get(hash)?.age !== this.age)
  }

  private take(asked: readonly string[], pictures: readonly Detail[], age: number): void {
    const gone = new Set(asked)
    for (const detail of pictures) {
      this.kept.delete(detail.hash)
      this.kept.set(detail.hash, { detail, age })
      gone.delete(detail.hash)
    }
    this.wanted = this.wanted.filter((hash) => !gone.has(hash)) // or they would be asked for on and on
    for (const hash of this.kept.keys()) {
      if (this.kept.size <= this.most) break
      this.kept.delete(hash)
    }
    this.turn += 1
  }

  private freshen(hash: string): void {
    const kept = this.kept.get(hash)
    if (!kept) return
    this.kept.delete(hash)
    this.kept.set(hash, kept)
  }
}
