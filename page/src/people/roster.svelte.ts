import { ask as server, sentence, type Ask } from '../api/http'
import type { CorrectionState, Corrections, Done, People, PersonState, TrainingState, Visitors, VisitorState } from '../records'

/** How many pictures go in one request, and how many bytes of them, at most. */
const MOST = 50
const MOST_BYTES = 44 * 2 ** 20

/** Who is known, who has no name yet, what was corrected, and what can be done about it. */
export class Roster {
  people = $state.raw<PersonState[] | null>(null)
  visitors = $state.raw<VisitorState[]>([])
  corrections = $state.raw<CorrectionState[]>([])
  error = $state('')

  constructor(
    private readonly may: (role: 'editor' | 'admin') => boolean,
    private readonly ask: Ask = server,
  ) {}

  async read(): Promise<void> {
    try {
      const [known, visitors, corrected] = await Promise.all([
        this.ask<People>('GET', '/api/people'),
        this.may('editor') ? this.ask<Visitors>('GET', '/api/visitors') : { visitors: [] },
        this.ask<Corrections>('GET', '/api/corrections'),
      ])
      this.people = known.people
      this.visitors = visitors.visitors
      this.corrections = corrected.corrections
      this.error = ''
    } catch (error) {
      this.error = sentence(error)
    }
  }

  async rename(person: PersonState, name: string): Promise<string> {
    return this.done('PATCH', one(person), { name })
  }

  async merge(person: PersonState, into: PersonState): Promise<string> {
    return this.done('POST', `${one(person)}/merge`, { into: into.folder })
  }

  async remove(person: PersonState): Promise<string> {
    return this.done('DELETE', one(person))
  }

  async describe(person: PersonState, fields: PersonState['fields']): Promise<string> {
    return this.done('PUT', `${one(person)}/fields`, { fields })
  }

  async nameVisitor(visitor: VisitorState, name: string): Promise<void> {
    await this.ask<TrainingState>('POST', `/api/visitors/${encodeURIComponent(visitor.folder)}/name`, { name })
    await this.read()
  }

  async forgetVisitor(visitor: VisitorState): Promise<string> {
    return this.done('DELETE', `/api/visitors/${encodeURIComponent(visitor.folder)}`)
  }

  async takeBack(correction: CorrectionState): Promise<string> {
    return this.done('DELETE', `/api/corrections/${correction.id}`)
  }

  async train(): Promise<void> {
    await this.ask<TrainingState>('POST', '/api/training')
  }

  /** Learn somebody from pictures; many go in several requests, and are learned with the last. */
  async add(name: string, pictures: readonly File[]): Promise<void> {
    const parts = partsOf(pictures)
    for (const [place, part] of parts.entries()) {
      const form = new FormData()
      form.append('name', name)
      for (const picture of part) form.append('picture', picture)
      const last = place === parts.length - 1
      await this.ask<TrainingState>('POST', `/api/people?train=${last ? 1 : 0}`, form)
    }
    await this.read()
  }

  private async done(method: string, path: string, sent?: object): Promise<string> {
    const { done } = await this.ask<Done>(method, path, sent)
    await this.read()
    return done
  }
}

/** Pictures in parts that a request can hold. */
export function partsOf<Sized extends { size: number }>(pictures: readonly Sized[], most = MOST, mostBytes = MOST_BYTES): Sized[][] {
  const parts: Sized[][] = []
  let bytes = 0
  for (const picture of pictures) {
    const part = parts.at(-1)
    if (!part || part.length >= most || bytes + picture.size > mostBytes) {
      parts.push([picture])
      bytes = picture.size
    } else {
      part.push(picture)
      bytes += picture.size
    }
  }
  return parts
}

function one(person: PersonState): string {
  return `/api/people/${encodeURIComponent(person.folder)}`
}
