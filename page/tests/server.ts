import { Refused, type Ask, type Sent } from '../src/api/http'

export interface Question {
  method: string
  path: string
  sent?: Sent
}

/** A server that answers by a function, and remembers what it was asked. */
export function server(answer: (question: Question) => unknown): { ask: Ask; asked: Question[] } {
  const asked: Question[] = []
  const ask = async (method: string, path: string, sent?: Sent, signal?: AbortSignal) => {
    if (signal?.aborted) throw new DOMException('ended', 'AbortError')
    const question = { method, path, ...(sent === undefined ? {} : { sent }) }
    asked.push(question)
    const given = answer(question)
    if (given instanceof Error) throw given
    return await given
  }
  return { ask: ask as Ask, asked }
}

export const away = (): Refused => new Refused(0, 'The server does not answer.')

/** Let everything run that waits for nothing but promises. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve()
}
